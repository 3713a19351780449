"""The inbox and the outbox: dead events, commands that fail, keys that are refused, what waits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from voicegather import conf
from voicegather.engine.failing import CALL_HAS_ENDED, KEY_REFUSED
from voicegather.models import (
    CallCommand,
    CallEvent,
    CommandStatus,
    EventStatus,
    Incident,
    IncidentKind,
)
from voicegather.services.alerts.sighting import Sighting, watch

#: Dead events of so long count; older ones nobody will work on again.
DEAD_FOR = timedelta(hours=24)
#: Of commands that were refused lately.
COMMANDS_OF = timedelta(minutes=15)
#: Rows looked at; beyond, it is bad enough.
MOST = 1000
#: Commands taken by Telnyx among which one of a connection is looked for.
MOST_ACCEPTED = 200


@watch(IncidentKind.EVENTS_DEAD)
def dead_events(moment: datetime, known: Mapping[str, Incident]) -> Iterator[Sighting]:
    """Events that could not be worked on since a day, until they are requeued."""
    dead = CallEvent.objects.filter(
        status=EventStatus.DEAD, received_at__gte=moment - DEAD_FOR
    ).order_by()[:MOST]
    count = dead.count()
    if count:
        yield Sighting(details={"events": count, "more": count == MOST})


@watch(IncidentKind.COMMANDS_FAIL)
def failing_commands(moment: datetime, known: Mapping[str, Incident]) -> Iterator[Sighting]:
    """Commands that Telnyx refused or never answered; not those for calls that had just ended."""
    failed = CallCommand.objects.filter(
        status=CommandStatus.FAILED, created_at__gte=moment - COMMANDS_OF
    )
    failed = failed.exclude(code=CALL_HAS_ENDED).exclude(http_status__in=KEY_REFUSED)
    answers = Counter(failed.order_by("-created_at").values_list("http_status", "code")[:MOST])
    count, least = sum(answers.values()), conf.get("ALERT_COMMANDS_FAILED")
    if not count or count < least / 2:
        return
    (status, code), _often = answers.most_common(1)[0]
    details = {
        "commands": count,
        "minutes": COMMANDS_OF.seconds // 60,
        "status": status or 0,
        "code": code,
    }
    yield Sighting(details=details, opens=count >= least)


@watch(IncidentKind.KEY_REFUSED)
def refused_keys(moment: datetime, known: Mapping[str, Incident]) -> Iterator[Sighting]:
    """Connections whose API key Telnyx refused, until it takes a command of theirs again."""
    refused = CallCommand.objects.filter(
        status=CommandStatus.FAILED,
        http_status__in=KEY_REFUSED,
        created_at__gte=moment - COMMANDS_OF,
    )
    latest: dict[str, tuple[datetime, int | None]] = {}
    columns = ("call__connection", "created_at", "http_status")
    for connection, at, status in refused.order_by("created_at").values_list(*columns)[:MOST]:
        latest[connection] = at, status
    for connection in {*latest, *known}:
        incident = known.get(connection)
        since, status = latest.get(connection, (None, None))
        if since is None and incident is not None:
            since = datetime.fromisoformat(incident.details["refused_at"])
            status = incident.details["status"]
        if since is None or _takes_commands(connection, since):
            continue
        details = {"status": status or 0, "refused_at": since.isoformat()}
        yield Sighting(subject=connection, label=connection, details=details)


def _takes_commands(connection: str, since: datetime) -> bool:
    accepted = CallCommand.objects.filter(status=CommandStatus.ACCEPTED, created_at__gt=since)
    newest = accepted.order_by("-created_at").values_list("call__connection", flat=True)
    return connection in newest[:MOST_ACCEPTED]


@watch(IncidentKind.QUEUE_LAGS)
def waiting_events(moment: datetime, known: Mapping[str, Incident]) -> Iterator[Sighting]:
    """Events that wait too long for a worker, and jobs that nobody begins."""
    from voicegather.services.alerts.watching.workers import waiting_jobs

    oldest = oldest_event()
    if oldest is not None:
        seconds = (moment - oldest).total_seconds()
        least = conf.get("ALERT_LAG_SECONDS")
        if seconds >= least / 2:
            details = {"seconds": round(seconds)}
            yield Sighting(subject="events", details=details, opens=seconds >= least)
    yield from waiting_jobs(moment)


def oldest_event() -> datetime | None:
    """When the event came that waits longest for its call to be worked on; None where none waits.

    Not those that were tried before, as dead ones given back are.
    """
    waiting = CallEvent.objects.filter(status=EventStatus.PENDING, error="")
    return waiting.order_by("received_at").values_list("received_at", flat=True).first()
