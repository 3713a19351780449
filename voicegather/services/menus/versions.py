"""Published versions as the engine walks them, read once a process."""

from __future__ import annotations

from functools import lru_cache

from voicegather.engine.graph import Graph
from voicegather.engine.hours import Hours
from voicegather.models import Calendar, Menu, MenuVersion
from voicegather.services.calendars import hours_of, with_switches
from voicegather.services.menus.errors import VersionMissingError

#: Versions kept in memory: far more than one site has callers on at a time.
MOST_CACHED = 256


@lru_cache(maxsize=MOST_CACHED)
def graph_of(sha256: str) -> Graph:
    """The published version with this hash, from this process's memory when it was read before.

    Raises VersionMissingError where there is none, and CodecError where it is newer than this
    release reads.
    """
    found = MenuVersion.objects.filter(sha256=sha256).values_list("document", flat=True).first()
    if found is None:
        raise VersionMissingError(sha256)
    return Graph.load(found, sha256=sha256)


class LiveMenus:
    """What the engine looks up while it advances a call; implements engine.graph.Menus."""

    def graph(self, sha256: str) -> Graph:
        """The pinned version with this hash; raises VersionMissingError."""
        return graph_of(sha256)

    def live_graph(self, menu: str) -> Graph | None:
        """The version of the menu with this slug that is live now; one query when it is cached."""
        sha256 = (
            Menu.objects.filter(slug=menu).values_list("live_version__sha256", flat=True).first()
        )
        return graph_of(sha256) if sha256 else None

    def hours(self, calendar: str, at: int) -> Hours | None:
        """The calendar's opening hours, None where there is none that can be read; two queries."""
        found = with_switches(Calendar.objects.filter(key=calendar)).first()
        return hours_of(found, at=at) if found else None
