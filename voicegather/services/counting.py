"""What came and went, counted by the clock for Prometheus, so that processes need not count.

Each sort of row is counted up to a mark that moves on behind the present: how far behind says how
long such a row may take to be written. The mark moves and the tallies grow in one transaction, so
that two clocks count nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, Sum

from voicegather.models import Call, CallCommand, CallEvent, EventSource, Tally
from voicegather.services import tallying
from voicegather.services.periodic import every

#: Counted at one go: a clock that was away catches up by and by.
MOST = timedelta(minutes=10)
#: Upper bounds of the histogram of commands, in milliseconds.
BOUNDS = (50, 100, 250, 500, 1000, 2000, 5000, 10_000)
MARK = "counted"

Found = Iterable[tuple[str, str, int]]


@dataclass(frozen=True, slots=True)
class Sort:
    """Rows of one sort: how far behind the present they are counted, and how."""

    name: str
    behind: timedelta
    count: Callable[[datetime, datetime], Found]


@every(timedelta(seconds=15))
def count_new(moment: datetime) -> None:
    """Count what is new, a range of an index for each sort."""
    for sort in SORTS:
        with transaction.atomic():
            _count(sort, moment)


def _count(sort: Sort, moment: datetime) -> None:
    mark = Tally.objects.filter(name=MARK, label=sort.name).order_by("pk").first()
    end = moment - sort.behind
    if mark is None:
        # Here nothing is counted back: counters begin at nought.
        Tally.objects.bulk_create(
            [Tally(name=MARK, label=sort.name, bucket=end)], ignore_conflicts=True
        )
        return
    since, until = mark.bucket, min(end, mark.bucket + MOST)
    if until <= since:
        return
    moved = Tally.objects.filter(pk=mark.pk, bucket=since).update(bucket=until)
    if moved:
        for name, label, count in sort.count(since, until):
            if count:
                tallying.add(name, label, count)


def _events(since: datetime, until: datetime) -> Found:
    rows = CallEvent.objects.filter(
        received_at__gte=since, received_at__lt=until, source=EventSource.TELNYX
    )
    for kind, count in rows.order_by().values_list("event_type").annotate(count=Count("pk")):
        yield "events", kind, count


def _commands(since: datetime, until: datetime) -> Found:
    rows = CallCommand.objects.filter(created_at__gte=since, created_at__lt=until).order_by()
    for action, status, count in rows.values_list("action", "status").annotate(n=Count("pk")):
        yield "commands", f"{action}|{status}", count
    timed = rows.filter(milliseconds__isnull=False)
    totals = timed.aggregate(
        count=Count("pk"),
        sum=Sum("milliseconds"),
        **{f"le{le}": Count("pk", filter=Q(milliseconds__lte=le)) for le in BOUNDS},
    )
    for label, count in totals.items():
        yield "command_ms", label, count or 0


def _calls_begun(since: datetime, until: datetime) -> Found:
    rows = Call.objects.filter(started_at__gte=since, started_at__lt=until).order_by()
    for direction, count in rows.values_list("direction").annotate(count=Count("pk")):
        yield "calls_begun", direction, count


def _calls_ended(since: datetime, until: datetime) -> Found:
    rows = Call.objects.filter(ended_at__gte=since, ended_at__lt=until).order_by()
    for direction, outcome, count in rows.values_list("direction", "outcome").annotate(
        count=Count("pk")
    ):
        yield "calls_ended", f"{direction}|{outcome}", count


SORTS = (
    Sort("events", timedelta(seconds=10), _events),
    # A command is tried for up to 45 seconds.
    Sort("commands", timedelta(seconds=90), _commands),
    # These moments are Telnyx's, and webhooks may come late.
    Sort("calls_begun", timedelta(seconds=60), _calls_begun),
    Sort("calls_ended", timedelta(seconds=60), _calls_ended),
)
