from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, connections

from tests.services.dispatch.scripts import run
from voicegather.models import Lease
from voicegather.services import calls, dispatch

SECONDS = 10


@pytest.fixture
def process_with(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], None]], None]:
    """Says what processing a call does."""

    def replace(work: Callable[[str], None]) -> None:
        monkeypatch.setattr(calls, "process_call", work)

    return replace


@pytest.mark.django_db(transaction=True)
def test_a_call_is_processed_in_another_thread(process_with: Any) -> None:
    threads: list[tuple[str, str]] = []
    process_with(lambda leg: threads.append((leg, threading.current_thread().name)))
    dispatch.enqueue("v3:a")
    assert dispatch.wait_until_idle(SECONDS)
    assert threads == [("v3:a", "voicegather-local")]


@pytest.mark.django_db(transaction=True)
def test_an_error_is_logged_and_the_next_call_processed(
    process_with: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "LOCAL_THREADS": 1}
    processed: list[str] = []

    def work(leg: str) -> None:
        if leg == "v3:bad":
            raise RuntimeError("a bug")
        processed.append(leg)

    process_with(work)
    dispatch.enqueue("v3:bad")
    dispatch.enqueue("v3:good")
    assert dispatch.wait_until_idle(SECONDS)
    assert processed == ["v3:good"]
    (record,) = [r for r in caplog.records if r.name == "voicegather.dispatch"]
    assert record.getMessage().startswith("Processing failed; left to the clock: v3:bad\n")
    assert record.getMessage().endswith("RuntimeError"), "what it says may quote a value"


def test_what_does_not_fit_is_left_to_the_clock(
    process_with: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.VOICEGATHER = {
        **settings.VOICEGATHER,
        "LOCAL_THREADS": 1,
        "LOCAL_QUEUE_SIZE": 1,
    }
    begun, go_on = threading.Event(), threading.Event()
    processed: list[str] = []

    def work(leg: str) -> None:
        begun.set()
        assert go_on.wait(SECONDS)
        processed.append(leg)

    process_with(work)
    dispatch.enqueue("v3:a")
    assert begun.wait(SECONDS)
    dispatch.enqueue("v3:b")
    dispatch.enqueue("v3:c")
    go_on.set()
    assert dispatch.wait_until_idle(SECONDS)
    assert processed == ["v3:a", "v3:b"]
    assert "Too much waits in this process; left to the clock: v3:c" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_a_thread_that_ends_closes_even_a_persistent_connection(
    process_with: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", None)
    opened: list[Any] = []

    def work(leg: str) -> None:
        Lease.objects.count()
        opened.append(connections["default"])

    process_with(work)
    dispatch.enqueue("v3:a")
    assert dispatch.wait_until_idle(SECONDS)
    assert [wrapper.connection is None for wrapper in opened] == [False]
    dispatch.shutdown()
    assert [wrapper.connection for wrapper in opened] == [None]


def test_after_a_shutdown_the_next_call_starts_anew(processed: list[str]) -> None:
    dispatch.enqueue("v3:a")
    assert dispatch.wait_until_idle(SECONDS)
    dispatch.shutdown()
    dispatch.enqueue("v3:b")
    assert dispatch.wait_until_idle(SECONDS)
    assert processed == ["v3:a", "v3:b"]


def test_a_process_with_nothing_to_do_is_idle() -> None:
    assert dispatch.wait_until_idle(0) is True


def test_a_forked_child_has_threads_of_its_own() -> None:
    said = run(
        """
begun, go_on = threading.Event(), threading.Event()
parent = os.getpid()
def work(leg):
    if os.getpid() == parent:
        begun.set()
        go_on.wait(10)
    else:
        os.write(1, b"child did " + leg.encode() + b"\\n")
local.process = work
dispatch.enqueue("v3:parent")
begun.wait(10)
child = os.fork()
if child == 0:
    dispatch.enqueue("v3:child")
    os._exit(0 if dispatch.wait_until_idle(10) else 1)
status = os.waitpid(child, 0)[1]
go_on.set()
print("parent idle:", dispatch.wait_until_idle(10), "child status:", status)
"""
    )
    assert said == "child did v3:child\nparent idle: True child status: 0\n"


def test_a_process_that_ends_finishes_what_it_began() -> None:
    said = run(
        """
def work(leg):
    time.sleep(0.1)
    os.write(1, leg.encode() + b" done\\n")
local.process = work
dispatch.enqueue("v3:a")
dispatch.enqueue("v3:b")
"""
    )
    assert sorted(said.splitlines()) == ["v3:a done", "v3:b done"]
