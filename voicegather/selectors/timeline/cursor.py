"""What a viewer of a timeline has been told, as a short text that the viewer keeps.

Neither times nor ids say what is new: events come late, ids become visible out of order, and rows
change. So the cursor has a stamp of four characters of each row's changing columns: one by one for
the newest rows of a table, one for every sixteen older ones. A row is told again when its stamp has
changed; an old row's change tells its fifteen neighbours again, too, which does no harm.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from voicegather.exceptions import VoicegatherError

#: Rows under one stamp, and rows at the least that have stamps of their own.
TOGETHER = 16
_STAMP = 4
_PART = re.compile(r"([0-9]{1,6})_((?:[A-Za-z0-9_-]{4})*)")


class CursorError(VoicegatherError):
    """A timeline was asked for with a cursor that is none."""

    def __init__(self) -> None:
        super().__init__(
            _("This is no cursor of a timeline: ask without one, and go on with the answer's.")
        )


class Told(NamedTuple):
    """Of one table: stamps of so many groups of old rows, and of each newer row."""

    groups: Sequence[str] = ()
    rows: Sequence[str] = ()


def stamp(columns: Iterable[Any]) -> str:
    """Four characters that change with any of the columns."""
    digest = hashlib.blake2b(repr(tuple(columns)).encode(), digest_size=3).digest()
    return base64.urlsafe_b64encode(digest).decode()


def told(stamps: Sequence[str]) -> Told:
    """What has been told with rows of these stamps, in the order of their ids."""
    groups = max(0, len(stamps) // TOGETHER - 1)
    return Told(
        [_of_group(stamps, number) for number in range(groups)], stamps[groups * TOGETHER :]
    )


def news(stamps: Sequence[str], known: Told) -> list[int]:
    """The places of the rows that are not what `known` says."""
    places: list[int] = []
    for number, group in enumerate(known.groups):
        if _of_group(stamps, number) != group:
            places += range(number * TOGETHER, min((number + 1) * TOGETHER, len(stamps)))
    rows = frozenset(known.rows)
    newer = range(len(known.groups) * TOGETHER, len(stamps))
    return places + [place for place in newer if stamps[place] not in rows]


def dump(tables: Mapping[str, Told]) -> str:
    return ".".join(
        f"{len(part.groups)}_{''.join((*part.groups, *part.rows))}" for part in tables.values()
    )


def load(cursor: str, tables: Sequence[str]) -> dict[str, Told]:
    """What `dump` wrote for the same tables; raises CursorError."""
    parts = [_PART.fullmatch(part) for part in cursor.split(".")]
    if len(parts) != len(tables):
        raise CursorError
    known = {}
    for table, part in zip(tables, parts, strict=True):
        if part is None:
            raise CursorError
        groups, text = int(part[1]), part[2]
        stamps = [text[place : place + _STAMP] for place in range(0, len(text), _STAMP)]
        if groups > len(stamps):
            raise CursorError
        known[table] = Told(stamps[:groups], stamps[groups:])
    return known


def _of_group(stamps: Sequence[str], number: int) -> str:
    return stamp(stamps[number * TOGETHER : (number + 1) * TOGETHER])
