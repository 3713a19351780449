"""Take in a webhook's event: seal what was said, and store it once."""

from __future__ import annotations

import json
import math
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

from django.db import DatabaseError, InterfaceError, OperationalError, connections, router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field
from django.views.decorators.debug import sensitive_variables

from voicegather import sealing
from voicegather.exceptions import VoicegatherError
from voicegather.models import CallEvent, EventSource, EventStatus
from voicegather.provider import inbox
from voicegather.provider.events import matters_at_once
from voicegather.services import moments
from voicegather.services.connecting import connected_anew, connection_within_a_second

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


class _Row(NamedTuple):
    """A new event's columns; the others have defaults in the database."""

    source: str
    external_id: str
    call_control_id: str
    event_type: str
    occurred_at: datetime
    received_at: datetime
    payload: dict[str, Any] | str
    sealed: bytes | None
    status: str


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


def _store(event: _Row, alias: str) -> bool:
    """Whether the event was new. A connection that the server has dropped is made once more."""
    # Instead of Django's question, a trip for each request, whether the connection still stands.
    setattr(connections[alias], "health_check_done", True)  # noqa: B010
    connection = connection_within_a_second(alias)
    try:
        return _insert(event, connection)
    except (DatabaseError, InterfaceError):
        if connection.in_atomic_block or connection.is_usable():
            raise
    return _insert(event, connected_anew(alias))


def _parsed(body: bytes) -> _Row:
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
    return _Row(
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


def _insert(event: _Row, connection: BaseDatabaseWrapper) -> bool:
    """Whether the event was new. Written by hand: `bulk_create` opens a transaction around it."""
    if _is_psycopg_s(connection) and not _is_followed(connection):
        return _insert_by_psycopg(event, connection) > 0
    fields = _fields()
    values = [
        field.get_db_prep_save(value, connection)
        for field, value in zip(fields, event, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(_insertion(numbered=False), values)
        return int(cursor.rowcount) > 0


def _is_psycopg_s(connection: BaseDatabaseWrapper) -> bool:
    """Whether psycopg 3 made the connection; Django still takes psycopg 2, too."""
    psycopg = sys.modules.get("psycopg")
    return psycopg is not None and isinstance(connection.connection, psycopg.Connection)


def _is_followed(connection: BaseDatabaseWrapper) -> bool:
    """Whether anything wants to see each statement: it sees those of Django's cursors alone."""
    return bool(connection.execute_wrappers or connection.queries_logged)


def _insert_by_psycopg(event: _Row, connection: BaseDatabaseWrapper) -> int:
    """How many rows came of it: a statement that is prepared once, on the driver's own cursor.

    Django's writes the values into each statement, so that PostgreSQL never knows one again. The
    raw one takes PostgreSQL's own marks, and has nothing to translate.
    """
    import psycopg

    values = event._replace(payload=json.dumps(event.payload))
    with connection.wrap_database_errors, psycopg.RawCursor(connection.connection) as cursor:
        cursor.execute(_insertion(numbered=True), values)
        return int(cursor.rowcount)


@lru_cache(maxsize=1)
def _fields() -> list[Field[Any, Any]]:
    by_name = {field.name: field for field in CallEvent._meta.concrete_fields}
    return [by_name[name] for name in _Row._fields]


@lru_cache(maxsize=2)
def _insertion(*, numbered: bool) -> str:
    """The statement, with PostgreSQL's own `numbered` marks for its values or with Python's."""
    columns = ", ".join(f'"{field.column}"' for field in _fields())
    marks = (f"${n}" if numbered else "%s" for n, _ in enumerate(_fields(), start=1))
    return (
        f'INSERT INTO "{CallEvent._meta.db_table}" ({columns}) VALUES ({", ".join(marks)}) '  # noqa: S608
        "ON CONFLICT (source, external_id) DO NOTHING"
    )


def _reason(error: Exception) -> str:
    """What to log of a database's error; only those of the connection never quote values.

    Of the others the driver's own name says more than Django's: DuplicatePreparedStatement.
    """
    if isinstance(error, OperationalError | InterfaceError):
        return f"{type(error).__name__}: {str(error).strip()}"
    names = dict.fromkeys(type(each).__name__ for each in (error, error.__cause__) if each)
    return ": ".join(names)
