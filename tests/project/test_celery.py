from __future__ import annotations

import socket
from typing import Any

import pytest
from kombu.utils import functional

from project.celery import app


class EnoughError(Exception):
    """So many pauses were seen."""


def test_a_broker_that_is_away_is_looked_for_every_two_seconds(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    pauses: list[float] = []

    def note(problem: Exception, pause: float) -> None:
        pauses.append(pause)
        if len(pauses) == 5:
            raise EnoughError

    monkeypatch.setattr(functional, "sleep", lambda seconds: None)
    connection: Any = app.connection_for_read(f"redis://127.0.0.1:{port}/0")
    with pytest.raises(EnoughError):
        connection.ensure_connection(note, app.conf.broker_connection_max_retries)

    assert pauses == [2, 2, 2, 2, 2]


def test_a_worker_never_stops_looking_for_it() -> None:
    assert app.conf.broker_connection_max_retries is None
