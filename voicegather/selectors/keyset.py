"""Pages of big tables from place to place: the thousandth costs what the first does."""

from __future__ import annotations

import heapq
import itertools
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from operator import attrgetter
from typing import Any, Generic, Self, TypeVar

from django.db import connections
from django.db.models import Model, Q, QuerySet

M = TypeVar("M", bound=Model)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: What a bigint holds, and the last microsecond of the year 9999.
_HIGHEST_ID, _LAST_MOMENT = 2**63 - 1, 253_402_300_799_999_999
#: Where the planner of the database tells no estimate, rows are counted up to here.
COUNTED = 1_000


class Direction(StrEnum):
    OLDER = "after"
    NEWER = "before"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page ends: a row's moment and id. As a text ``1772357403500000-12``."""

    moment: datetime
    pk: int

    def __str__(self) -> str:
        return f"{(self.moment - _EPOCH) // timedelta(microseconds=1)}-{self.pk}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Raises ValueError where the text names no place."""
        moment, _, pk = text.partition("-")
        if not (text.isascii() and moment.isdigit() and pk.isdigit() and len(text) < 40):
            raise ValueError("This is no place in the list.")
        microseconds, number = int(moment), int(pk)
        if microseconds > _LAST_MOMENT or number > _HIGHEST_ID:
            raise ValueError("There is no such place in the list.")
        return cls(_EPOCH + timedelta(microseconds=microseconds), number)


@dataclass(frozen=True, slots=True)
class Slice(Generic[M]):
    """Rows, the newest first, and whether there are more on either side."""

    rows: list[M]
    has_newer: bool
    has_older: bool


def slice_of(
    sources: Sequence[QuerySet[M]],
    *,
    moment: str,
    size: int,
    place: Place | None = None,
    direction: Direction = Direction.OLDER,
) -> Slice[M]:
    """The `size` rows next to `place` of all that any of `sources` has, by the column `moment`.

    One query a source: each is free to walk the newest rows, where many match, or to use the
    index of its own condition, where few do.
    """
    is_back = direction is Direction.NEWER
    order = (moment, "pk") if is_back else (f"-{moment}", "-pk")
    beyond = _beyond(moment, place, is_back) if place else Q()
    found = [list(source.filter(beyond).order_by(*order)[: size + 1]) for source in sources]
    merged = heapq.merge(*found, key=attrgetter(moment, "pk"), reverse=not is_back)
    unique = (next(rows) for _, rows in itertools.groupby(merged, attrgetter("pk")))
    taken = list(itertools.islice(unique, size + 1))
    rows, has_more = taken[:size], len(taken) > size
    if is_back:
        return Slice(rows[::-1], has_newer=has_more, has_older=True)
    return Slice(rows, has_newer=place is not None, has_older=has_more)


def estimated_count(sources: Iterable[QuerySet[Any]]) -> int:
    """About how many rows `sources` have together, without counting them.

    PostgreSQL's planner says; elsewhere each is counted up to COUNTED.
    """
    return sum(map(_estimate, sources))


def _estimate(source: QuerySet[Any]) -> int:
    ids = source.order_by().values("pk")
    if ids.query.is_empty():
        return 0
    if connections[source.db].vendor != "postgresql":
        return ids[:COUNTED].count()
    # Django says nothing of a query that it knows to find nothing, such as for an id beyond all.
    told = ids.explain(format="json")
    return int(json.loads(told)[0]["Plan"]["Plan Rows"]) if told else 0


def _beyond(moment: str, place: Place, is_back: bool) -> Q:
    """A range that an index begins with, and what of its first moment lies beyond the place."""
    way = "gt" if is_back else "lt"
    edge = Q(**{f"{moment}__{way}": place.moment}) | Q(**{f"pk__{way}": place.pk})
    return Q(**{f"{moment}__{way}e": place.moment}) & edge
