"""How far the counting is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from voicegather.models import Call, CountedDay, Rollup

#: Beyond so many nobody needs the number.
MOST_COUNTED = 1_000


@dataclass(frozen=True, slots=True)
class Freshness:
    """`waiting` are ended calls that are not counted yet, at most MOST_COUNTED.

    `counted_at` is when a day was counted last; `past` how many per cent of the calls of before
    are, None where none wait.
    """

    has_begun: bool
    counted_at: datetime | None
    waiting: int
    past: int | None
    failure: str


def freshness() -> Freshness:
    """Three queries, none of which counts all calls."""
    rollup = Rollup.objects.filter(name="rollup").first()
    newest = CountedDay.objects.order_by("-counted_at").exclude(counted_at=None).first()
    waiting = Call.objects.filter(uncounted_since__isnull=False).order_by()[:MOST_COUNTED].count()
    is_past = rollup is not None and rollup.next_hour is not None
    return Freshness(
        has_begun=rollup is not None,
        counted_at=newest.counted_at if newest else None,
        waiting=waiting,
        past=(rollup.percent or 0) if rollup and is_past else None,
        failure=rollup.failure if rollup else "",
    )
