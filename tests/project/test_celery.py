from __future__ import annotations

import socket
from typing import Any

import pytest
from celery import Celery
from kombu.utils import functional

from project.celery import app
from project.settings.environment import broker_options
from tests import services_under_test as services

#: Kernels notice a peer that vanished after idle + number x interval.
WITHIN_SECONDS = {socket.TCP_KEEPIDLE: 5, socket.TCP_KEEPINTVL: 2, socket.TCP_KEEPCNT: 2}


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


@pytest.mark.services
def test_connections_notice_within_seconds_that_a_broker_vanished_without_a_word() -> None:
    url = services.redis().url
    with Celery(broker=url, set_as_current=False) as site:
        site.conf.broker_transport_options = broker_options(url)
        with site.connection_for_read() as connection:
            kept = connection.default_channel.client.connection_pool.get_connection()
            found = {option: _option(kept, option) for option in WITHIN_SECONDS}

            assert _option(kept, socket.SO_KEEPALIVE, level=socket.SOL_SOCKET) == 1
            assert found == WITHIN_SECONDS


def test_brokers_other_than_redis_are_asked_for_nothing() -> None:
    assert broker_options("amqp://127.0.0.1/") == {}


def _option(connection: Any, option: int, *, level: int = socket.IPPROTO_TCP) -> int:
    return int(connection._sock.getsockopt(level, option))
