"""What the sample clinic's callers usually do, and how often; one template each."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.caller import Caller, asks_for_the_balance, work_on
from benchmarks.template import ACCOUNT, CALLER, Template
from voicegather.models import CallCommand, CallEvent, CommandStatus, EventStatus
from voicegather.services.calls import process_call
from voicegather.services.receive import receive_event


@dataclass(frozen=True)
class Usual:
    """Templates, and how many of 10,000 calls each stands for."""

    templates: list[Template]
    weights: list[int]


def ended_calls() -> Usual:
    """Place one call of each kind that ends; most callers hang up early."""
    return _placed(
        {
            hangs_up_at_once: 500,
            hangs_up_in_the_question: 7_250,
            hangs_up_after_the_language: 1_000,
            says_nothing: 300,
            speaks_with_an_extension: 500,
            asks_for_account: 250,
            follows_a_stranger: 150,
            sends_what_cannot_be_read: 50,
        }
    )


def long_calls() -> Usual:
    """Calls that all go the sample's longest way to its end."""
    return _placed({asks_for_account: 1})


def calls_with_input() -> Usual:
    """Place one call of each kind in which something is asked for; most of these callers answer."""
    return _placed(
        {
            hangs_up_in_the_question: 2_000,
            says_nothing: 500,
            hangs_up_after_the_language: 1_000,
            speaks_with_an_extension: 4_000,
            asks_for_account: 2_500,
        }
    )


def open_calls() -> Usual:
    """Place one call of each kind that is still under way."""
    return _placed({waits_in_the_question: 5_000, types_an_account: 5_000})


def hangs_up_at_once() -> None:
    """All three events are there before a worker is: the commands are not wanted any more."""
    caller = _leaving_work()
    caller.rings()
    caller.hangs_up()
    process_call(caller.leg)


def hangs_up_in_the_question() -> None:
    caller = _caller()
    caller.rings()
    caller.hangs_up()


def hangs_up_after_the_language() -> None:
    caller = _caller()
    caller.rings()
    caller.enters("1")
    caller.hangs_up()
    caller.tell("call.cost", total_cost="0.0100")
    # The clock has this done, a minute later.
    process_call(caller.leg)


def says_nothing() -> None:
    caller = _caller()
    caller.rings()
    for _ in range(4):
        caller.stays_silent()
    caller.hangs_up()


def speaks_with_an_extension() -> None:
    caller = _caller()
    caller.rings()
    caller.enters("1")
    caller.enters("142")
    caller.is_connected()
    caller.hangs_up()


def asks_for_account() -> None:
    asks_for_the_balance(_caller(), account=ACCOUNT)


def follows_a_stranger() -> None:
    """Before it a call ends that began when the webhook was not ours yet: that waits for ever."""
    _caller().hangs_up()
    hangs_up_in_the_question()


def sends_what_cannot_be_read() -> None:
    """The key that sealed an entry is gone."""
    caller = _caller()
    caller.rings()
    unread = _leaving_work()
    unread.leg = caller.leg
    unread.enters("1")
    CallEvent.objects.filter(status=EventStatus.PENDING).update(sealed=b"\x01 gone")
    with _expected_errors():
        process_call(caller.leg)
    caller.hangs_up()


def waits_in_the_question() -> None:
    _caller().rings()


def types_an_account() -> None:
    caller = _caller()
    caller.rings()
    caller.enters("1")
    caller.enters("2")


def _placed(kinds: dict[Callable[[], None], int]) -> Usual:
    templates = [Template(kind) for kind in kinds]
    waiting = CallEvent.objects.filter(status__in=(EventStatus.PENDING, EventStatus.NOTED))
    if waiting.exists() or CallCommand.objects.filter(status=CommandStatus.PENDING).exists():
        raise AssertionError("A usual call leaves work behind: copied, it would never be done.")
    return Usual(templates, list(kinds.values()))


def _caller() -> Caller:
    return Caller(work_on, number=CALLER)


def _leaving_work() -> Caller:
    """A caller whose webhooks are taken in, and no more."""
    return Caller(_store, number=CALLER)


def _store(event_type: str, body: bytes) -> None:
    receive_event(body)


@contextmanager
def _expected_errors() -> Iterator[None]:
    """Says nothing of errors meanwhile."""
    logging.disable(logging.ERROR)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)
