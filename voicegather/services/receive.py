"""Take in a webhook's event: seal what was said, and store it once."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NoReturn

from django.db import DatabaseError, InterfaceError, OperationalError, connections, router
from django.views.decorators.debug import sensitive_variables

from voicegather import sealing
from voicegather.exceptions import VoicegatherError
from voicegather.models import CallEvent, EventSource, EventStatus
from voicegather.provider import inbox
from voicegather.provider.events import matters_at_once
from voicegather.services import moments
from voicegather.services.connecting import connected_anew, connection_within_a_second
from voicegather.services.storing import EventRow, store

#: A stamp farther from the moment of receipt is a mistake: it would order nothing rightly.
FARTHEST = timedelta(days=366)


class NotAnEventError(VoicegatherError):
    """A body that is no Telnyx event, API version 2."""


class InboxUnavailableError(VoicegatherError):
    """The database did not take the event: Telnyx should send it again."""


@dataclass(frozen=True, slots=True)
class ReceivedEvent:
    """`call_control_id` is "" when nothing is to be done about a call now.

    `stored` is false for a repeat.
    """

    call_control_id: str
    stored: bool


@sensitive_variables()
def receive_event(body: bytes) -> ReceivedEvent:
    """Store the event that `body` (JSON in UTF-8, its signature checked) brings.

    An event that is stored already stays as it is. Raises NotAnEventError, and
    InboxUnavailableError when the database does not take it.
    """
    event = _parsed(body)
    alias = router.db_for_write(CallEvent)
    try:
        stored = _store(event, alias)
    except (DatabaseError, InterfaceError) as error:
        raise InboxUnavailableError(_reason(error)) from None
    urgent = event.status == EventStatus.PENDING
    return ReceivedEvent(event.call_control_id if urgent else "", stored)


def _store(event: EventRow, alias: str) -> bool:
    """Whether the event was new. A connection that the server has dropped is made once more."""
    # Instead of Django's question, a trip for each request, whether the connection still stands.
    setattr(connections[alias], "health_check_done", True)  # noqa: B010
    connection = connection_within_a_second(alias)
    try:
        return store(event, connection)
    except (DatabaseError, InterfaceError):
        if connection.in_atomic_block or connection.is_usable():
            raise
    return store(event, connected_anew(alias))


def _parsed(body: bytes) -> EventRow:
    try:
        text = body.decode()
        data = _decoder().decode(text)["data"]
        if not isinstance(data["payload"], dict):
            raise TypeError
        proper = not inbox.may_be_improper(text)
        payload, spoken = inbox.take_out(data["payload"], proper=proper)
        event_type = _text(data["event_type"], longest=80)
        external_id = _text(data["id"], longest=100)
        call_control_id = _call_control_id(payload)
    except (KeyError, TypeError, ValueError, RecursionError):
        # `from None`: what the JSON parser raises holds the whole body.
        raise NotAnEventError(
            "Not an event of webhook API version 2: set that version on the application."
        ) from None
    now = moments.now()
    return EventRow(
        source=EventSource.TELNYX.value,
        external_id=external_id,
        call_control_id=call_control_id,
        event_type=event_type,
        occurred_at=_moment(data.get("occurred_at"), now),
        received_at=now,
        payload=payload,
        sealed=sealing.seal(spoken) if spoken else None,
        status=_status(event_type, call_control_id).value,
    )


def _status(event_type: str, call_control_id: str) -> EventStatus:
    if not call_control_id:
        return EventStatus.IGNORED
    return EventStatus.PENDING if matters_at_once(event_type) else EventStatus.NOTED


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is no JSON.")


def _finite(digits: str) -> float:
    number = float(digits)
    if not math.isfinite(number):
        raise ValueError("A number is too large.")
    return number


@lru_cache(maxsize=1)
def _decoder() -> json.JSONDecoder:
    return json.JSONDecoder(parse_constant=_refuse, parse_float=_finite)


def _text(value: object, *, longest: int) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= longest:
        raise ValueError(f"Not a text of 1 to {longest} characters.")
    return inbox.storable(value)


def _call_control_id(payload: dict[str, Any]) -> str:
    value = payload.get("call_control_id")
    return _text(value, longest=255) if isinstance(value, str) and value else ""


def _moment(value: object, now: datetime) -> datetime:
    """Telnyx's stamp in UTC; `now` where it cannot be read, or is years away from now."""
    if not isinstance(value, str):
        return now
    try:
        moment = datetime.fromisoformat(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return now
    return moment if abs(moment - now) <= FARTHEST else now


def _reason(error: Exception) -> str:
    """What to log of a database's error; only those of the connection never quote values.

    Of the others the driver's own name says more than Django's: DuplicatePreparedStatement.
    """
    if isinstance(error, OperationalError | InterfaceError):
        return f"{type(error).__name__}: {str(error).strip()}"
    names = dict.fromkeys(type(each).__name__ for each in (error, error.__cause__) if each)
    return ": ".join(names)
