"""What the engine looks up in a test call: the draft, and everything else as it is live."""

from __future__ import annotations

from voicegather.engine.graph import Graph
from voicegather.engine.hours import Hours
from voicegather.services.calendars.reading import year_of
from voicegather.services.destinations import DestinationRefusedError, Destinations
from voicegather.services.menus.versions import LiveMenus


class TrialMenus(LiveMenus):
    """The draft in place of its menu's live version; each other look-up is made once.

    Implements :class:`voicegather.services.trials.exchange.Surroundings`.
    """

    def __init__(self, draft: Graph) -> None:
        self._draft = draft
        self._live: dict[str, Graph | None] = {}
        self._hours: dict[tuple[str, int], Hours | None] = {}
        self._destinations = Destinations()

    def graph(self, sha256: str) -> Graph:
        return self._draft if sha256 == self._draft.sha256 else super().graph(sha256)

    def live_graph(self, menu: str) -> Graph | None:
        if menu == self._draft.menu:
            return self._draft
        if menu not in self._live:
            self._live[menu] = super().live_graph(menu)
        return self._live[menu]

    def hours(self, calendar: str, at: int) -> Hours | None:
        asked = calendar, year_of(at)
        if asked not in self._hours:
            self._hours[asked] = super().hours(calendar, at)
        return self._hours[asked]

    def refusal_of(self, to: str) -> str:
        """Why the site's rules forbid to ring `to`, "" where they do not."""
        try:
            self._destinations.check(to)
        except DestinationRefusedError as refusal:
            return str(refusal)
        return ""
