"""Messages about incidents, queued: once for the beginning of each, once for its end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from voicegather import conf
from voicegather.models import AlertDelivery, AlertMute, Incident, IncidentKind
from voicegather.models.jobs import JobState
from voicegather.services import jobs, moments
from voicegather.services.alerts.errors import AlertError
from voicegather.services.alerts.places import places
from voicegather.services.dispatch import local
from voicegather.services.periodic import every

News = AlertDelivery.News
#: Whoever cannot be reached cannot be told so.
NEVER_TOLD = (IncidentKind.DELIVERY_FAILS,)
#: Told of at one look.
MOST_A_TURN = 200
#: A message that waits so long is sent by the clock: it may tell that no worker runs.
LEFT_BY_WORKERS = timedelta(seconds=60)
KEPT = timedelta(days=90)


def announce(moment: datetime) -> None:
    """Queue messages about what nobody was told of yet: muted and acknowledged incidents wait.

    Each place gets one message an incident, or one for all where many come at once. Two clocks may
    do it at once: what is told of is claimed in the database together with its messages.
    """
    if not places():
        return
    with transaction.atomic():
        opened = _claimed(_beginnings(moment), "opened_told_at", moment)
        closed = _claimed(_ends(), "closed_told_at", moment)
        if not opened and not closed:
            return
        if len(opened) + len(closed) >= conf.get("ALERT_DIGEST_FROM"):
            _queue(News.DIGEST, [*opened, *closed])
            return
        for news, incidents in ((News.OPENED, opened), (News.CLOSED, closed)):
            for incident in incidents:
                _queue(news, [incident])


def send_test(*, by: AbstractBaseUser | None = None) -> list[AlertDelivery]:
    """Queue a message that says it is a test to every place; raises AlertError without any."""
    if not places():
        text = _("Alerts are sent nowhere: set ALERT_EMAILS or ALERT_WEBHOOKS in VOICEGATHER.")
        raise AlertError(text)
    return _queue(News.TEST, [], owner_id=by.pk if by else None)


def send_again(delivery: AlertDelivery) -> bool:
    """Send a message once more, with the id that it has; False while it is on its way."""
    return jobs.run_again(delivery)


@every(timedelta(seconds=15))
def send_what_workers_leave(moment: datetime) -> None:
    """Have this process send what no worker has taken for a minute."""
    left = AlertDelivery.objects.filter(
        state=JobState.WAITING, not_before__lt=moment - LEFT_BY_WORKERS
    )
    for pk in left.order_by("not_before").values_list("pk", flat=True)[:MOST_A_TURN]:
        local.submit_job(f"alert:{pk}")


@every(timedelta(hours=1))
def forget_old(moment: datetime) -> None:
    """Delete messages and mutes of months ago; incidents stay."""
    AlertDelivery.objects.filter(finished_at__lt=moment - KEPT).delete()
    AlertMute.objects.filter(until__lt=moment - KEPT).delete()


def _beginnings(moment: datetime) -> list[Incident]:
    waiting = Incident.objects.filter(
        closed_at=None, opened_told_at=None, acknowledged_at=None
    ).exclude(kind__in=NEVER_TOLD)
    mutes = set(AlertMute.objects.filter(until__gt=moment).values_list("kind", "subject"))
    return [
        incident
        for incident in waiting.order_by("opened_at")[:MOST_A_TURN]
        if (incident.kind, "") not in mutes and (incident.kind, incident.subject) not in mutes
    ]


def _ends() -> list[Incident]:
    over = Incident.objects.filter(
        closed_at__isnull=False, opened_told_at__isnull=False, closed_told_at=None
    )
    return list(over.order_by("closed_at")[:MOST_A_TURN])


def _claimed(incidents: Iterable[Incident], column: str, moment: datetime) -> list[Incident]:
    """Those of them that nobody else tells of."""
    mine = []
    for incident in incidents:
        rows = Incident.objects.filter(Q(**{column: None}), pk=incident.pk)
        if rows.update(**{column: moment}):
            mine.append(incident)
    return mine


def _queue(
    news: AlertDelivery.News, incidents: Sequence[Incident], **columns: Any
) -> list[AlertDelivery]:
    message = {
        "written_at": moments.now().isoformat(),
        "incidents": [_document(incident) for incident in incidents],
    }
    queued = []
    with transaction.atomic():
        for place in places():
            delivery = AlertDelivery.objects.create(
                channel=place.channel,
                target=place.target,
                shown_target=place.shown,
                news=news,
                message=message,
                **columns,
            )
            delivery.incidents.set(incidents)
            jobs.start(delivery)
            queued.append(delivery)
    return queued


def _document(incident: Incident) -> dict[str, Any]:
    return {
        "id": incident.pk,
        "kind": incident.kind,
        "subject": incident.subject,
        "label": incident.label,
        "details": incident.details,
        "opened_at": incident.opened_at.isoformat(),
        "closed_at": incident.closed_at.isoformat() if incident.closed_at else None,
        "url": _address(incident),
    }


def _address(incident: Incident) -> str:
    """Where its page is; "" for a site without the admin, or that does not know its own address."""
    if not conf.get("PUBLIC_URL"):
        return ""
    try:
        page = reverse("admin:voicegather_incident_change", args=[incident.pk])
    except NoReverseMatch:
        return ""
    return str(conf.get("PUBLIC_URL")).rstrip("/") + page
