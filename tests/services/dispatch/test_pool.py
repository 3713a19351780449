from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from voicegather.services.dispatch.pool import KeyedPool

SECONDS = 10.0


class Work:
    """Work that begins and ends when the test says so."""

    def __init__(self) -> None:
        self.log: list[str] = []
        self.left: list[str] = []
        self._begun = threading.Semaphore(0)
        self._may_end = threading.Semaphore(0)

    def __call__(self, key: str) -> None:
        self.log.append(f"{key} begins")
        self._begun.release()
        assert self._may_end.acquire(timeout=SECONDS)
        self.log.append(f"{key} ends")

    def leave(self) -> None:
        self.left.append(threading.current_thread().name)

    def wait_for_a_begin(self) -> None:
        assert self._begun.acquire(timeout=SECONDS)

    def let_end(self, count: int = 1) -> None:
        self._may_end.release(count)


@pytest.fixture
def work() -> Work:
    return Work()


@pytest.fixture
def make_pool(work: Work) -> Iterator[Callable[..., KeyedPool]]:
    pools: list[KeyedPool] = []

    def make(
        *,
        threads: int = 1,
        capacity: int = 10,
        idle_seconds: float = SECONDS,
        does: Callable[[str], None] = work,
    ) -> KeyedPool:
        pool = KeyedPool(
            does,
            threads=threads,
            capacity=capacity,
            leave=work.leave,
            idle_seconds=idle_seconds,
        )
        pools.append(pool)
        return pool

    yield make
    work.let_end(100)
    for pool in pools:
        pool.close(SECONDS)


def test_keys_are_worked_on_in_their_order(make_pool: Callable[..., KeyedPool], work: Work) -> None:
    pool = make_pool()
    assert [pool.submit(key) for key in "abc"] == [True, True, True]
    work.let_end(3)
    assert pool.wait_until_idle(SECONDS)
    assert work.log == [f"{key} {what}" for key in "abc" for what in ("begins", "ends")]


def test_a_key_that_waits_waits_once(make_pool: Callable[..., KeyedPool], work: Work) -> None:
    pool = make_pool()
    pool.submit("a")
    work.wait_for_a_begin()
    assert [pool.submit("b"), pool.submit("b"), pool.submit("b")] == [True, True, True]
    work.let_end(2)
    assert pool.wait_until_idle(SECONDS)
    assert work.log == ["a begins", "a ends", "b begins", "b ends"]


def test_a_key_is_never_worked_on_twice_at_once_but_once_more_afterwards(
    make_pool: Callable[..., KeyedPool], work: Work
) -> None:
    pool = make_pool(threads=3)
    pool.submit("a")
    work.wait_for_a_begin()
    pool.submit("a")
    pool.submit("a")
    pool.submit("b")
    work.wait_for_a_begin()
    assert sorted(work.log) == ["a begins", "b begins"]
    work.let_end(3)
    assert pool.wait_until_idle(SECONDS)
    assert [line for line in work.log if line.startswith("a")] == [
        "a begins",
        "a ends",
        "a begins",
        "a ends",
    ]
    assert work.log.count("b begins") == 1


def test_different_keys_are_worked_on_at_the_same_time(
    make_pool: Callable[..., KeyedPool], work: Work
) -> None:
    pool = make_pool(threads=2)
    pool.submit("a")
    pool.submit("b")
    work.wait_for_a_begin()
    work.wait_for_a_begin()
    assert sorted(work.log) == ["a begins", "b begins"]


def test_no_more_threads_than_allowed_are_started(
    make_pool: Callable[..., KeyedPool], work: Work
) -> None:
    pool = make_pool(threads=2)
    for key in "abcd":
        pool.submit(key)
    work.wait_for_a_begin()
    work.wait_for_a_begin()
    work.let_end(4)
    assert pool.wait_until_idle(SECONDS)
    pool.close(SECONDS)
    assert len(work.left) == 2


def test_beyond_its_capacity_a_key_is_turned_away(
    make_pool: Callable[..., KeyedPool], work: Work
) -> None:
    pool = make_pool(capacity=2)
    pool.submit("a")
    work.wait_for_a_begin()
    assert [pool.submit("b"), pool.submit("a"), pool.submit("c")] == [True, True, False]
    assert pool.submit("b") is True
    work.let_end(3)
    assert pool.wait_until_idle(SECONDS)
    assert work.log[2:] == ["b begins", "b ends", "a begins", "a ends"]


def test_waiting_for_idleness_ends_when_time_is_up(
    make_pool: Callable[..., KeyedPool], work: Work
) -> None:
    pool = make_pool()
    pool.submit("a")
    work.wait_for_a_begin()
    assert pool.wait_until_idle(0.01) is False


def test_a_closed_pool_finishes_what_runs_and_forgets_what_waits(
    make_pool: Callable[..., KeyedPool], work: Work
) -> None:
    pool = make_pool()
    pool.submit("a")
    work.wait_for_a_begin()
    pool.submit("b")
    work.let_end(2)
    pool.close(SECONDS)
    assert work.log == ["a begins", "a ends"]
    assert work.left == ["voicegather-local"]
    assert pool.submit("c") is False


def test_an_idle_thread_leaves_and_another_takes_the_next_key(
    make_pool: Callable[..., KeyedPool], work: Work
) -> None:
    left = threading.Event()
    work.leave = left.set  # type: ignore[method-assign]
    pool = make_pool(idle_seconds=0.01)
    work.let_end(2)
    pool.submit("a")
    assert left.wait(SECONDS)
    pool.submit("b")
    assert pool.wait_until_idle(SECONDS)
    assert work.log == ["a begins", "a ends", "b begins", "b ends"]


def test_many_submitters_never_make_two_runs_of_a_key_overlap(
    make_pool: Callable[..., KeyedPool],
) -> None:
    running: set[str] = set()
    overlaps: list[str] = []
    runs: list[str] = []

    def work(key: str) -> None:
        if key in running:
            overlaps.append(key)
        running.add(key)
        runs.append(key)
        running.discard(key)

    pool = make_pool(threads=4, capacity=1000, does=work)
    submitters = [
        threading.Thread(target=lambda: [pool.submit(str(n % 7)) for n in range(500)])
        for _ in range(4)
    ]
    for submitter in submitters:
        submitter.start()
    for submitter in submitters:
        submitter.join()
    assert pool.wait_until_idle(SECONDS)
    assert overlaps == []
    assert set(runs) == {"0", "1", "2", "3", "4", "5", "6"}
