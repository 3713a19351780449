from __future__ import annotations

import socket
import threading
from typing import Any

import pytest
from django.db import OperationalError, connection, connections

from voicegather.services import connecting
from voicegather.services.connecting import connection_within_a_second


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any) -> Any:
    """The alias of a PostgreSQL that accepts connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server, django_db_blocker.unblock():
        settings = {
            **connections.settings["default"],
            "ENGINE": "django.db.backends.postgresql",
            "NAME": "nothing",
            "HOST": "127.0.0.1",
            "PORT": str(server.getsockname()[1]),
            "OPTIONS": {"connect_timeout": 3},
        }
        monkeypatch.setitem(connections.settings, "hanging", settings)
        yield "hanging"


@pytest.mark.django_db
def test_an_open_connection_is_this_thread_s_own() -> None:
    connection.ensure_connection()
    assert connection_within_a_second("default") is connections["default"]


@pytest.mark.services
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_made_elsewhere_is_used_here() -> None:
    connection.close()
    made = connection_within_a_second("default")
    assert made is connections["default"]
    with made.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    assert made.allow_thread_sharing is False


@pytest.mark.timeout(15)
def test_a_hanging_attempt_keeps_its_connection_and_the_next_use_makes_another(
    hanging: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "CONNECT_SECONDS", 0.05)
    first = connections[hanging]
    with pytest.raises(OperationalError, match=r"did not answer within 0\.05 s"):
        connection_within_a_second(hanging)
    assert connections[hanging] is not first
    del connections[hanging]


@pytest.mark.timeout(15)
def test_beyond_so_many_hanging_attempts_the_next_fails_at_once(
    hanging: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "CONNECT_SECONDS", 0.05)
    monkeypatch.setattr(connecting, "_slots", threading.BoundedSemaphore(1))
    with pytest.raises(OperationalError, match="did not answer"):
        connection_within_a_second(hanging)
    with pytest.raises(OperationalError, match="too many attempts still hang"):
        connection_within_a_second(hanging)
    del connections[hanging]
