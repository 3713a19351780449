"""Everything that happened in a call, in order of time, and what is new of it since."""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from voicegather.models import Call
from voicegather.selectors.entries import EntryKind, Sight, Timeline, TimelineEntry
from voicegather.selectors.timeline import cursor as cursors
from voicegather.selectors.timeline.cursor import CursorError
from voicegather.selectors.timeline.tables import TABLES, Table
from voicegather.selectors.timeline.telling import Telling

__all__ = ["CursorError", "story_of", "timeline_of"]

#: Among entries of one moment, the order of the kinds.
_ORDER = {kind: place for place, kind in enumerate(EntryKind)}


def timeline_of(call: Call, *, sight: Sight, after: str = "") -> Timeline:
    """What happened in `call`, in order of time; with `after`, a cursor, what is new or changed.

    Everything is told at least once, however late it came or became visible, and an entry again
    when something about it changed: it takes the place of the earlier one with the same key. Takes
    at most 26 queries, however long the call is, and one for each menu whose version this process
    has not read yet; 10 where nothing is new. Raises CursorError for an `after` that no timeline
    gave.
    """
    kinds = [table.kind for table in TABLES]
    known = cursors.load(after, kinds) if after else {}
    new: dict[EntryKind, list[Any]] = {}
    told: dict[str, cursors.Told] = {}
    for table in TABLES:
        if after:
            new[table.kind], told[table.kind] = _news_of(table, call, known[table.kind])
        else:
            new[table.kind], told[table.kind] = _all_of(table, call)
    telling = Telling(new, sight, _diverted_to(call))
    entries = [telling.entry(kind, row) for kind in kinds for row in new[kind]]
    entries.sort(key=lambda entry: (entry.moment, _ORDER[entry.kind]))
    return Timeline(tuple(entries), cursors.dump(told))


def story_of(call: Call, *, sight: Sight) -> Iterator[TimelineEntry]:
    """What the caller did and said in `call`, in order of time: its timeline without webhooks,
    commands and legs, of which a call can have very many."""
    beside = (EntryKind.EVENT, EntryKind.COMMAND, EntryKind.LEG)
    rows = {table.kind: [] if table.kind in beside else _all_of(table, call)[0] for table in TABLES}
    telling = Telling(rows, sight)
    entries = [telling.entry(kind, row) for kind, found in rows.items() for row in found]
    yield from sorted(entries, key=lambda entry: (entry.moment, _ORDER[entry.kind]))


def _diverted_to(call: Call) -> str:
    return str(call.diversion) if call.diversion else ""


def _all_of(table: Table, call: Call) -> tuple[list[Any], cursors.Told]:
    rows = list(table.rows(call).order_by("pk"))
    columns = attrgetter(*table.changing)
    return rows, cursors.told([_stamp(columns(row)) for row in rows])


def _news_of(table: Table, call: Call, known: cursors.Told) -> tuple[list[Any], cursors.Told]:
    """The rows that are not as they are known; of all others only what may change is read."""
    found = list(table.rows(call).order_by("pk").values_list(*table.changing))
    stamps = [_stamp(columns) for columns in found]
    pks = [found[place][0] for place in cursors.news(stamps, known)]
    rows = list(table.rows(call).filter(pk__in=pks).order_by("pk")) if pks else []
    return rows, cursors.told(stamps)


def _stamp(columns: tuple[Any, ...]) -> str:
    return cursors.stamp(bytes(each) if isinstance(each, memoryview) else each for each in columns)
