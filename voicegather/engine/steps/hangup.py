"""The end of a call, with a last word if there is one."""

from __future__ import annotations

from dataclasses import dataclass

from voicegather.engine.config import Role, setting
from voicegather.engine.events import CommandFailed, Event
from voicegather.engine.facts import CallOutcome
from voicegather.engine.graph import StepNode
from voicegather.engine.kinds import StepKind
from voicegather.engine.steps.playing import Playing, begin_prompt, is_end_of, stop_prompt
from voicegather.engine.turn import Turn
from voicegather.engine.wording import marked as _


@dataclass(frozen=True)
class HangupSettings:
    prompt: str = setting(
        label=_("Prompt"),
        help=_("Said before the call ends. Empty: the call ends without a word."),
        default="",
        role=Role.PROMPT,
    )


class Hangup(StepKind):
    name = "hangup"
    label = _("Hang up")
    Settings = HangupSettings
    Progress = Playing

    def required_exits(self, settings: HangupSettings) -> tuple[str, ...]:
        return ()

    def enter(self, turn: Turn, step: StepNode) -> None:
        playing = begin_prompt(turn, step.settings.prompt)
        if playing is None:
            self._end(turn)
        else:
            turn.change(progress=playing)

    def on_event(self, turn: Turn, step: StepNode, event: Event) -> None:
        if is_end_of(turn.state.progress, event):
            self._end(turn)

    def interrupt(self, turn: Turn, step: StepNode) -> None:
        stop_prompt(turn, turn.state.progress)

    def on_timer(self, turn: Turn, step: StepNode) -> None:
        self._end(turn)

    def on_command_failed(self, turn: Turn, step: StepNode, event: CommandFailed) -> None:
        self._end(turn)

    def _end(self, turn: Turn) -> None:
        turn.note_exit("hangup")
        turn.hang_up(CallOutcome.COMPLETED)
