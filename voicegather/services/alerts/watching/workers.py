"""Who does the work: queues that nobody takes from, jobs that wait or fail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db import router
from django.db.models import Count

from voicegather import conf
from voicegather.models import CallEvent, Incident, IncidentKind, JobFailure
from voicegather.models.jobs import JobState
from voicegather.services.alerts.sighting import Sighting, watch
from voicegather.services.dispatch import consumers
from voicegather.services.jobs.kinds import all_kinds, kind_named

FAILURES_OF = timedelta(hours=1)


@watch(IncidentKind.QUEUE_UNSERVED)
def unserved_queues(moment: datetime, known: Mapping[str, Incident]) -> Iterator[Sighting]:
    """Queues of calls from which no worker has taken for a minute; with Celery alone."""
    if conf.get("DISPATCH") != "celery":
        return
    using = router.db_for_write(CallEvent)
    left = consumers.last_consumed(using=using)
    for queue in consumers.needed_queue_names(using=using):
        until = left.get(queue)
        if until is None or until < moment - consumers.LASTING:
            yield Sighting(subject=queue, label=queue)


@watch(IncidentKind.JOBS_FAIL)
def failed_jobs(moment: datetime, known: Mapping[str, Incident]) -> Iterator[Sighting]:
    """Kinds of background jobs of which some failed for good in the last hour."""
    lately = JobFailure.objects.filter(at__gte=moment - FAILURES_OF).order_by()
    for name, count in lately.values_list("kind").annotate(count=Count("pk")):
        yield Sighting(subject=name, label=kind_label(name), details={"jobs": count})


def waiting_jobs(moment: datetime) -> Iterator[Sighting]:
    """Queues in which a job has waited too long since it could have begun."""
    minutes = conf.get("ALERT_JOB_MINUTES")
    oldest: dict[str, datetime] = {}
    for kind in all_kinds():
        waiting = kind.model._default_manager.filter(state=JobState.WAITING, failure="")
        since = waiting.order_by("not_before").values_list("not_before", flat=True).first()
        if since is not None:
            queue = conf.get(kind.queue)
            oldest[queue] = min(since, oldest.get(queue, since))
    for queue, since in oldest.items():
        waited = moment - since
        if waited >= timedelta(minutes=minutes):
            details = {"seconds": round(waited.total_seconds())}
            yield Sighting(subject=f"queue:{queue}", label=queue, details=details)


def kind_label(name: str) -> str:
    """What staff call jobs of this kind."""
    kind = kind_named(name)
    return str(kind.model._meta.verbose_name_plural) if kind else name
