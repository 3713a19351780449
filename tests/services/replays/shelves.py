from __future__ import annotations

from tests.engine.menus import Shelf
from voicegather.engine.graph import Graph
from voicegather.engine.hours import Hours
from voicegather.services.replays.surroundings import ReplayMenus


class ShelfMenus(ReplayMenus):
    """A draft among graphs that no table holds."""

    def __init__(self, draft: Graph, *others: Graph) -> None:
        super().__init__(draft)
        self._shelf = Shelf(draft, *others)

    def graph(self, sha256: str) -> Graph:
        return self._shelf.graph(sha256)

    def live_graph(self, menu: str) -> Graph | None:
        return self._past_menus.get(menu) or self._shelf.live_graph(menu)

    def hours(self, calendar: str, at: int) -> Hours | None:
        return self._past_hours.get(calendar) or self._shelf.hours(calendar, at)
