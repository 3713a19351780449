"""Workers say which queues they take from, and a probe reads it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from celery import Celery
from django.db import connection, connections

from voicegather.models import Lease
from voicegather.services import moments
from voicegather.services.dispatch import consumers
from voicegather.tasks import TellConsumer, add_steps

ROOT = Path(__file__).resolve().parents[3]
CALLS = "voicegather.calls"
SECONDS = 10

pytestmark = pytest.mark.django_db(transaction=True)


def eventually(is_so: Callable[[], bool], seconds: float = SECONDS) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def consumed() -> set[str]:
    return consumers.consumed_queues(using="default")


def until() -> Any:
    return Lease.objects.get(name=f"queue:{CALLS}").until


@pytest.fixture
def presence(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., consumers.Presence]]:
    """Makes workers' presences that are quick, and ends them."""
    monkeypatch.setattr(consumers, "RENEW_SECONDS", 0.05)
    made = []

    def make(queues: list[str]) -> consumers.Presence:
        made.append(consumers.Presence(owner="celery@one", queues=lambda: queues))
        return made[-1]

    yield make
    for each in made:
        each.stop()
    for thread in threading.enumerate():
        if thread.name == "voicegather-presence":
            thread.join(SECONDS)


def test_a_queue_is_consumed_for_twenty_seconds_after_a_worker_said_so(time_machine: Any) -> None:
    began = moments.now()
    time_machine.move_to(began, tick=False)
    assert consumed() == set()
    consumers.note_consumer([CALLS], owner="celery@one")
    time_machine.move_to(began + timedelta(seconds=19.9), tick=False)
    assert consumed() == {CALLS}
    time_machine.move_to(began + timedelta(seconds=20), tick=False)
    assert consumed() == set()


def test_workers_of_a_queue_share_its_row() -> None:
    consumers.note_consumer([CALLS], owner="celery@one")
    consumers.note_consumer([CALLS, "voicegather.media"], owner="celery@" + "two" * 50)
    rows = Lease.objects.order_by("name").values_list("name", "owner")
    assert list(rows) == [
        (f"queue:{CALLS}", ("celery@" + "two" * 50)[:100]),
        ("queue:voicegather.media", ("celery@" + "two" * 50)[:100]),
    ]


def test_the_longest_name_of_a_queue_fits(settings: Any) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "QUEUE_CALLS": "q" * 50}
    consumers.note_consumer(["q" * 50], owner="celery@one")
    assert consumed() == {"q" * 50}


def test_a_worker_goes_on_saying_so(presence: Callable[..., consumers.Presence]) -> None:
    presence([CALLS]).start()
    assert eventually(lambda: consumed() == {CALLS})
    first = until()
    assert eventually(lambda: until() > first)


def test_a_worker_that_stops_says_so_no_more_and_may_start_again(
    presence: Callable[..., consumers.Presence],
) -> None:
    running = presence([CALLS])
    running.start()
    assert eventually(lambda: consumed() == {CALLS})
    running.stop()
    time.sleep(0.2)
    last = until()
    time.sleep(0.3)
    assert until() == last
    assert consumed() == {CALLS}, "a restart is not taken for an end"
    running.start()
    assert eventually(lambda: until() > last)


def test_queues_of_others_are_not_noted_and_a_worker_may_take_up_ours_later(
    presence: Callable[..., consumers.Presence],
) -> None:
    queues = ["celery", "people.letters"]
    presence(queues).start()
    time.sleep(0.2)
    assert not Lease.objects.exists()
    queues.append(CALLS)
    assert eventually(lambda: consumed() == {CALLS})
    assert Lease.objects.count() == 1


def test_a_database_that_is_away_is_told_once_and_looked_for_again(
    presence: Callable[..., consumers.Presence],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    away = {
        **connections.settings["default"],
        "ENGINE": "django.db.backends.postgresql",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "OPTIONS": {"connect_timeout": 3},
    }
    here = connections.settings["default"]
    monkeypatch.setitem(connections.settings, "default", away)
    presence([CALLS]).start()
    assert eventually(lambda: "Not noted" in caplog.text)
    time.sleep(0.3)
    assert caplog.text.count("Not noted that this worker takes calls (OperationalError)") == 1
    assert consumed() == set()
    connections.settings["default"] = here
    assert eventually(lambda: "Noted again" in caplog.text)
    assert consumed() == {CALLS}


def test_nothing_is_left_open_between_two_times(
    presence: Callable[..., consumers.Presence], monkeypatch: pytest.MonkeyPatch
) -> None:
    used = []
    note = consumers.note_consumer

    def spy(*args: Any, **kwargs: Any) -> None:
        note(*args, **kwargs)
        used.append((connection.connection is not None, connections["default"]))

    monkeypatch.setattr(consumers, "note_consumer", spy)
    presence([CALLS]).start()
    assert eventually(lambda: len(used) > 1)
    (was_open, first), (_, second) = used[:2]
    assert was_open
    assert first.connection is None
    assert first is not second


def test_no_pool_of_connections_is_opened_which_forks_would_share(
    presence: Callable[..., consumers.Presence], monkeypatch: pytest.MonkeyPatch
) -> None:
    noted = threading.Event()
    note = consumers.note_consumer

    def spy(*args: Any, **kwargs: Any) -> None:
        note(*args, **kwargs)
        noted.set()

    monkeypatch.setattr(consumers, "note_consumer", spy)
    options = connections.settings["default"]["OPTIONS"]
    # SQLite would refuse the option, PostgreSQL would open a pool.
    monkeypatch.setitem(options, "pool", True)
    presence([CALLS]).start()
    assert noted.wait(SECONDS)
    monkeypatch.delitem(options, "pool")
    assert getattr(type(connection), "_connection_pools", {}) == {}


def test_every_worker_is_given_the_step_that_says_so(
    presence: Callable[..., consumers.Presence],
) -> None:
    with Celery("bakery", set_as_current=False) as app:
        add_steps(sender=SimpleNamespace(app=app))
        assert app.steps["consumer"] == {TellConsumer}
        app.amqp.queues.select([CALLS])
        consumer = SimpleNamespace(app=app, hostname="celery@one", steps=[])
        step = TellConsumer(consumer)
        step.include(consumer)
        step.start(consumer)
        assert eventually(lambda: consumed() == {CALLS})
        step.stop(consumer)
    assert Lease.objects.get().owner == "celery@one"


@pytest.fixture
def worker() -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """Starts a Celery worker of the suite's database and broker, with a pool of that sort."""
    found = connections["default"].settings_dict
    password = f":{found['PASSWORD']}" if found["PASSWORD"] else ""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "project.settings.dev",
        "DATABASE_URL": (
            f"postgres://{found['USER']}{password}@{found['HOST']}:{found['PORT']}/{found['NAME']}"
        ),
        "CELERY_BROKER_URL": os.environ["VOICEGATHER_TEST_BROKER_URL"],
    }
    started = []

    def start(pool: str) -> subprocess.Popen[bytes]:
        command = [
            *(sys.executable, "-W", "ignore", "-m", "celery", "-A", "project", "worker"),
            *("--queues", CALLS, "--pool", pool, "--concurrency", "1", "--loglevel", "error"),
        ]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.mark.services
@pytest.mark.parametrize("pool", ["threads", "prefork"])
def test_a_real_worker_is_seen_and_ends_cleanly(
    worker: Callable[[str], subprocess.Popen[bytes]], pool: str
) -> None:
    running = worker(pool)
    assert eventually(lambda: consumed() == {CALLS}, 30)
    first = until()
    assert eventually(lambda: until() > first)
    running.send_signal(signal.SIGTERM)
    assert running.wait(30) == 0
    last = until()
    assert last - moments.now() < timedelta(seconds=20)
    assert Lease.objects.get().owner.startswith("celery@")
