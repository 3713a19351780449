"""Hours counted from their calls, and days put together of hours: exact, and never twice.

Whoever counts an hour holds the lock on its row, and reads afterwards: of two at once, the second
one sees what the first has counted. The row knows which calls it counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from voicegather.engine.state import Phase
from voicegather.models import Call, CountedDay, HourCounts, Menu, MenuDay, StepDay
from voicegather.models.retention import DataClass
from voicegather.selectors.collected.packing import ascending, packed, unpacked
from voicegather.services import moments
from voicegather.services.analytics.counts import (
    MENU_NUMBERS,
    STEP_NUMBERS,
    Counts,
    chosen_json,
    durations_json,
    ways_json,
)
from voicegather.services.analytics.hours import hour_after, span_of
from voicegather.services.analytics.reading import Versions, count_calls

#: Calls named one by one in a query: databases bound how many values one may hold.
NAMED_AT_ONCE = 1_000
ROWS_A_STATEMENT = 500

#: So many of these numbers; a call that is not kept whole any more cannot be counted again.
_UNREADABLE = tuple(f"removed__{kind}__isnull" for kind in (DataClass.ANSWERS, DataClass.CALLS))


def count_changed(start: datetime, changed: Sequence[int], versions: Versions) -> int:
    """Count these calls of the hour that begins at `start`, which have ended or changed.

    Returns how many calls the hour has then. New ones are added. Where one is counted already the
    whole hour is counted again, unless some of its calls were erased or stripped since: their
    counts stay, and so does what that call came to.
    """
    with transaction.atomic():
        hour = _locked(start)
        before = set(_counted(hour))
        known = before.intersection(changed)
        if known and _is_whole(start, before):
            return _count_whole(hour, versions)
        return _add(hour, before, set(changed) - before, versions)


def count_hour(start: datetime, versions: Versions) -> int:
    """Count the hour that begins at `start` from scratch, as far as its calls are still there.

    Returns how many calls it has.
    """
    with transaction.atomic():
        hour = _locked(start)
        before = set(_counted(hour))
        if _is_whole(start, before):
            return _count_whole(hour, versions)
        return _add(hour, before, set(_ended_in(start)) - before, versions)


def put_together(day: date) -> None:
    """Add up the hours of a day into the rows that pages read."""
    since, until = span_of(day)
    with transaction.atomic():
        CountedDay.objects.get_or_create(day=day)
        counted = CountedDay.objects.select_for_update().get(day=day)
        counts = Counts()
        hours = HourCounts.objects.filter(starts_at__gte=since, starts_at__lt=until)
        for document in hours.values_list("document", flat=True):
            counts.add(Counts.read(document))
        _replace_day(day, counts)
        counted.counted_at = moments.now()
        counted.save(update_fields=["counted_at"])


def _locked(start: datetime) -> HourCounts:
    HourCounts.objects.get_or_create(starts_at=start)
    return HourCounts.objects.select_for_update().get(starts_at=start)


def _counted(hour: HourCounts) -> Iterable[int]:
    return unpacked(hour.counted_calls) if hour.counted_calls else ()


def _span(start: datetime) -> Q:
    return Q(started_at__gte=start, started_at__lt=hour_after(start))


def _ended_in(start: datetime) -> list[int]:
    ended = Call.objects.filter(_span(start), phase=Phase.ENDED, is_test=False)
    return list(ended.order_by().values_list("pk", flat=True))


def _is_whole(start: datetime, counted: set[int]) -> bool:
    """Whether all calls that are counted can be read again."""
    if not counted:
        return True
    stripped = Q()
    for lookup in _UNREADABLE:
        stripped |= Q(**{lookup: False})
    if Call.objects.filter(_span(start) & stripped).exists():
        return False
    return counted.issubset(_ended_in(start))


def _count_whole(hour: HourCounts, versions: Versions) -> int:
    ids = _ended_in(hour.starts_at)
    counts = Counts()
    for some in _chunks(sorted(ids)):
        counts.add(count_calls(some, versions))
    return _store(hour, set(ids), counts)


def _add(hour: HourCounts, before: set[int], new: set[int], versions: Versions) -> int:
    counts = Counts.read(hour.document)
    added: set[int] = set()
    for some in _chunks(sorted(new)):
        there = Call.objects.filter(pk__in=some, phase=Phase.ENDED, is_test=False)
        ids = list(there.values_list("pk", flat=True))
        counts.add(count_calls(ids, versions))
        added.update(ids)
    return _store(hour, before | added, counts) if added else len(before)


def _chunks(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(ids), NAMED_AT_ONCE):
        yield ids[start : start + NAMED_AT_ONCE]


def _store(hour: HourCounts, calls: set[int], counts: Counts) -> int:
    hour.counted_calls = packed(ascending(calls))
    hour.document = counts.document()
    hour.counted_at = moments.now()
    hour.save(update_fields=["counted_calls", "document", "counted_at"])
    return len(calls)


def _replace_day(day: date, counts: Counts) -> None:
    kept = set(
        Menu.objects.filter(pk__in={menu for (menu, _), _ in counts}).values_list("pk", flat=True)
    )
    MenuDay.objects.filter(day=day).delete()
    StepDay.objects.filter(day=day).delete()
    MenuDay.objects.bulk_create(
        (row for row in _menu_rows(day, counts) if row.menu_id in kept),
        batch_size=ROWS_A_STATEMENT,
    )
    StepDay.objects.bulk_create(
        (row for row in _step_rows(day, counts) if row.menu_id in kept),
        batch_size=ROWS_A_STATEMENT,
    )


def _menu_rows(day: date, counts: Counts) -> Iterator[MenuDay]:
    for (menu, version), found in counts:
        numbers = {name: getattr(found, name) for name in MENU_NUMBERS}
        yield MenuDay(day=day, menu_id=menu, version=version, **numbers)


def _step_rows(day: date, counts: Counts) -> Iterator[StepDay]:
    for (menu, version), found in counts:
        for key, step in sorted(found.steps.items()):
            yield StepDay(
                day=day,
                menu_id=menu,
                version=version,
                step_key=key,
                durations=durations_json(step.durations),
                ways=ways_json(step.ways),
                chosen=chosen_json(step.chosen),
                **{name: getattr(step, name) for name in STEP_NUMBERS},
            )
