"""How the lines do now: a few numbers, each from a short range of an index."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import router
from django.db.models import Q, QuerySet
from django.utils import timezone

from voicegather import conf
from voicegather.engine.facts import CallOutcome
from voicegather.engine.failing import CALL_HAS_ENDED
from voicegather.engine.state import Phase
from voicegather.models import (
    Call,
    CallCommand,
    CallEvent,
    CommandStatus,
    EventStatus,
    JobFailure,
    Lease,
)
from voicegather.selectors.teams import AnyUser, in_teams_of

#: Calls of a day are counted up to here.
MOST_CALLS = 50_000
MOST_DEAD = 1_000
SHOWN = 8
#: Commands that failed longer ago are of no use to who looks at the overview.
LATELY = timedelta(days=7)
#: A call that has not ended after so long is no live call: its end was lost.
LONGEST_CALL = timedelta(hours=6)
#: The rows by which the clock and workers say that they are there.
CLOCK, QUEUE = "clock", "queue:"
LIVE = tuple(phase for phase in Phase if phase is not Phase.ENDED)


@dataclass(frozen=True)
class CallFigures:
    """Calls since midnight in the site's zone, and until the same time a week ago."""

    live: int
    today: int
    week_ago: int
    failed: int
    failed_week_ago: int


@dataclass(frozen=True)
class Served:
    """Whether somebody does the work of `name`: `owner` was heard of, `seconds` ago at least."""

    name: str
    owner: str
    is_there: bool


@dataclass(frozen=True)
class Inbox:
    """The events and commands that wait, or never will be worked on."""

    oldest: datetime | None
    dead: int
    dead_events: list[CallEvent] = field(default_factory=list)
    dead_commands: list[CallCommand] = field(default_factory=list)


def call_figures(user: AnyUser, moment: datetime) -> CallFigures:
    """Five queries."""
    calls = in_teams_of(user, Call.objects.all())
    failed = calls.filter(outcome=CallOutcome.FAILED)
    midnight, then = _midnight(moment), _week_before(moment)
    live = calls.filter(phase__in=LIVE, started_at__gte=moment - LONGEST_CALL)
    return CallFigures(
        live=live.order_by()[: MOST_CALLS + 1].count(),
        today=_counted(calls, midnight, moment),
        week_ago=_counted(calls, _midnight(then), then),
        failed=_counted(failed, midnight, moment),
        failed_week_ago=_counted(failed, _midnight(then), then),
    )


def inbox_figures(user: AnyUser, moment: datetime) -> Inbox:
    """Four queries."""
    events = in_teams_of(user, CallEvent.objects.all())
    waiting = events.filter(status=EventStatus.PENDING).order_by("received_at")
    dead = events.filter(status=EventStatus.DEAD)
    failed = in_teams_of(
        user,
        CallCommand.objects.filter(status=CommandStatus.FAILED, created_at__gte=moment - LATELY),
    )
    return Inbox(
        oldest=waiting.values_list("received_at", flat=True).first(),
        dead=dead.order_by()[: MOST_DEAD + 1].count(),
        dead_events=list(dead.select_related("call").order_by("-received_at")[:SHOWN]),
        dead_commands=list(
            failed.exclude(code=CALL_HAS_ENDED)
            .select_related("call")
            .order_by("-created_at")[:SHOWN]
        ),
    )


def served(moment: datetime) -> list[Served]:
    """The clock, then the queues that somebody took from; one query."""
    rows = Lease.objects.using(router.db_for_write(Lease)).filter(
        Q(name=CLOCK) | Q(name__startswith=QUEUE)
    )
    leases = {row.name: row for row in rows}
    names = [CLOCK]
    if conf.get("DISPATCH") == "celery":
        needed = [QUEUE + conf.get(each) for each in ("QUEUE_CALLS", "QUEUE_HANDLERS")]
        names += dict.fromkeys([*needed, *sorted(leases.keys() - {CLOCK})])
    found = [(name, leases.get(name)) for name in names]
    return [
        Served(name.removeprefix(QUEUE), row.owner if row else "", bool(row and row.until > moment))
        for name, row in found
    ]


def failed_jobs() -> list[JobFailure]:
    """The newest of the last days; one query."""
    return list(JobFailure.objects.all()[:SHOWN])


def _counted(calls: QuerySet[Call], since: datetime, until: datetime) -> int:
    """How many of them began in this time; up to MOST_CALLS and one more."""
    begun = calls.filter(started_at__gte=since, started_at__lt=until)
    return begun.order_by()[: MOST_CALLS + 1].count()


def _midnight(moment: datetime) -> datetime:
    local = timezone.localtime(moment, timezone.get_default_timezone())
    day = datetime(local.year, local.month, local.day)  # noqa: DTZ001
    return timezone.make_aware(day, timezone.get_default_timezone())


def _week_before(moment: datetime) -> datetime:
    local = timezone.localtime(moment, timezone.get_default_timezone()) - timedelta(weeks=1)
    return timezone.make_aware(local.replace(tzinfo=None), timezone.get_default_timezone())
