from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.urls import reverse

from tests.factories import make_menu, make_version
from voicegather import health
from voicegather.models import CallEvent, Lease, Menu
from voicegather.services import clock, moments
from voicegather.services.dispatch import consumers
from voicegather.services.requeueing import requeue

LIVE = "/voicegather/health/live/"
READY = "/voicegather/health/ready/"
SERVING = "/voicegather/health/serving/"


@pytest.fixture(autouse=True)
def nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_migrated", set())


@pytest.fixture
def clock_runs(db: None) -> Lease:
    return Lease.objects.create(
        name=clock.LEASE, owner="one", until=moments.now() + timedelta(seconds=5)
    )


@pytest.fixture
def celery(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Celery dispatches, through a broker within this process."""
    settings.VOICEGATHER = {**settings.VOICEGATHER, "DISPATCH": "celery"}
    monkeypatch.setenv("CELERY_BROKER_URL", "memory://")


@pytest.fixture
def worker_runs(db: None) -> None:
    consumers.note_consumer(["voicegather.calls"], owner="celery@one")


def answer(client: Client, url: str = READY) -> tuple[int, Any]:
    response = client.get(url)
    return response.status_code, response.json()


def everything_fine(**changes: str) -> dict[str, str]:
    parts = ("database", "migrations", "clock", "events", "broker", "sealing")
    return dict.fromkeys(parts, "ok") | changes


def report(status: str, queues: dict[str, str] | None = None, **changes: str) -> dict[str, Any]:
    return {
        "status": status,
        "checks": everything_fine(**changes),
        "queues": queues or {},
        "diverted": False,
    }


def keep_an_event(*, seconds: int, status: str = "pending") -> None:
    """An event that came so many seconds ago."""
    moment = moments.now() - timedelta(seconds=seconds)
    CallEvent.objects.create(
        source="telnyx",
        external_id=status,
        event_type="call.initiated",
        occurred_at=moment,
        received_at=moment,
        status=status,
    )


def test_a_process_that_answers_lives(client: Client) -> None:
    response = client.get(LIVE)
    assert (response.status_code, response.content) == (200, b"ok")
    assert response.headers["Content-Type"] == "text/plain"


def test_the_addresses_have_names() -> None:
    assert reverse("voicegather:health-live") == LIVE
    assert reverse("voicegather:health-ready") == READY
    assert reverse("voicegather:health-serving") == SERVING


def test_with_everything_there_it_is_ready_and_serves(client: Client, clock_runs: Lease) -> None:
    assert answer(client) == (200, report("ready"))
    assert answer(client, SERVING) == (200, report("serving"))


@pytest.mark.django_db
def test_without_a_clock_it_serves_and_says_so(client: Client) -> None:
    assert answer(client) == (200, report("ready", clock="degraded"))
    assert answer(client, SERVING) == (200, report("serving", clock="degraded"))


def test_a_clock_that_stopped_is_no_clock(client: Client, clock_runs: Lease) -> None:
    Lease.objects.update(until=moments.now() - timedelta(seconds=1))
    assert answer(client)[1]["checks"]["clock"] == "degraded"


def test_a_migration_that_was_not_applied_is_not_ready(client: Client, clock_runs: Lease) -> None:
    if not MigrationRecorder(connection).has_table():
        pytest.skip("these tables were made without migrations")
    MigrationRecorder.Migration.objects.filter(app="voicegather").delete()
    expected = report("failing", migrations="failing", clock="failing", events="failing")
    assert answer(client) == answer(client, SERVING) == (503, expected)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no standby")
def test_a_database_that_takes_no_rows_is_not_ready(client: Client, clock_runs: Lease) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
    expected = report("failing", database="failing")
    assert answer(client) == answer(client, SERVING) == (503, expected)


def test_where_nothing_can_be_sealed_no_webhook_is_stored_and_it_is_not_ready(
    client: Client, clock_runs: Lease, settings: Any
) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "ENCRYPTION_KEYS": ["too short"]}
    expected = report("failing", sealing="failing")
    assert answer(client) == answer(client, SERVING) == (503, expected)


@pytest.mark.parametrize(("seconds", "condition"), [(9, "ok"), (11, "failing")])
def test_events_that_wait_for_long_are_not_served_but_more_can_be_stored(
    client: Client, clock_runs: Lease, seconds: int, condition: str
) -> None:
    keep_an_event(seconds=seconds)
    assert answer(client) == (200, report("ready", events=condition))
    status, found = answer(client, SERVING)
    assert (status, found["checks"]["events"]) == (503 if seconds > 10 else 200, condition)


def test_an_event_that_staff_gave_back_wakes_nobody(client: Client, clock_runs: Lease) -> None:
    keep_an_event(seconds=86_400, status="dead")
    event = CallEvent.objects.get()
    CallEvent.objects.update(error="Traceback")
    assert requeue([event.pk], by=User.objects.create_superuser("lead")) == 1
    assert answer(client, SERVING) == (200, report("serving"))


@pytest.mark.parametrize("status", ["orphan", "processed", "ignored", "dead"])
def test_events_that_wait_for_nobody_count_for_nothing(
    client: Client, clock_runs: Lease, status: str
) -> None:
    keep_an_event(seconds=60, status=status)
    assert answer(client, SERVING) == (200, report("serving"))


def test_applied_migrations_are_looked_up_once(
    client: Client, clock_runs: Lease, django_assert_num_queries: Any
) -> None:
    answer(client)
    with django_assert_num_queries(4):
        answer(client)


def test_a_database_that_refuses_is_not_ready(
    client: Client, database_at: Callable[[int], None]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    database_at(port)
    away = dict.fromkeys(("database", "migrations", "clock", "events"), "failing")
    assert answer(client) == answer(client, SERVING) == (503, report("failing", **away))


@pytest.mark.timeout(15)
def test_a_database_that_hangs_is_not_ready(
    client: Client, database_at: Callable[[int], None]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        database_at(server.getsockname()[1])
        assert answer(client)[0] == 503


def test_with_a_worker_it_serves_through_celery(
    client: Client, clock_runs: Lease, celery: None, worker_runs: None
) -> None:
    expected = report("serving", {"voicegather.calls": "ok"})
    assert answer(client, SERVING) == (200, expected)


def test_without_a_worker_nobody_is_served_but_webhooks_can_be_stored(
    client: Client, clock_runs: Lease, celery: None
) -> None:
    nobody = {"voicegather.calls": "failing"}
    assert answer(client) == (200, report("ready", nobody))
    assert answer(client, SERVING) == (503, report("failing", nobody))


def test_a_worker_that_was_not_heard_of_for_twenty_seconds_is_none(
    client: Client, clock_runs: Lease, celery: None, worker_runs: None, time_machine: Any
) -> None:
    began = moments.now()
    time_machine.move_to(began + timedelta(seconds=19), tick=False)
    assert answer(client, SERVING)[0] == 200
    time_machine.move_to(began + timedelta(seconds=21), tick=False)
    assert answer(client, SERVING)[0] == 503


def test_a_worker_of_other_queues_is_none(
    client: Client, clock_runs: Lease, celery: None, worker_runs: None, settings: Any
) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "QUEUE_CALLS": "calls"}
    assert answer(client, SERVING) == (503, report("failing", {"calls": "failing"}))


def test_workers_are_found_with_two_queries_once_the_live_menus_are_known(
    client: Client,
    clock_runs: Lease,
    celery: None,
    worker_runs: None,
    django_assert_num_queries: Any,
) -> None:
    live_with({"look": {"kind": "handler", "config": {"handler": "http"}}})
    answer(client)
    with django_assert_num_queries(6):
        answer(client)


def live_with(steps: dict[str, Any]) -> None:
    """A live menu with these steps."""
    make_version(make_menu(), steps)


@pytest.mark.parametrize(
    "step",
    [
        {"kind": "handler", "config": {"handler": "http"}},
        {"kind": "gather", "config": {"prompt": "question", "validator": "account_number"}},
        {"kind": "ai_gather", "config": {"fields": [{"name": "town", "validator": "town"}]}},
    ],
)
def test_the_queue_of_handlers_must_be_consumed_when_a_live_menu_names_any(
    client: Client, clock_runs: Lease, celery: None, worker_runs: None, step: dict[str, Any]
) -> None:
    live_with({"ask": step})
    queues = {"voicegather.calls": "ok", "voicegather.handlers": "failing"}
    assert answer(client) == (200, report("ready", queues))
    assert answer(client, SERVING) == (503, report("failing", queues))

    consumers.note_consumer(["voicegather.handlers"], owner="celery@two")
    queues["voicegather.handlers"] = "ok"
    assert answer(client, SERVING) == (200, report("serving", queues))


def test_handlers_of_menus_that_are_not_live_need_nobody(
    client: Client, clock_runs: Lease, celery: None, worker_runs: None
) -> None:
    live_with({"look": {"kind": "handler", "config": {"handler": "http"}}})
    make_version(Menu.objects.get(), {"ask": {"config": {"validator": ""}}})
    assert answer(client, SERVING) == (200, report("serving", {"voicegather.calls": "ok"}))


def test_without_a_broker_this_process_serves(
    client: Client, clock_runs: Lease, celery: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"redis://:hidden@127.0.0.1:{server.getsockname()[1]}/0"
    monkeypatch.setenv("CELERY_BROKER_URL", url)
    degraded = {"voicegather.calls": "degraded"}
    assert answer(client) == (200, report("ready", degraded, broker="degraded"))
    assert answer(client, SERVING) == (200, report("serving", degraded, broker="degraded"))


@pytest.mark.timeout(15)
def test_a_broker_that_hangs_holds_no_probe_up(
    client: Client, clock_runs: Lease, celery: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        monkeypatch.setenv("CELERY_BROKER_URL", f"redis://127.0.0.1:{server.getsockname()[1]}/0")
        assert answer(client)[1]["checks"] == everything_fine(broker="degraded")


@pytest.mark.parametrize("url", [LIVE, READY, SERVING])
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


@pytest.mark.parametrize("url", [LIVE, READY, SERVING])
def test_probes_only_read(client: Client, url: str) -> None:
    assert client.post(url).status_code == 405
