from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse

from voicegather import health
from voicegather.models import Lease
from voicegather.services import clock, moments

LIVE = "/voicegather/health/live/"
READY = "/voicegather/health/ready/"


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", set())


@pytest.fixture
def clock_runs(db: None) -> Lease:
    return Lease.objects.create(
        name=clock.LEASE, owner="one", until=moments.now() + timedelta(seconds=5)
    )


def answer(client: Client) -> tuple[int, Any]:
    response = client.get(READY)
    return response.status_code, response.json()


def everything_fine(**changes: str) -> dict[str, str]:
    return {"database": "ok", "migrations": "ok", "clock": "ok", "broker": "ok"} | changes


def test_a_process_that_answers_lives(client: Client) -> None:
    response = client.get(LIVE)
    assert (response.status_code, response.content) == (200, b"ok")
    assert response.headers["Content-Type"] == "text/plain"


def test_the_addresses_have_names() -> None:
    assert reverse("voicegather:health-live") == LIVE
    assert reverse("voicegather:health-ready") == READY


def test_with_everything_there_it_is_ready(client: Client, clock_runs: Lease) -> None:
    assert answer(client) == (200, {"status": "ready", "checks": everything_fine()})


@pytest.mark.django_db
def test_without_a_clock_it_is_ready_and_says_so(client: Client) -> None:
    expected = {"status": "ready", "checks": everything_fine(clock="degraded")}
    assert answer(client) == (200, expected)


def test_a_clock_that_stopped_is_no_clock(client: Client, clock_runs: Lease) -> None:
    Lease.objects.update(until=moments.now() - timedelta(seconds=1))
    assert answer(client)[1]["checks"]["clock"] == "degraded"


def test_a_migration_that_was_not_applied_is_not_ready(client: Client, clock_runs: Lease) -> None:
    MigrationRecorder.Migration.objects.filter(app="voicegather").delete()
    expected = everything_fine(migrations="failing", clock="failing")
    assert answer(client) == (503, {"status": "failing", "checks": expected})


def test_applied_migrations_are_looked_up_once(
    client: Client, clock_runs: Lease, django_assert_num_queries: Any
) -> None:
    answer(client)
    with django_assert_num_queries(2):
        answer(client)


def test_a_database_that_refuses_is_not_ready(
    client: Client, database_at: Callable[[int], None]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    database_at(port)
    expected = everything_fine(database="failing", migrations="failing", clock="failing")
    assert answer(client) == (503, {"status": "failing", "checks": expected})


@pytest.mark.timeout(15)
def test_a_database_that_hangs_is_not_ready(
    client: Client, database_at: Callable[[int], None]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        database_at(server.getsockname()[1])
        assert answer(client)[0] == 503


def test_a_broker_that_refuses_is_not_ready_when_celery_dispatches(
    client: Client, clock_runs: Lease, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"redis://:hidden@127.0.0.1:{server.getsockname()[1]}/0"
    monkeypatch.setenv("CELERY_BROKER_URL", url)
    settings.VOICEGATHER = {**settings.VOICEGATHER, "DISPATCH": "celery"}
    expected = {"status": "failing", "checks": everything_fine(broker="failing")}
    assert answer(client) == (503, expected)


@pytest.mark.timeout(15)
def test_a_broker_that_hangs_is_not_ready(
    client: Client, clock_runs: Lease, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "DISPATCH": "celery"}
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("CELERY_BROKER_URL", f"redis://127.0.0.1:{server.getsockname()[1]}/0")
        assert answer(client)[1]["checks"] == everything_fine(broker="failing")


@pytest.mark.parametrize("url", [LIVE, READY])
def test_probes_need_no_login_and_are_not_cached(
    client: Client, clock_runs: Lease, settings: Any, url: str
) -> None:
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ]
    response = client.get(url)
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.parametrize("url", [LIVE, READY])
def test_probes_only_read(client: Client, url: str) -> None:
    assert client.post(url).status_code == 405
