"""Which past calls a replay takes: the newest of a menu that match, read batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from voicegather.engine.state import Phase
from voicegather.models import Call, Menu, MenuVersion, PhoneNumber, Replay

MOST_CALLS = 10_000
#: Calls read at a time, and between two looks at whether somebody asked for an end.
BATCH = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """Calls of `menu` that are over; days are whole days of the site's time zone."""

    menu: Menu
    version: MenuVersion | None = None
    number: PhoneNumber | None = None
    first_day: date | None = None
    last_day: date | None = None
    most: int = MOST_CALLS


def choice_of(replay: Replay) -> Choice:
    return Choice(
        menu=replay.menu,
        version=replay.version,
        number=replay.number,
        first_day=replay.first_day,
        last_day=replay.last_day,
        most=replay.most,
    )


def matching(choice: Choice) -> QuerySet[Call]:
    """All calls that match, in no order."""
    calls = Call.objects.filter(menu=choice.menu, phase=Phase.ENDED)
    if choice.version is not None:
        calls = calls.filter(version=choice.version)
    if choice.number is not None:
        calls = calls.filter(number=choice.number)
    if choice.first_day is not None:
        calls = calls.filter(started_at__gte=_begin_of(choice.first_day))
    if choice.last_day is not None:
        calls = calls.filter(started_at__lt=_begin_of(choice.last_day + timedelta(days=1)))
    return calls.order_by()


def count_matching(choice: Choice) -> int:
    """How many calls would be taken: never counts further than that."""
    return matching(choice)[: min(choice.most, MOST_CALLS)].count()


def batches(choice: Choice) -> Iterator[list[int]]:
    """The ids of the calls to take, newest first, by keyset: one query a batch."""
    left = min(choice.most, MOST_CALLS)
    calls = matching(choice).order_by("-started_at", "-pk").values_list("pk", "started_at")
    before = Q()
    while left > 0:
        rows = list(calls.filter(before)[: min(BATCH, left)])
        if rows:
            yield [pk for pk, _started in rows]
        left -= len(rows)
        if len(rows) < BATCH:
            return
        last, started = rows[-1]
        before = Q(started_at__lt=started) | Q(started_at=started, pk__lt=last)


def _begin_of(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
