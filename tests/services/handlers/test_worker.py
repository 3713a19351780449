"""A real worker of the handlers' queue: processes, which alone can be stopped."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from base64 import b64decode
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from redis import Redis

from tests import line
from tests.services.handlers.conftest import LEG, Ask, Asked
from tests.wheel import ROOT
from voicegather.models import CallEvent
from voicegather.services.calls.process import process_call
from voicegather.services.clock import Clock
from voicegather.services.dispatch import consumers
from voicegather.services.handlers import start

CALLS, HANDLERS = "voicegather.calls", "voicegather.handlers"
SECONDS = 20
#: How much later than the deadline a busy machine may be, in seconds.
LATE = 4

pytestmark = [
    pytest.mark.services,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("celery"),
]


def eventually(is_so: Callable[[], object], seconds: float = SECONDS) -> bool:
    deadline = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def celery(settings: Any) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "DISPATCH": "celery"}


@pytest.fixture
def broker() -> Iterator[Redis]:
    """The suite's Redis, with nothing of ours in its queues before and after."""
    with Redis.from_url(os.environ["VOICEGATHER_TEST_BROKER_URL"]) as client:
        client.delete(CALLS, HANDLERS)
        yield client
        client.delete(CALLS, HANDLERS)


@pytest.fixture
def worker(broker: Redis, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of handlers alone, with one process, as docker-compose.yml runs it."""
    found = connections["default"].settings_dict
    password = f":{found['PASSWORD']}" if found["PASSWORD"] else ""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "project.settings.dev",
        "DATABASE_URL": (
            f"postgres://{found['USER']}{password}@{found['HOST']}:{found['PORT']}/{found['NAME']}"
        ),
        "CELERY_BROKER_URL": os.environ["VOICEGATHER_TEST_BROKER_URL"],
        "STUBBORN_NOTE": str(tmp_path / "note"),
    }
    command = [
        *(sys.executable, "-W", "ignore", "-m", "celery", "--quiet", "--app", "project", "worker"),
        *("--queues", HANDLERS, "--pool", "prefork", "--concurrency", "1", "--loglevel", "fatal"),
        *("--without-gossip", "--without-mingle", "--prefetch-multiplier", "1"),
        *("--include", "tests.services.handlers.sleeping"),
    ]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    assert eventually(lambda: consumers.consumed_queues(using="default") == {HANDLERS}, 30)
    yield process
    process.kill()
    process.wait()


def asked_for(ask: Ask, name: str, **options: str) -> Asked:
    return ask(handler=name, variables={"account": "4711"}, options=options, timeout_s=1)


def test_a_message_carries_an_id_and_time_limits_and_nothing_of_the_caller(
    broker: Redis, ask: Ask
) -> None:
    asked = asked_for(ask, "quick")
    start(asked.command)
    (raw,) = broker.lrange(HANDLERS, 0, -1)
    message = json.loads(raw)
    assert message["headers"]["task"] == "voicegather.run_handler"
    assert message["headers"]["timelimit"] == [2, 1]
    assert json.loads(b64decode(message["body"]))[:2] == [[str(asked.command.command_id)], {}]
    assert b"4711" not in raw + b64decode(message["body"])


def test_a_worker_runs_a_handler_and_has_the_call_advanced(
    worker: subprocess.Popen[bytes], broker: Redis, ask: Ask
) -> None:
    asked = asked_for(ask, "quick")
    start(asked.command)
    assert eventually(asked.events)
    assert int(asked.returned()["values"]["process"]) not in (worker.pid, os.getpid())
    assert eventually(lambda: broker.llen(CALLS) == 1)
    (raw,) = broker.lrange(CALLS, 0, -1)
    assert json.loads(b64decode(json.loads(raw)["body"]))[0] == [LEG]


def test_time_limits_end_handlers_and_the_worker_goes_on(
    worker: subprocess.Popen[bytes], ask: Ask, tmp_path: Path
) -> None:
    note = tmp_path / "note"
    sleepy = asked_for(ask, "sleepy", note=str(note))
    start(sleepy.command)
    assert eventually(sleepy.events)
    assert sleepy.reason() == "took longer than 1 s"
    assert note.read_text() == "woken"

    note.unlink()
    stubborn = asked_for(_again(ask, sleepy), "stubborn", note=str(note))
    start(stubborn.command)
    assert eventually(stubborn.events)
    assert stubborn.reason() == "took longer than 1 s"
    killed = int(note.read_text())
    assert eventually(lambda: not is_alive(killed))

    quick = asked_for(_again(ask, stubborn), "quick")
    start(quick.command)
    assert eventually(quick.events)
    assert int(quick.returned()["values"]["process"]) != killed


@pytest.mark.parametrize(
    ("function", "patience", "reason"),
    [
        ("handler", 2 + 5, "did not return in time"),
        ("validator", 5 + 5, "did not judge in time"),
    ],
)
def test_a_caller_whose_worker_is_killed_hears_of_it_by_the_deadline(
    worker: subprocess.Popen[bytes],
    broker: Redis,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    function: str,
    patience: int,
    reason: str,
) -> None:
    note = tmp_path / "note"
    wire = line.connect(monkeypatch)
    line.publish_by_hand(_menu_with(function, note))
    began = time.monotonic()
    call = line.ring()
    if function == "validator":
        line.enter(call, "142")

    assert eventually(note.exists)
    worker.kill()
    os.kill(int(note.read_text()), signal.SIGKILL)
    assert eventually(lambda: Clock().tick().timers, 2 * SECONDS)
    process_call("v3:a")

    assert wire.actions[-1] == "speak"
    assert wire.sent[-1][2]["payload"] == "Something went wrong."
    command = call.commands.get(action__startswith="run_")
    assert command.detail == reason
    assert patience <= time.monotonic() - began < patience + LATE
    assert not CallEvent.objects.filter(source="handler").exists()
    assert broker.llen(HANDLERS) == 0, "nobody runs it a second time"


def _menu_with(function: str, note: Path) -> dict[str, Any]:
    """A menu that asks one of the stubborn, and says so where nothing comes of it."""
    compiled = line.document(entry="ask" if function == "validator" else "look")
    steps, edges = compiled["steps"], [{"match": "exit", "value": "done", "target": "bye"}]
    failure = {"match": "exit", "value": "failure", "target": "sorry"}
    steps["sorry"] = {
        "key": "sorry",
        "kind": "message",
        "config": {"prompt": "sorry"},
        "edges": edges,
    }
    steps["look"] = {
        "key": "look",
        "kind": "handler",
        "config": {"handler": "stubborn", "options": {"note": str(note)}, "timeout_seconds": 2},
        "edges": [*edges, failure],
    }
    steps["ask"]["config"]["validator"] = "stubborn"
    steps["ask"]["edges"] = [failure, *steps["ask"]["edges"]]
    compiled["prompts"]["sorry"] = line.words("Something went wrong.")
    return compiled


def _again(ask: Ask, before: Asked) -> Ask:
    """Frees the leg's name for the next call."""
    before.call.legs.update(call_control_id=f"{LEG}-{before.call.pk}")
    return ask
