"""A branch: the call goes by a variable, by opening hours, or by who answered it."""

from __future__ import annotations

from dataclasses import dataclass

from voicegather.engine import hours
from voicegather.engine.config import Role, setting
from voicegather.engine.events import AnsweredBy, Event, MachineDetected
from voicegather.engine.graph import Sensitivity, StepNode
from voicegather.engine.kinds import StepKind
from voicegather.engine.outbound import DETECTION_PATIENCE_MS
from voicegather.engine.turn import Turn
from voicegather.engine.wording import marked as _


@dataclass(frozen=True)
class BranchSettings:
    variable: str = setting(
        label=_("Variable"),
        help=_("Its value picks the choice, for example account, caller or language."),
        default="",
        role=Role.VARIABLE,
    )
    calendar: str = setting(
        label=_("Calendar"),
        help=_("Its opening hours pick the exit open or closed. Give one of the three."),
        default="",
        role=Role.CALENDAR,
    )
    machine: bool = setting(
        label=_("Who answered"),
        help=_(
            "Of a call that we placed: the exits are human and machine. A call that came in, and "
            "one where nobody looked for a machine, is human."
        ),
        default=False,
    )


class Branch(StepKind):
    name = "branch"
    label = _("Branch")
    Settings = BranchSettings

    def required_exits(self, settings: BranchSettings) -> tuple[str, ...]:
        if settings.machine:
            return (AnsweredBy.HUMAN, AnsweredBy.MACHINE)
        return (hours.OPEN, hours.CLOSED) if settings.calendar else ("otherwise",)

    def enter(self, turn: Turn, step: StepNode) -> None:
        settings: BranchSettings = step.settings
        if settings.machine:
            self._by_answer(turn)
            return
        if settings.calendar:
            self._by_hours(turn, step, settings.calendar)
            return
        value = turn.lookup(settings.variable)
        edge = step.value_edge(value)
        if edge is None:
            turn.leave("failure")
        else:
            known = turn.state.variables.get(settings.variable)
            plain = known is None or known.sensitivity is Sensitivity.NORMAL
            turn.follow(edge, edge.label if plain else edge.match.value)

    def on_event(self, turn: Turn, step: StepNode, event: Event) -> None:
        if isinstance(event, MachineDetected):
            self._by_answer(turn)

    def fail(self, turn: Turn, step: StepNode) -> None:
        """Detection takes too long, or cannot be read: a person may be listening."""
        turn.change(detecting=False)
        self._by_answer(turn)

    def _by_answer(self, turn: Turn) -> None:
        if turn.state.detecting:
            turn.wake_in(DETECTION_PATIENCE_MS)
        else:
            turn.leave(turn.state.answered_by or AnsweredBy.HUMAN)

    def _by_hours(self, turn: Turn, step: StepNode, calendar: str) -> None:
        found = turn.menus.hours(calendar, turn.now)
        name = found.exit_at(turn.now) if found else hours.CLOSED
        turn.leave(name if step.exit_edge(name) else hours.CLOSED)
