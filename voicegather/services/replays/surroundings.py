"""What the engine looks up while a past call is replayed: the draft, and the world as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from voicegather.engine.graph import Graph
from voicegather.engine.hours import Hours
from voicegather.services.replays.past import PastCall
from voicegather.services.trials.menus import TrialMenus


@dataclass(frozen=True, slots=True)
class PastHours(Hours):
    """A calendar that answers as it did in the call."""

    answer: str = ""

    def exit_at(self, at: int) -> str:
        return self.answer


class ReplayMenus(TrialMenus):
    """The draft, with calendars and other menus as the call under way met them.

    What the call did not meet is as it is live. Each other look-up is made once for all calls.
    """

    def __init__(self, draft: Graph) -> None:
        super().__init__(draft)
        self.draft = draft
        self._past_hours: Mapping[str, Hours] = {}
        self._past_menus: Mapping[str, Graph] = {}

    def remember(self, past: PastCall) -> None:
        """Be as `past` met it. Raises VersionMissingError, and CodecError."""
        hours: dict[str, Hours] = {}
        menus: dict[str, Graph] = {}
        for visit in past.visits:
            graph = self.graph(visit.graph)
            if visit.graph != past.graph:
                menus.setdefault(graph.menu, graph)
            step = graph.steps.get(visit.step)
            if step is not None and step.kind == "branch" and visit.exit:
                hours.setdefault(step.settings.calendar, PastHours("UTC", answer=visit.exit))
        self._past_hours, self._past_menus = hours, menus

    def live_graph(self, menu: str) -> Graph | None:
        if menu in self._past_menus and menu != self.draft.menu:
            return self._past_menus[menu]
        return super().live_graph(menu)

    def hours(self, calendar: str, at: int) -> Hours | None:
        return self._past_hours.get(calendar) or super().hours(calendar, at)

    def refusal_of(self, to: str) -> str:
        """Nothing is rung, and the log that would say so is not kept."""
        return ""
