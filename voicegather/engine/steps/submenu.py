"""A submenu: another menu, in the version that is live when the caller enters it."""

from __future__ import annotations

from dataclasses import dataclass

from voicegather.engine.config import Role, setting
from voicegather.engine.graph import StepNode
from voicegather.engine.kinds import StepKind
from voicegather.engine.turn import Turn
from voicegather.engine.wording import marked as _

MOST_NESTED = 8


@dataclass(frozen=True)
class SubmenuSettings:
    menu: str = setting(
        label=_("Menu"),
        help=_("The menu to enter. It comes back here by the exit done."),
        role=Role.MENU,
    )


class Submenu(StepKind):
    name = "submenu"
    label = _("Submenu")
    Settings = SubmenuSettings

    def required_exits(self, settings: SubmenuSettings) -> tuple[str, ...]:
        return ("done", "failure")

    def enter(self, turn: Turn, step: StepNode) -> None:
        graph = turn.menus.live_graph(step.settings.menu)
        if graph is None or len(turn.state.frames) >= MOST_NESTED:
            turn.leave("failure")
        else:
            turn.open_menu(graph)
