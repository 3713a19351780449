"""Jobs started, stopped and tried again."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Q

from voicegather import conf
from voicegather.models.jobs import UNFINISHED, Job, JobState
from voicegather.services import dispatch, moments
from voicegather.services.jobs.kinds import kind_of


def start(job: Job) -> None:
    """Have a stored job run soon, once the transaction it was stored in has ended.

    What neither a worker nor this process takes, the clock finds. Raises LookupError where nothing
    runs such jobs.
    """
    kind = kind_of(job)
    queue = conf.get(kind.queue)
    transaction.on_commit(partial(dispatch.enqueue_job, f"{kind.name}:{job.pk}", queue=queue))


def cancel(job: Job) -> bool:
    """Ask for the job's end; False where it has ended already.

    One that waits ends here, one that runs within a few seconds.
    """
    moment = moments.now()
    rows: Any = type(job)._default_manager.filter(pk=job.pk)
    waiting = rows.filter(state=JobState.WAITING)
    if waiting.update(state=JobState.CANCELLED, cancel_asked_at=moment, finished_at=moment):
        return True
    return bool(rows.filter(state=JobState.RUNNING).update(cancel_asked_at=moment))


def retry(job: Job) -> bool:
    """Run a job again that failed or was stopped; False where it did neither.

    It goes on from what an earlier try has left, where its kind can.
    """
    return run_again(job, only=~Q(state=JobState.DONE))


def run_again(job: Job, *, only: Q | None = None, **columns: Any) -> bool:
    """Run a job again that has ended, however it did; False where it has not, or is not `only`.

    `columns` of it are written at the same stroke.
    """
    rows: Any = type(job)._default_manager.filter(only or Q(), pk=job.pk)
    again = rows.exclude(state__in=UNFINISHED).update(
        state=JobState.WAITING,
        failure="",
        tries=0,
        not_before=moments.now(),
        cancel_asked_at=None,
        finished_at=None,
        **columns,
    )
    if again:
        start(job)
    return bool(again)
