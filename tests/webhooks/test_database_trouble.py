"""A database that is down, hangs or forgets its connections: 503, and Telnyx comes again."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.db import OperationalError, ProgrammingError, connection

from tests.webhooks.posting import Telnyx, envelope
from voicegather.models import CallEvent
from voicegather.services import receive

SAID = "5559274630"


def post_something_said(telnyx: Telnyx) -> int:
    return telnyx.post(envelope("call.gather.ended", digits=SAID)).status_code


def test_a_database_that_refuses_is_503(
    telnyx: Telnyx,
    enqueued: list[str],
    database_at: Callable[[int], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    database_at(port)
    assert post_something_said(telnyx) == 503
    assert enqueued == []
    assert "Not stored (503): OperationalError" in caplog.text
    assert SAID not in caplog.text


@pytest.mark.timeout(15)
def test_a_database_that_accepts_and_never_answers_is_503(
    telnyx: Telnyx,
    enqueued: list[str],
    database_at: Callable[[int], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        database_at(server.getsockname()[1])
        assert post_something_said(telnyx) == 503
        assert post_something_said(telnyx) == 503
    assert enqueued == []
    assert caplog.text.count("did not answer within 1 s") == 2
    assert SAID not in caplog.text


class DuplicatePreparedStatement(Exception):  # noqa: N818
    """As psycopg names what a PgBouncer does to connections that it was not told of."""


def caused_by_a_driver(error: Exception) -> Exception:
    error.__cause__ = DuplicatePreparedStatement(f"it holds {SAID}")
    return error


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("error", "logged"),
    [
        (
            caused_by_a_driver(ProgrammingError(f"it holds {SAID}")),
            "ProgrammingError: DuplicatePreparedStatement",
        ),
        (OperationalError("database is locked"), "OperationalError: database is locked"),
        (ProgrammingError(f"syntax error at {SAID}"), "ProgrammingError"),
    ],
)
def test_a_database_that_fails_is_503_and_only_its_own_words_are_logged(
    telnyx: Telnyx,
    enqueued: list[str],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    error: Exception,
    logged: str,
) -> None:
    def fail(*args: Any) -> bool:
        raise error

    monkeypatch.setattr(receive, "store", fail)
    assert post_something_said(telnyx) == 503
    assert enqueued == []
    messages = [r.getMessage() for r in caplog.records if r.name == "voicegather.webhook"]
    assert messages == [f"Not stored (503): {logged}"]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_server_has_cut_is_made_once_more(
    telnyx: Telnyx, enqueued: list[str]
) -> None:
    connection.ensure_connection()
    _cut([connection.connection.info.backend_pid])
    assert telnyx.post(envelope()).status_code == 200
    assert CallEvent.objects.count() == 1


@pytest.fixture
def pooled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Connections come from a pool of two, and none is asked whether it still stands."""
    connection.close()
    options = {**connection.settings_dict["OPTIONS"], "pool": {"min_size": 2, "timeout": 1.0}}
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    monkeypatch.setitem(connection.settings_dict, "CONN_HEALTH_CHECKS", False)
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", 0)
    connection.pool.open()
    connection.pool.wait(5)
    yield
    connection.close()
    connection.close_pool()


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_pool_whose_connections_the_server_has_cut_is_filled_anew(
    pooled: None, telnyx: Telnyx, enqueued: list[str]
) -> None:
    _cut([each.info.backend_pid for each in connection.pool._pool])
    for _ in range(3):
        assert telnyx.post(envelope()).status_code == 200
        connection.close()
    assert CallEvent.objects.count() == 3


def _cut(backends: list[int]) -> None:
    """Have PostgreSQL end these of its processes, and wait until they are gone."""
    settings = connection.settings_dict
    with psycopg.connect(
        dbname=settings["NAME"],
        user=settings["USER"],
        password=settings["PASSWORD"] or None,
        host=settings["HOST"],
        port=settings["PORT"] or None,
    ) as other:
        for backend in backends:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
