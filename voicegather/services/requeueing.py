"""Dead events given back to their calls, one, a few, or all of them in the background."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import Max, QuerySet

from voicegather.models import CallEvent, EventRequeue, EventStatus
from voicegather.selectors.teams import in_teams_of
from voicegather.services import dispatch, jobs, moments
from voicegather.services.jobs import Progress, job_kind

PERMISSION = "voicegather.requeue_callevent"
#: More than these are the background's.
AT_ONCE = 100


def requeue(events: Iterable[int], *, by: AbstractBaseUser) -> int:
    """Have those of these events that are dead and `by` may see worked on again; how many.

    Two may ask at once: each event is given back once.
    """
    mine = _dead_of(by).filter(pk__in=list(events)[:AT_ONCE])
    return _give_back(list(mine.values_list("pk", "call_control_id")))


def requeue_all(*, by: AbstractBaseUser) -> int | EventRequeue:
    """Have all dead events that `by` may see worked on again: how many, or the job that does it."""
    oldest = list(_dead_of(by).order_by("received_at").values_list("pk", flat=True)[: AT_ONCE + 1])
    if len(oldest) <= AT_ONCE:
        return requeue(oldest, by=by)
    last = _dead_of(by).aggregate(last=Max("pk"))["last"] or 0
    job = EventRequeue.objects.create(owner_id=by.pk, last_event=last)
    jobs.start(job)
    return job


@job_kind("requeue", model=EventRequeue)
def run_requeue(job: EventRequeue, progress: Progress) -> None:
    """Give back all that were dead when it was asked for, each once, in order of their ids.

    What dies again in the meantime stays dead.
    """
    if job.owner is None:
        return
    waiting = _dead_of(job.owner).filter(pk__lte=job.last_event)
    while True:
        batch = list(
            waiting.filter(pk__gt=job.at_event)
            .order_by("pk")
            .values_list("pk", "call_control_id")[:AT_ONCE]
        )
        if not batch:
            return
        given = _give_back(batch)
        job.at_event = batch[-1][0]
        EventRequeue.objects.filter(pk=job.pk).update(at_event=job.at_event)
        progress.advance(given)


def _dead_of(user: AbstractBaseUser) -> QuerySet[CallEvent]:
    return in_teams_of(user, CallEvent.objects.filter(status=EventStatus.DEAD))


def _give_back(events: Iterable[tuple[int, str]]) -> int:
    """What is known of its last error stays until it is worked on."""
    given, legs = 0, {}
    for pk, leg in events:
        rows = CallEvent.objects.filter(pk=pk, status=EventStatus.DEAD)
        if rows.update(status=EventStatus.PENDING, attempts=0, processed_at=None):
            given += 1
            legs[leg] = moments.now()
    for leg in filter(None, legs):
        dispatch.enqueue(leg)
    return given
