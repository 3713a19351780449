"""Jobs that failed for good, on record for alerts and for the overview."""

from __future__ import annotations

from datetime import datetime, timedelta

from voicegather.models import AlertDelivery, JobFailure
from voicegather.models.jobs import Job
from voicegather.services import moments, tallying
from voicegather.services.jobs.kinds import JobKind
from voicegather.services.periodic import every

KEPT = timedelta(days=30)


def note_failure(kind: JobKind, job: Job, failure: str) -> None:
    """Keep that the job failed. An alert that was not sent raises none of this kind."""
    tallying.add("jobs_failed", kind.name)
    if kind.model is not AlertDelivery:
        JobFailure.objects.create(
            kind=kind.name, job=job.pk, failure=failure[:2000], at=moments.now()
        )


@every(timedelta(hours=1))
def forget_old(moment: datetime) -> None:
    """Drop failures of a month ago."""
    JobFailure.objects.filter(at__lt=moment - KEPT).delete()
