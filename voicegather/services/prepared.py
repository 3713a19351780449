"""A statement straight through psycopg's wrapper of libpq, prepared once a connection.

psycopg's own cursors adapt each value and watch the socket in Python, which costs a webhook's
process as much again as libpq does: see benchmarks/webhook.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from psycopg import errors, pq

_BINARY, _TEXT = 1, 0
#: PostgreSQL docs, appendix A: the server no longer knows the prepared statement.
_UNKNOWN_STATEMENT = "26000"
#: The names of the statements that each connection has prepared.
_prepared: WeakKeyDictionary[psycopg.Connection[Any], dict[str, bytes]] = WeakKeyDictionary()


def carry_out(connection: psycopg.Connection[Any], statement: str, values: Iterable[Any]) -> int:
    """How many rows `statement`, with PostgreSQL's marks ($1), changed; raises psycopg's errors.

    `connection` is in autocommit mode: nothing here would begin a transaction. `values` are texts,
    moments, bytes, None, and what becomes JSON. The statement is prepared where the connection may
    prepare any, which PgBouncer may forbid (psycopg docs: `prepare_threshold`).
    """
    wire = [_on_the_wire(value) for value in values]
    formats = [_BINARY if isinstance(value, bytes) else _TEXT for value in values]
    result = _carried_out(connection, statement, wire, formats)
    if result.status != pq.ExecStatus.COMMAND_OK:
        raise _error_of(connection, result)
    return int(result.command_tuples or 0)


def _carried_out(
    connection: psycopg.Connection[Any],
    statement: str,
    wire: Sequence[Any],
    formats: list[int],
) -> pq.abc.PGresult:
    server = connection.pgconn
    if connection.prepare_threshold is None:
        return server.exec_params(statement.encode(), wire, param_formats=formats)
    known = _prepared.setdefault(connection, {})
    if statement not in known:
        name = f"voicegather_{len(known)}".encode()
        result = server.prepare(name, statement.encode())
        if result.status != pq.ExecStatus.COMMAND_OK:
            return result
        known[statement] = name
    result = server.exec_prepared(known[statement], wire, formats)
    if _sqlstate(result) == _UNKNOWN_STATEMENT:
        del _prepared[connection]
        return _carried_out(connection, statement, wire, formats)
    return result


def _on_the_wire(value: Any) -> bytes | None:
    if value is None or isinstance(value, bytes):
        return value
    if isinstance(value, str):
        return value.encode()
    if isinstance(value, datetime):
        return value.isoformat().encode()
    return json.dumps(value).encode()


def _error_of(connection: psycopg.Connection[Any], result: pq.abc.PGresult) -> psycopg.Error:
    """As psycopg's cursors raise it: by the state's class, a lost connection as an operational."""
    words = result.get_error_message(connection.info.encoding)
    state = _sqlstate(result)
    if state is None or connection.pgconn.status == pq.ConnStatus.BAD:
        return psycopg.OperationalError(words)
    return errors.lookup(state)(words)


def _sqlstate(result: pq.abc.PGresult) -> str | None:
    state = result.error_field(pq.DiagnosticField.SQLSTATE)
    return state.decode() if state else None
