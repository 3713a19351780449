from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator

import pytest

from voicegather.simulator import FakeTelnyx, SimulatorError
from voicegather.simulator.scheduler import Scheduler


@pytest.fixture
def scheduler() -> Iterator[Scheduler]:
    scheduler = Scheduler(threading.RLock())
    scheduler.start()
    yield scheduler
    scheduler.stop()


def test_actions_run_when_they_are_due_and_in_order(scheduler: Scheduler) -> None:
    done: list[str] = []
    finished = threading.Event()
    scheduler.after(0.06, finished.set)
    scheduler.after(0.04, lambda: done.append("late"))
    scheduler.after(0.01, lambda: done.append("early"))
    scheduler.after(0.01, lambda: done.append("early too"))
    assert finished.wait(5)
    assert done == ["early", "early too", "late"]


def test_actions_that_are_late_keep_their_distances(scheduler: Scheduler) -> None:
    done: list[str] = []
    finished = threading.Event()

    def hold_up() -> None:
        time.sleep(0.05)
        scheduler.after(0.02, lambda: done.append("second"))

    def follow() -> None:
        done.append("first")
        scheduler.after(0.02, lambda: done.append("third"))

    scheduler.after(0, hold_up)
    scheduler.after(0.01, follow)
    scheduler.after(0.1, finished.set)
    assert finished.wait(5)
    assert done == ["first", "second", "third"]


def test_a_cancelled_action_never_runs(scheduler: Scheduler) -> None:
    done: list[str] = []
    finished = threading.Event()
    timer = scheduler.after(0.01, lambda: done.append("cancelled"))
    scheduler.after(0.02, finished.set)
    timer.cancel()
    assert finished.wait(5)
    assert done == []


def test_a_failing_action_is_kept_and_stops_nobody_else(
    scheduler: Scheduler, caplog: pytest.LogCaptureFixture
) -> None:
    finished = threading.Event()

    def fail() -> None:
        raise ZeroDivisionError("broken")

    with caplog.at_level(logging.ERROR):
        scheduler.after(0, fail)
        scheduler.after(0.01, finished.set)
        assert finished.wait(5)
    assert [str(error) for error in scheduler.failures] == ["broken"]


def test_a_simulator_that_failed_says_so_when_it_stops(
    caplog: pytest.LogCaptureFixture,
) -> None:
    telnyx = FakeTelnyx(webhook_url="http://127.0.0.1:9/")
    telnyx.start()
    failed = threading.Event()

    def fail() -> None:
        failed.set()
        raise ZeroDivisionError("broken")

    telnyx._scheduler.after(0, fail)
    assert failed.wait(5)
    with pytest.raises(SimulatorError, match="this is a bug of the simulator"):
        telnyx.stop()
