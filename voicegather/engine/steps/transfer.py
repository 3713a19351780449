"""A transfer: ring a person and join the two legs, or go on when nobody takes the call."""

from __future__ import annotations

from dataclasses import dataclass, replace

from voicegather.engine.commands import Transfer
from voicegather.engine.config import Role, setting
from voicegather.engine.events import (
    Event,
    TargetAnswered,
    TargetFate,
    TargetHungUp,
    TargetInitiated,
)
from voicegather.engine.facts import CallOutcome, TargetJoined, TargetRang
from voicegather.engine.graph import StepNode
from voicegather.engine.kinds import StepKind
from voicegather.engine.steps.playing import Playing, begin_prompt, is_end_of, stop_prompt
from voicegather.engine.targets import TargetEvent, hang_up_target, note_target_gone
from voicegather.engine.turn import Turn
from voicegather.engine.wording import marked as _

#: Telnyx ends a transferred call after four hours at the latest (Telnyx docs: time_limit_secs).
LONGEST_TALK_MS = 14_400_000
RING_SLACK_MS = 10_000
PARTING_MS = 5_000

_EXITS = {
    TargetFate.BUSY: "busy",
    TargetFate.NO_ANSWER: "no_answer",
    TargetFate.FAILED: "failure",
    TargetFate.ENDED: "no_answer",
}


@dataclass(frozen=True)
class TransferSettings:
    to: str = setting(
        label=_("Transfer to"),
        help=_(
            "A number with its country code, +13125550123, or a SIP address, sip:desk@example.com."
        ),
        role=Role.DESTINATION,
    )
    timeout_seconds: int = setting(
        label=_("Ring for (seconds)"),
        help=_("How long to ring before the exit no_answer."),
        default=25,
        minimum=5,
        maximum=600,
    )
    prompt: str = setting(
        label=_("Prompt"), help=_("Said before it rings."), default="", role=Role.PROMPT
    )
    caller_id: str = setting(
        label=_("Shown caller number"),
        help=_("The number that the target sees; empty: the caller's own."),
        default="",
    )


@dataclass(frozen=True, slots=True)
class Transferring:
    """`leg` is the target's call_control_id once Telnyx has named it."""

    playing: Playing | None = None
    seq: int = 0
    leg: str = ""
    #: When the target answered, in milliseconds; 0 while it rings.
    answered_at: int = 0


class TransferStep(StepKind):
    name = "transfer"
    label = _("Transfer")
    Settings = TransferSettings
    Progress = Transferring

    def required_exits(self, settings: TransferSettings) -> tuple[str, ...]:
        return ("busy", "no_answer", "failure")

    def possible_exits(self, settings: TransferSettings) -> tuple[str, ...]:
        return (*self.required_exits(settings), "done")

    def enter(self, turn: Turn, step: StepNode) -> None:
        playing = begin_prompt(turn, step.settings.prompt)
        if playing is None:
            self._ring(turn, step)
        else:
            turn.change(progress=Transferring(playing=playing))

    def awaits_target(self, turn: Turn, event: TargetEvent) -> bool:
        progress: Transferring = turn.state.progress
        if progress.playing is not None or event.leg in turn.state.gone_legs:
            return False
        if event.seq is not None:
            return event.seq == progress.seq
        return progress.leg in ("", event.leg)

    def on_event(self, turn: Turn, step: StepNode, event: Event) -> None:
        progress: Transferring = turn.state.progress
        match event:
            case TargetHungUp():
                note_target_gone(turn, event)
                self._on_target_gone(turn, step, progress, event)
            case TargetInitiated() | TargetAnswered():
                self._on_target(turn, progress, event)
            case _ if progress.playing is not None and is_end_of(progress.playing, event):
                self._ring(turn, step)

    def on_timer(self, turn: Turn, step: StepNode) -> None:
        progress: Transferring = turn.state.progress
        if progress.playing is not None:
            self._ring(turn, step)
        elif progress.answered_at:
            turn.hang_up(CallOutcome.TRANSFERRED)
        else:
            self._drop(turn, progress)
            self.go_on(turn, "no_answer")

    def fail(self, turn: Turn, step: StepNode) -> None:
        """A conversation goes on whatever fails beside it."""
        progress: Transferring = turn.state.progress
        if not progress.answered_at:
            self._drop(turn, progress)
            self.go_on(turn, "failure")

    def keeps_caller(self, step: StepNode) -> bool:
        """Whether the call goes on here when the target hangs up."""
        return step.exit_edge("done") is not None

    def go_on(self, turn: Turn, exit_name: str) -> None:
        """The caller talks to nobody, or to nobody any more."""
        turn.leave(exit_name)

    def interrupt(self, turn: Turn, step: StepNode) -> None:
        stop_prompt(turn, turn.state.progress.playing)
        self.abandon(turn, step)

    def abandon(self, turn: Turn, step: StepNode) -> None:
        progress: Transferring | None = turn.state.progress
        if progress is not None and not progress.answered_at:
            self._drop(turn, progress)

    def after_end(self, turn: Turn, step: StepNode, event: Event) -> None:
        """The news that the target took the call may come after the news of its end."""
        progress: Transferring | None = turn.state.progress
        if (
            isinstance(event, TargetAnswered)
            and progress is not None
            and event.seq == progress.seq
            and event.at <= turn.state.ended_at
            and turn.state.outcome is CallOutcome.CALLER_HUNG_UP
        ):
            turn.change(outcome=CallOutcome.TRANSFERRED)

    def _ring(self, turn: Turn, step: StepNode) -> None:
        settings: TransferSettings = step.settings
        turn.retire_earlier()
        seq = turn.send(
            Transfer(
                to=settings.to,
                timeout_s=settings.timeout_seconds,
                from_=settings.caller_id,
                keep_caller=self.keeps_caller(step),
            )
        )
        turn.change(progress=Transferring(seq=seq))
        turn.wake_in(settings.timeout_seconds * 1000 + RING_SLACK_MS)

    def _on_target(
        self, turn: Turn, progress: Transferring, event: TargetInitiated | TargetAnswered
    ) -> None:
        if not progress.leg:
            progress = replace(progress, leg=event.leg)
            turn.record(TargetRang(event.at, event.leg))
        if isinstance(event, TargetAnswered) and not progress.answered_at:
            progress = replace(progress, answered_at=turn.now)
            turn.record(TargetJoined(event.at, event.leg))
            turn.change(connected=True, typed_ahead=())
            turn.wake_in(LONGEST_TALK_MS)
        turn.change(progress=progress)

    def _on_target_gone(
        self, turn: Turn, step: StepNode, progress: Transferring, event: TargetHungUp
    ) -> None:
        if not progress.answered_at:
            self.go_on(turn, _EXITS[event.fate])
        elif not self.keeps_caller(step):
            turn.wake_in(PARTING_MS)
        else:
            turn.change(
                connected=False,
                talked_ms=turn.state.talked_ms + turn.now - progress.answered_at,
                keys_counted_to=max(turn.state.keys_counted_to, event.at),
            )
            self.go_on(turn, "done")

    def _drop(self, turn: Turn, progress: Transferring) -> None:
        """Stop a target that rings: it would go on ringing without a caller."""
        if progress.leg:
            hang_up_target(turn, progress.leg)
