"""Counting in the background: what has ended or changed, and what was there before."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta

from django.db.models import Max, Min, Q, QuerySet

from voicegather.models import Call, Rollup
from voicegather.services import jobs
from voicegather.services.analytics.counting import count_changed, count_hour, put_together
from voicegather.services.analytics.hours import day_of, hour_after, hour_of
from voicegather.services.analytics.reading import Versions
from voicegather.services.jobs import Progress, job_kind
from voicegather.services.periodic import every

#: Between two looks for calls to count.
GAP = timedelta(seconds=20)
#: Changed calls taken up at once.
MOST_CHANGED = 5_000
#: Calls told from each other in one query.
NOTED_AT_ONCE = 200


@every(GAP)
def count_what_changed(moment: datetime) -> None:
    """Start counting where calls wait for it. The first time, all calls that are there do."""
    rollup, is_new = Rollup.objects.get_or_create(name="rollup")
    if is_new:
        _plan(rollup, *_span_of_calls())
    if rollup.next_hour is not None or _uncounted().exists():
        if is_new:
            jobs.start(rollup)
        else:
            jobs.run_again(rollup, done=0, total=0)


def plan_rebuilding(since: datetime | None = None, until: datetime | None = None) -> None:
    """Have the background count all calls again, or those of the hours from `since` to `until`."""
    rollup, _ = Rollup.objects.get_or_create(name="rollup")
    first, last = _span_of_calls()
    if first is not None and last is not None:
        _plan(rollup, max(first, since or first), min(last, until or last))


def hours_to_count(since: datetime | None = None, until: datetime | None = None) -> list[datetime]:
    """The hours, oldest first, of the calls there are, as far as they lie in these bounds."""
    first, last = _span_of_calls()
    if first is None or last is None:
        return []
    hour, end = hour_of(max(first, since or first)), min(last, until or last)
    hours = []
    while hour <= end:
        hours.append(hour)
        hour = hour_after(hour)
    return hours


@job_kind("rollup", model=Rollup)
def roll_up(rollup: Rollup, progress: Progress) -> None:
    """Count what has changed until nothing waits, then what was there before, hour by hour."""
    versions = Versions()
    progress.total(len(_hours_left(rollup)))
    while True:
        while _count_changed(versions):
            progress.advance(0)
        if not _count_next_hour(rollup, versions):
            return
        progress.advance()


def _count_changed(versions: Versions) -> bool:
    """Count some calls that have ended or changed; whether there were any."""
    seen = list(
        _uncounted()
        .order_by("uncounted_since")
        .values_list("pk", "started_at", "uncounted_since")[:MOST_CHANGED]
    )
    by_hour: defaultdict[datetime, list[int]] = defaultdict(list)
    for pk, started_at, _since in seen:
        by_hour[hour_of(started_at)].append(pk)
    for start, calls in sorted(by_hour.items()):
        count_changed(start, calls, versions)
    for day in sorted({day_of(start) for start in by_hour}):
        put_together(day)
    _note_counted(seen)
    return bool(seen)


def _note_counted(seen: list[tuple[int, datetime, datetime | None]]) -> None:
    """What changed once more meanwhile waits on."""
    for start in range(0, len(seen), NOTED_AT_ONCE):
        unchanged = Q()
        for pk, _started_at, since in seen[start : start + NOTED_AT_ONCE]:
            unchanged |= Q(pk=pk, uncounted_since=since)
        Call.objects.filter(unchanged).update(uncounted_since=None)


def _count_next_hour(rollup: Rollup, versions: Versions) -> bool:
    """Count one hour of those that were there before; False where none is left."""
    start, last = rollup.next_hour, rollup.last_hour
    if start is None or last is None or start > last:
        if start is not None:
            _move_on(rollup, None)
        return False
    count_hour(start, versions)
    then = hour_after(start)
    if day_of(then) != day_of(start) or then > last:
        put_together(day_of(start))
    _move_on(rollup, then)
    return True


def _move_on(rollup: Rollup, then: datetime | None) -> None:
    """Note how far it is; what was planned meanwhile stands."""
    rows = Rollup.objects.filter(pk=rollup.pk, next_hour=rollup.next_hour)
    rows.update(next_hour=then)
    rollup.refresh_from_db(fields=["next_hour", "last_hour"])


def _plan(rollup: Rollup, first: datetime | None, last: datetime | None) -> None:
    rollup.next_hour = hour_of(first) if first else None
    rollup.last_hour = last
    Rollup.objects.filter(pk=rollup.pk).update(
        next_hour=rollup.next_hour, last_hour=rollup.last_hour
    )


def _hours_left(rollup: Rollup) -> range:
    """About so many: an hour in which clocks are moved may be longer."""
    if rollup.next_hour is None or rollup.last_hour is None:
        return range(0)
    return range((rollup.last_hour - rollup.next_hour) // timedelta(hours=1) + 1)


def _span_of_calls() -> tuple[datetime | None, datetime | None]:
    found = Call.objects.aggregate(first=Min("started_at"), last=Max("started_at"))
    return found["first"], found["last"]


def _uncounted() -> QuerySet[Call]:
    return Call.objects.filter(uncounted_since__isnull=False)
