"""Webhooks removed so that Telnyx can send them again and nothing comes of it.

An event's row keeps its id as long as Telnyx may deliver it once more. Telnyx publishes neither how
often it tries nor for how long (Telnyx docs: webhook fundamentals speak of "exponential backoff");
within `KNOWN_AGAIN` the row stays, empty, and no longer.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from voicegather.models import CallEvent, EventStatus

KNOWN_AGAIN = timedelta(days=30)
#: Of an event, what is about somebody.
COLUMNS = ("payload", "sealed", "error")
FULL = ~Q(payload={}) | Q(sealed__isnull=False) | ~Q(error="")


def empty_events(rows: QuerySet[Any]) -> int:
    """Leave of these events when they came, of which kind they were, and of which call."""
    return rows.update(payload={}, sealed=None, error="")


def remove_events(rows: QuerySet[Any], *, now: datetime) -> None:
    """Delete these events; of young ones the id stays, and nothing that leads to a call."""
    pks = list(rows.values_list("pk", flat=True))
    found = CallEvent.objects.filter(pk__in=pks)
    young = found.filter(received_at__gte=now - KNOWN_AGAIN)
    young.update(
        payload={},
        sealed=None,
        error="",
        call=None,
        call_control_id="",
        status=EventStatus.IGNORED,
    )
    found.filter(received_at__lt=now - KNOWN_AGAIN).delete()
