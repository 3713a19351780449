"""One event as one row of the inbox, in one statement."""

from __future__ import annotations

import sys
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field

from voicegather.models import CallEvent

#: Both replace the waiting for a server by other work, which psycopg does, and libpq does not.
_COOPERATIVE = ("gevent", "eventlet")


class EventRow(NamedTuple):
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


def store(event: EventRow, connection: BaseDatabaseWrapper) -> bool:
    """Whether the event was new; raises what the database raises, as Django's errors.

    Written by hand: `bulk_create` opens a transaction around it.
    """
    if _stands_alone(connection) and not _is_followed(connection):
        from voicegather.services import prepared

        with connection.wrap_database_errors:
            return prepared.carry_out(connection.connection, insertion(numbered=True), event) > 0
    values = [
        field.get_db_prep_save(value, connection)
        for field, value in zip(_fields(), event, strict=True)
    ]
    with connection.cursor() as cursor:
        cursor.execute(insertion(numbered=False), values)
        return int(cursor.rowcount) > 0


@lru_cache(maxsize=2)
def insertion(*, numbered: bool) -> str:
    """The statement, with PostgreSQL's own `numbered` marks for its values or with Python's."""
    columns = ", ".join(f'"{field.column}"' for field in _fields())
    marks = (f"${n}" if numbered else "%s" for n, _ in enumerate(_fields(), start=1))
    return (
        f'INSERT INTO "{CallEvent._meta.db_table}" ({columns}) VALUES ({", ".join(marks)}) '  # noqa: S608
        "ON CONFLICT (source, external_id) DO NOTHING"
    )


def _stands_alone(connection: BaseDatabaseWrapper) -> bool:
    """Whether psycopg 3 made the connection, and each statement is a transaction of its own.

    Django still takes psycopg 2, too. Transactions begin with the first statement of a cursor.
    """
    psycopg = sys.modules.get("psycopg")
    return (
        psycopg is not None
        and isinstance(connection.connection, psycopg.Connection)
        and connection.connection.autocommit
    )


def _is_followed(connection: BaseDatabaseWrapper) -> bool:
    """Whether anything wants to see each statement, or to do other work while it is carried out."""
    return bool(
        connection.execute_wrappers
        or connection.queries_logged
        or any(name in sys.modules for name in _COOPERATIVE)
    )


@lru_cache(maxsize=1)
def _fields() -> list[Field[Any, Any]]:
    by_name = {field.name: field for field in CallEvent._meta.concrete_fields}
    return [by_name[name] for name in EventRow._fields]
