from __future__ import annotations

import pytest

from voicegather.services.dispatch import breaker as breaker_module
from voicegather.services.dispatch.breaker import CircuitBreaker

RETRY_AFTER = 5.0


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(breaker_module, "time", clock)
    return clock


def test_it_allows_until_something_fails() -> None:
    breaker = CircuitBreaker()
    assert breaker.allows(RETRY_AFTER) is True
    assert breaker.succeeded() is False
    assert breaker.allows(RETRY_AFTER) is True


def test_after_a_failure_nobody_may_try_for_a_while(clock: Clock) -> None:
    breaker = CircuitBreaker()
    assert breaker.failed(RETRY_AFTER) is True
    clock.now += 4.9
    assert breaker.allows(RETRY_AFTER) is False


def test_then_one_may_try_and_the_others_wait_for_it(clock: Clock) -> None:
    breaker = CircuitBreaker()
    breaker.failed(RETRY_AFTER)
    clock.now += 5
    assert [breaker.allows(RETRY_AFTER) for _ in range(3)] == [True, False, False]


def test_a_probe_that_fails_keeps_it_open_as_long_again(clock: Clock) -> None:
    breaker = CircuitBreaker()
    breaker.failed(RETRY_AFTER)
    clock.now += 5
    assert breaker.allows(RETRY_AFTER) is True
    clock.now += 1
    assert breaker.failed(RETRY_AFTER) is False
    clock.now += 4.9
    assert breaker.allows(RETRY_AFTER) is False
    clock.now += 0.1
    assert breaker.allows(RETRY_AFTER) is True


def test_a_probe_that_succeeds_lets_everybody_through(clock: Clock) -> None:
    breaker = CircuitBreaker()
    breaker.failed(RETRY_AFTER)
    clock.now += 5
    breaker.allows(RETRY_AFTER)
    assert breaker.succeeded() is True
    assert [breaker.allows(RETRY_AFTER) for _ in range(3)] == [True, True, True]
