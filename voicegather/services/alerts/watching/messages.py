"""What comes to the site and is refused, and what it cannot send."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from django.db.models import Max

from voicegather import conf
from voicegather.models import AlertDelivery, Incident, IncidentKind
from voicegather.models.jobs import JobState
from voicegather.services import tallying
from voicegather.services.alerts.sighting import Sighting, watch

SIGNATURES_OF = timedelta(minutes=15)
FAILURES_OF = timedelta(hours=24)


@watch(IncidentKind.SIGNATURES_BAD)
def bad_signatures(moment: datetime, known: Mapping[str, Incident]) -> Iterator[Sighting]:
    """Webhooks refused for their signatures: a wrong public key, or somebody who tries."""
    count = tallying.lately("webhooks", "signature", since=moment - SIGNATURES_OF)
    least = conf.get("ALERT_SIGNATURES")
    if count >= least / 2 and count:
        details = {"requests": count, "minutes": SIGNATURES_OF.seconds // 60}
        yield Sighting(details=details, opens=count >= least)


@watch(IncidentKind.DELIVERY_FAILS)
def failed_deliveries(moment: datetime, known: Mapping[str, Incident]) -> Iterator[Sighting]:
    """Places that got nothing since a message to them was given up."""
    lately = AlertDelivery.objects.filter(finished_at__gte=moment - FAILURES_OF).order_by()
    failed = lately.filter(state=JobState.FAILED)
    places = failed.values_list("channel", "target").annotate(
        at=Max("finished_at"), shown=Max("shown_target")
    )
    for channel, target, at, shown in places:
        later = lately.filter(
            channel=channel, target=target, state=JobState.DONE, finished_at__gt=at
        )
        if not later.exists():
            yield Sighting(subject=f"{channel}:{target[:32]}", label=shown)
