"""Trouble for the watches to see, and a clock that tests turn."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.factories import make_call
from voicegather.models import AlertDelivery, Incident
from voicegather.services.alerts.announcing import announce
from voicegather.services.alerts.evaluating import evaluate
from voicegather.services.alerts.sighting import Sighting, Watch

#: A Tuesday.
NOW = datetime(2026, 3, 3, 10, 30, tzinfo=UTC)
HALF_MINUTE, MINUTE = timedelta(seconds=30), timedelta(minutes=1)


def watching(kind: Any, *sightings: Sighting) -> tuple[Watch, ...]:
    """A watch that sees these each time."""
    return (Watch(kind, HALF_MINUTE, lambda moment, known: sightings),)


def told() -> list[tuple[str, str]]:
    """What is queued: the news and the place, the oldest first."""
    rows = AlertDelivery.objects.order_by("pk")
    return list(rows.values_list("news", "shown_target"))


def look(kind: Any, *sightings: Sighting, at: datetime) -> None:
    """What the clock does at this moment."""
    evaluate(watching(kind, *sightings), at)
    announce(at)


def calls(menu: Any, number: int, *, ended: datetime, **fields: Any) -> None:
    """So many calls to the menu that ended then."""
    for _each in range(number):
        make_call(menu=menu, started_at=ended - MINUTE, ended_at=ended, phase="ended", **fields)


def only() -> Incident:
    return Incident.objects.get()
