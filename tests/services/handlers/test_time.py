"""A handler has the time that its step gives it, in threads that nobody can kill, too."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from tests.services.handlers.conftest import LEG, SECONDS, Ask, Asked
from voicegather.handlers import HandlerCall
from voicegather.services import dispatch
from voicegather.services.handlers import run_command, start

pytestmark = pytest.mark.django_db(transaction=True)


def eventually(is_so: Callable[[], object]) -> bool:
    deadline = time.monotonic() + SECONDS
    while not is_so():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """What a handler waits for that takes too long."""
    event = threading.Event()
    yield event
    event.set()
    dispatch.wait_until_idle(SECONDS)


def test_a_handler_runs_in_another_thread_and_its_call_is_advanced(
    ask_handler: Ask, advanced: list[str]
) -> None:
    threads: list[threading.Thread] = []
    asked = ask_handler(lambda call: threads.append(threading.current_thread()))
    start(asked.command)
    assert dispatch.wait_until_idle(SECONDS)
    assert threads != [threading.current_thread()]
    assert asked.returned() == {"values": {}, "exit": ""}
    assert advanced == [LEG]


def test_one_that_takes_too_long_has_failed_and_its_late_return_changes_nothing(
    ask_handler: Ask, released: threading.Event, advanced: list[str]
) -> None:
    def lookup(call: HandlerCall) -> dict[str, str]:
        released.wait(SECONDS)
        return {"late": "yes"}

    asked = ask_handler(lookup, timeout_s=1)
    began = time.monotonic()
    start(asked.command)
    assert eventually(asked.events)
    assert 1 <= time.monotonic() - began < 4
    assert asked.reason() == "took longer than 1 s"
    assert eventually(lambda: advanced == [LEG])
    released.set()
    assert dispatch.wait_until_idle(SECONDS)
    assert asked.reason() == "took longer than 1 s"


def test_handlers_that_hang_hold_up_no_call(
    ask_handler: Ask, released: threading.Event, settings: object, advanced: list[str]
) -> None:
    settings.VOICEGATHER = {"LOCAL_THREADS": 1}  # type: ignore[attr-defined]
    asked = ask_handler(lambda call: released.wait(SECONDS) and None)
    start(asked.command)
    dispatch.enqueue("v3:other")
    assert eventually(lambda: advanced == ["v3:other"])
    assert asked.events() == []
    released.set()
    assert dispatch.wait_until_idle(SECONDS)


def test_what_no_thread_can_take_fails_at_once(
    ask_handler: Ask, released: threading.Event, settings: object
) -> None:
    settings.VOICEGATHER = {"LOCAL_THREADS": 1, "LOCAL_QUEUE_SIZE": 1}  # type: ignore[attr-defined]
    running = threading.Event()

    def lookup(call: HandlerCall) -> None:
        running.set()
        released.wait(SECONDS)

    first = ask_handler(lookup)
    start(first.command)
    assert running.wait(SECONDS)
    second, third = (_another(first, seq) for seq in (5, 6))
    start(second.command)
    start(third.command)
    assert third.reason() == "was not started: too many handlers wait in this process"
    released.set()
    assert dispatch.wait_until_idle(SECONDS)
    assert first.returned() == second.returned() == {"values": {}, "exit": ""}


def test_a_stop_from_outside_is_an_overrun(ask_handler: Ask) -> None:
    class TimeIsOverError(Exception):
        """As Celery raises one in the midst of a task."""

    def lookup(call: HandlerCall) -> None:
        raise TimeIsOverError

    asked = ask_handler(lookup, timeout_s=7)
    run_command(asked.command.command_id, stopped_by=(TimeIsOverError,))
    assert asked.reason() == "took longer than 7 s"


def test_waiting_for_the_process_includes_handlers_and_what_follows_them(
    ask_handler: Ask, advanced: list[str]
) -> None:
    asked = ask_handler(lambda call: time.sleep(0.3))
    start(asked.command)
    assert not dispatch.wait_until_idle(0.05)
    assert dispatch.wait_until_idle(SECONDS)
    assert advanced == [LEG]


def _another(asked: Asked, seq: int) -> Asked:
    command = type(asked.command).objects.get(pk=asked.command.pk)
    command.pk, command.seq = None, seq
    command.command_id = f"00000000-0000-0000-0000-00000000000{seq}"  # type: ignore[assignment]
    command._state.adding = True
    command.save()
    return Asked(command)
