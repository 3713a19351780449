"""A branch: where the call goes depends on a variable, or on opening hours."""

from __future__ import annotations

from dataclasses import dataclass

from voicegather.engine import hours
from voicegather.engine.config import Role, setting
from voicegather.engine.graph import Sensitivity, StepNode
from voicegather.engine.kinds import StepKind
from voicegather.engine.turn import Turn


@dataclass(frozen=True)
class BranchSettings:
    variable: str = setting(
        label="Variable",
        help="Its value picks the choice, for example account, caller or language.",
        default="",
        role=Role.VARIABLE,
    )
    calendar: str = setting(
        label="Calendar",
        help="Its opening hours pick the exit open or closed. Give this or a variable.",
        default="",
        role=Role.CALENDAR,
    )


class Branch(StepKind):
    name = "branch"
    label = "Branch"
    Settings = BranchSettings

    def required_exits(self, settings: BranchSettings) -> tuple[str, ...]:
        return (hours.OPEN, hours.CLOSED) if settings.calendar else ("otherwise",)

    def enter(self, turn: Turn, step: StepNode) -> None:
        settings: BranchSettings = step.settings
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

    def _by_hours(self, turn: Turn, step: StepNode, calendar: str) -> None:
        found = turn.menus.hours(calendar)
        name = found.exit_at(turn.now) if found else hours.CLOSED
        turn.leave(name if step.exit_edge(name) else hours.CLOSED)
