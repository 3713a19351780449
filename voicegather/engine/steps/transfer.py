"""A transfer: ring a person and join the two legs, or go on when nobody takes the call."""

from __future__ import annotations

from dataclasses import dataclass, replace

from voicegather.engine.commands import HangUp, Transfer
from voicegather.engine.config import Role, setting
from voicegather.engine.events import (
    Event,
    TargetAnswered,
    TargetFate,
    TargetHungUp,
    TargetInitiated,
)
from voicegather.engine.facts import CallOutcome, TargetLeft, TargetRang
from voicegather.engine.graph import StepNode
from voicegather.engine.kinds import StepKind
from voicegather.engine.steps.playing import Playing, begin_prompt, is_end_of
from voicegather.engine.turn import Turn

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
        label="Transfer to",
        help="A number with its country code, +13125550123, or a SIP address, "
        "sip:desk@example.com.",
        role=Role.DESTINATION,
    )
    timeout_seconds: int = setting(
        label="Ring for (seconds)",
        help="How long to ring before the exit no_answer.",
        default=25,
        minimum=5,
        maximum=600,
    )
    prompt: str = setting(
        label="Prompt", help="Said before it rings.", default="", role=Role.PROMPT
    )
    caller_id: str = setting(
        label="Shown caller number",
        help="The number that the target sees; empty: the caller's own.",
        default="",
    )


@dataclass(frozen=True, slots=True)
class Transferring:
    """`leg` is the target's call_control_id once Telnyx has named it."""

    playing: Playing | None = None
    seq: int = 0
    leg: str = ""
    answered: bool = False
    dropped: bool = False


class TransferStep(StepKind):
    name = "transfer"
    label = "Transfer"
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

    def on_event(self, turn: Turn, step: StepNode, event: Event) -> None:
        progress: Transferring = turn.state.progress
        if progress.playing is not None:
            if is_end_of(progress.playing, event):
                self._ring(turn, step)
            return
        if isinstance(event, TargetInitiated | TargetAnswered | TargetHungUp):
            self._on_target(turn, step, progress, event)

    def on_timer(self, turn: Turn, step: StepNode) -> None:
        progress: Transferring = turn.state.progress
        if progress.playing is not None:
            self._ring(turn, step)
        elif progress.answered:
            turn.hang_up(CallOutcome.TRANSFERRED)
        else:
            self._drop(turn, progress)
            turn.leave("no_answer")

    def abandon(self, turn: Turn, step: StepNode) -> None:
        self._drop(turn, turn.state.progress)

    def after_end(self, turn: Turn, step: StepNode, event: Event) -> None:
        progress = turn.state.progress
        if isinstance(event, TargetHungUp):
            turn.record(TargetLeft(event.at, event.leg, event.fate))
            turn.change(progress=replace(progress, dropped=True))
        elif isinstance(event, TargetInitiated) and progress.seq == event.seq:
            turn.record(TargetRang(event.at, event.leg))
            self._drop(turn, replace(progress, leg=event.leg))

    def _ring(self, turn: Turn, step: StepNode) -> None:
        settings: TransferSettings = step.settings
        seq = turn.send(
            Transfer(
                to=settings.to,
                timeout_s=settings.timeout_seconds,
                from_=settings.caller_id,
                keep_caller=step.exit_edge("done") is not None,
            )
        )
        turn.change(progress=Transferring(seq=seq))
        turn.wake_in(settings.timeout_seconds * 1000 + RING_SLACK_MS)

    def _on_target(
        self,
        turn: Turn,
        step: StepNode,
        progress: Transferring,
        event: TargetInitiated | TargetAnswered | TargetHungUp,
    ) -> None:
        if event.seq is not None and event.seq != progress.seq:
            return
        if isinstance(event, TargetHungUp):
            turn.record(TargetLeft(event.at, event.leg, event.fate))
            self._on_target_gone(turn, step, progress, event)
            return
        if not progress.leg:
            progress = replace(progress, leg=event.leg)
            turn.record(TargetRang(event.at, event.leg))
        if isinstance(event, TargetAnswered) and not progress.answered:
            progress = replace(progress, answered=True)
            turn.change(connected=True)
            turn.wake_in(LONGEST_TALK_MS)
        turn.change(progress=progress)

    def _on_target_gone(
        self, turn: Turn, step: StepNode, progress: Transferring, event: TargetHungUp
    ) -> None:
        turn.change(progress=replace(progress, dropped=True), connected=False)
        if not progress.answered:
            turn.leave(_EXITS[event.fate])
        elif step.exit_edge("done") is not None:
            turn.leave("done")
        else:
            turn.change(connected=True)
            turn.wake_in(PARTING_MS)

    def _drop(self, turn: Turn, progress: Transferring | None) -> None:
        """Stop a target that still rings: it would go on ringing without a caller."""
        if progress is None:
            return
        if progress.leg and not progress.answered and not progress.dropped:
            turn.send(HangUp(leg=progress.leg), unconditional=True)
            progress = replace(progress, dropped=True)
        turn.change(progress=progress)
