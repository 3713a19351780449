"""The clock: once a second it looks after calls whose deadline passed and work left behind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Min, Q

from voicegather import conf
from voicegather.models import (
    CallCommand,
    CallEvent,
    CallLeg,
    CommandStatus,
    EventSource,
    EventStatus,
    Lease,
    LegRole,
    OwnEventType,
)
from voicegather.models.jobs import JobState
from voicegather.services import dispatch, moments
from voicegather.services.jobs.kinds import all_kinds
from voicegather.services.moments import to_ms
from voicegather.services.periodic import Chores

LEASE = "clock"
#: A leader that is not heard of for so long is replaced.
LEASE_SECONDS = 5
#: How old unfinished work must be before it is taken as left behind.
LEFT_BEHIND = timedelta(seconds=2)
#: How old an event that nothing waits for must be before it is looked after for its own sake.
NEVER_TAKEN_ALONG = timedelta(minutes=1)
MOST_A_TICK = 500
#: Far longer than a message needs: where workers are too slow, reminders make them slower.
FIRST_GAP = timedelta(seconds=4)
LONGEST_GAP = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Reminder:
    """When a leg's left-over work is enqueued next, and how long after that once more."""

    at: datetime
    gap: timedelta


@dataclass(frozen=True, slots=True)
class Tick:
    """What one turn of the clock found."""

    timers: int
    events: int
    commands: int
    jobs: int


def lead(owner: str) -> bool:
    """Take or keep the clock's lease; False while another process leads."""
    moment = moments.now()
    until = moment + timedelta(seconds=LEASE_SECONDS)
    mine = Lease.objects.filter(Q(owner=owner) | Q(until__lt=moment), name=LEASE)
    if mine.update(owner=owner, until=until):
        return True
    try:
        with transaction.atomic():
            Lease.objects.create(name=LEASE, owner=owner, until=until)
    except IntegrityError:
        return False
    return True


def resign(owner: str) -> None:
    """Give the lease back, so that another process leads at once."""
    Lease.objects.filter(name=LEASE, owner=owner).delete()


class Reminders:
    """Of what was left behind: at once, then again after growing gaps while it is left lying."""

    def __init__(self) -> None:
        self._reminders: dict[str, Reminder] = {}

    def due(self, left: Iterable[str], moment: datetime) -> list[str]:
        """Which of those that are `left` to remind of now; the others of before are forgotten."""
        self._reminders = {
            key: self._reminders.get(key) or Reminder(moment, FIRST_GAP)
            for key in dict.fromkeys(left)
        }
        due = [key for key, reminder in self._reminders.items() if reminder.at <= moment]
        for key in due:
            gap = self._reminders[key].gap
            self._reminders[key] = Reminder(moment + gap, min(gap * 2, LONGEST_GAP))
        return due


class Clock:
    """Looks after calls and jobs; remembers only what it has reminded the workers of."""

    def __init__(self) -> None:
        self._legs = Reminders()
        self._jobs = Reminders()
        self._chores = Chores()

    def tick(self) -> Tick:
        """Turn due deadlines into timer events, and enqueue them and what was left behind.

        A handful of queries, whatever the number of calls stored; at most 500 legs of each sort.
        Work that is left lying although it was enqueued is enqueued again after growing gaps, so
        that a queue without workers does not fill up.
        """
        moment = moments.now()
        timers = _due_timers(moment)
        events = _events_left(moment)
        commands = _commands_left(moment)
        due = self._legs.due((*events, *commands), moment)
        for leg in dict.fromkeys((*timers, *due)):
            dispatch.enqueue(leg)
        self._chores.do(moment)
        jobs = _jobs_left(moment)
        for key in self._jobs.due(jobs, moment):
            dispatch.enqueue_job(key, queue=jobs[key])
        return Tick(len(timers), len(events), len(commands), len(jobs))


def _due_timers(moment: datetime) -> list[str]:
    """Insert a timer event for each deadline that has passed; return the legs to look after."""
    due = list(
        CallLeg.objects.filter(role=LegRole.CALLER, call__wake_at__lte=moment)
        .order_by("call__wake_at")
        .values_list("call_control_id", "call_id", "call__wake_at")[:MOST_A_TICK]
    )
    events = {
        f"{call_id}:{to_ms(wake_at)}": CallEvent(
            source=EventSource.TIMER,
            external_id=f"{call_id}:{to_ms(wake_at)}",
            call_control_id=leg,
            call_id=call_id,
            event_type=OwnEventType.TIMER_DUE,
            occurred_at=wake_at,
            received_at=moment,
        )
        for leg, call_id, wake_at in due
        if wake_at is not None
    }
    known = set(
        CallEvent.objects.filter(source=EventSource.TIMER, external_id__in=events).values_list(
            "external_id", flat=True
        )
    )
    new = [event for external_id, event in events.items() if external_id not in known]
    CallEvent.objects.bulk_create(new, ignore_conflicts=True)
    return [event.call_control_id for event in new]


def _events_left(moment: datetime) -> list[str]:
    return list(
        CallEvent.objects.filter(
            status__in=[EventStatus.PENDING, EventStatus.NOTED],
            received_at__lt=moment - LEFT_BEHIND,
        )
        .exclude(status=EventStatus.NOTED, received_at__gte=moment - NEVER_TAKEN_ALONG)
        .values("call_control_id")
        .annotate(oldest=Min("received_at"))
        .order_by("oldest")
        .values_list("call_control_id", flat=True)[:MOST_A_TICK]
    )


def _jobs_left(moment: datetime) -> dict[str, str]:
    """Jobs whose message or worker got lost, by their keys, each with its queue."""
    left = {}
    for kind in all_kinds():
        lost = Q(state=JobState.WAITING, not_before__lt=moment - LEFT_BEHIND)
        abandoned = Q(state=JobState.RUNNING, lease_until__lt=moment)
        jobs = kind.model._default_manager.filter(lost | abandoned).order_by("not_before", "pk")
        for pk in jobs.values_list("pk", flat=True)[:MOST_A_TICK]:
            left[f"{kind.name}:{pk}"] = conf.get(kind.queue)
    return left


def _commands_left(moment: datetime) -> list[str]:
    return list(
        CallCommand.objects.filter(
            Q(next_attempt_at__isnull=True, created_at__lt=moment - LEFT_BEHIND)
            | Q(next_attempt_at__lte=moment),
            Q(call__send_lease_until__isnull=True) | Q(call__send_lease_until__lt=moment),
            status=CommandStatus.PENDING,
        )
        .order_by("created_at")
        .values_list("leg", flat=True)[:MOST_A_TICK]
    )
