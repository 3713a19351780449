"""One job run to its end by this process, unless another has it."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import Case, F, IntegerField, Q, TextField, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from voicegather.exceptions import VoicegatherError
from voicegather.models.jobs import Job, JobState
from voicegather.services import moments
from voicegather.services.jobs.errors import JobCancelled, LeaseLost, RetryLater
from voicegather.services.jobs.failures import note_failure
from voicegather.services.jobs.kinds import JobKind, kind_named
from voicegather.services.jobs.progress import Progress, lease_end
from voicegather.services.tracebacks import safe_traceback

#: Workers that may die over one job before it is left as failed.
MOST_DEATHS = 5

_log = logging.getLogger("voicegather.jobs")


def run_job(key: str) -> None:
    """Run the job with this key (``export:12``); nothing where it is finished, or another has it.

    Raises database errors alone: what goes wrong with the job is written on it.
    """
    name, _separator, pk = key.partition(":")
    kind = kind_named(name)
    if kind is None or not pk.isdecimal():
        _log.error("There is no such job: %s", key)
        return
    owner = uuid4().hex
    job = _claim(kind, int(pk), owner)
    if job is None:
        return
    if job.cancel_asked_at is not None:
        _finish(job, owner, state=JobState.CANCELLED)
        return
    if job.tries > MOST_DEATHS and not job.failure:
        _fail(kind, job, owner, _("Its workers ended before it did."))
        return
    _run(kind, job, owner)


def _run(kind: JobKind, job: Job, owner: str) -> None:
    progress = Progress(job, owner)
    try:
        kind.run(job, progress)
    except LeaseLost:
        _log.warning("The job %s:%s was taken by another worker.", kind.name, job.pk)
    except JobCancelled:
        _finish(job, owner, state=JobState.CANCELLED)
    except RetryLater as later:
        at = moments.now() + timedelta(seconds=later.seconds)
        _give_back(job, owner, state=JobState.WAITING, failure=later.reason, not_before=at)
    except Exception as problem:
        _log.error("The job %s:%s failed:\n%s", kind.name, job.pk, safe_traceback(problem))
        _fail(kind, job, owner, _told(problem))
    else:
        _finish(job, owner, state=JobState.DONE, failure="")


def _claim(kind: JobKind, pk: int, owner: str) -> Job | None:
    """Take the job; None while another has it, before its time, and when it is finished."""
    moment = moments.now()
    rows: Any = kind.model._default_manager.filter(pk=pk)
    free = Q(state=JobState.WAITING, not_before__lte=moment)
    abandoned = Q(state=JobState.RUNNING, lease_until__lt=moment)
    # Deaths are counted by themselves: from the first one that follows a RetryLater.
    anew = When(abandoned & ~Q(failure=""), then=Value(1))
    forgotten = When(abandoned, then=Value(""))
    taken = rows.filter(free | abandoned).update(
        state=JobState.RUNNING,
        lease_owner=owner,
        lease_until=lease_end(),
        tries=Case(anew, default=F("tries") + 1, output_field=IntegerField()),
        failure=Case(forgotten, default=F("failure"), output_field=TextField()),
        started_at=Coalesce("started_at", moment),
    )
    if not taken:
        return None
    job: Job | None = rows.filter(lease_owner=owner).first()
    return job


def _fail(kind: JobKind, job: Job, owner: str, failure: str) -> None:
    with transaction.atomic():
        if _finish(job, owner, state=JobState.FAILED, failure=failure):
            note_failure(kind, job, failure)


def _finish(job: Job, owner: str, **columns: Any) -> bool:
    return _give_back(job, owner, finished_at=moments.now(), **columns)


def _give_back(job: Job, owner: str, **columns: Any) -> bool:
    rows: Any = type(job)._default_manager.filter(pk=job.pk, lease_owner=owner)
    given = rows.filter(state=JobState.RUNNING).update(
        lease_owner="", lease_until=None, done=job.done, total=job.total, **columns
    )
    return bool(given)


def _told(problem: Exception) -> str:
    """For people: the words of our own errors alone, others may quote values."""
    if isinstance(problem, VoicegatherError):
        return str(problem)
    return _("It stopped with an error (%s); the log says where.") % type(problem).__name__
