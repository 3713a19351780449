"""What the growth benchmark does in each of its sites, all of it in this thread."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import connection

from benchmarks.caller import Caller, asks_for_the_balance, work_on
from benchmarks.seeding import seed
from voicegather.models import Call, CallCommand, CallEvent, CommandStatus, EventStatus
from voicegather.services import moments
from voicegather.services.calls import process_call
from voicegather.services.clock import Clock, Tick

NUMBER = "+13125550111"
#: So many of each sort does the clock find in its busy turn.
DUE = 10


def seed_calls(*, calls: int) -> dict[str, int]:
    """Replace all calls by so many others; the rows and megabytes that there are then."""
    rows = seed(calls)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return {"rows": sum(rows.values()), "megabytes": cursor.fetchone()[0] // 1_000_000}


def milliseconds_an_event(*, calls: int) -> float:
    """From a webhook's body to nothing left to do for its call: the mean over whole calls."""
    taken: list[float] = []

    def timed(event_type: str, body: bytes) -> None:
        began = time.perf_counter()
        work_on(event_type, body)
        taken.append(time.perf_counter() - began)

    for _ in range(calls):
        asks_for_the_balance(Caller(timed, number=NUMBER))
    return sum(taken) / len(taken) * 1000


def queries_of_a_call() -> list[tuple[str, int]]:
    """Each event of a whole call by its type, with the number of its queries."""
    counted: list[tuple[str, int]] = []

    def count(event_type: str, body: bytes) -> None:
        with _queries() as queries:
            work_on(event_type, body)
        counted.append((event_type, len(queries)))

    asks_for_the_balance(Caller(count, number=NUMBER))
    return counted


def milliseconds_a_tick(*, ticks: int) -> float:
    """The clock's turn while nothing is due: the mean."""
    clock = Clock()
    began = time.perf_counter()
    for _ in range(ticks):
        clock.tick()
    return (time.perf_counter() - began) / ticks * 1000


def milliseconds_of_a_busy_tick() -> float:
    """One turn of the clock that finds DUE deadlines, as many events and as many commands."""
    with _work_left_behind():
        began = time.perf_counter()
        found = Clock().tick()
        taken = (time.perf_counter() - began) * 1000
    if found != Tick(DUE, DUE, DUE, 0):
        raise AssertionError(f"The clock found {found}, not {DUE} of each.")
    return taken


def queries_of_a_tick() -> list[tuple[str, int]]:
    """The number of queries of the clock's turn while nothing is due."""
    with _queries() as queries:
        Clock().tick()
    return [("a tick", len(queries))]


def queries_of_a_busy_tick() -> list[tuple[str, int]]:
    """The number of queries of a turn as :func:`milliseconds_of_a_busy_tick` has them."""
    with _work_left_behind(), _queries() as queries:
        Clock().tick()
    return [("a busy tick", len(queries))]


@contextmanager
def _queries() -> Iterator[list[str]]:
    """The statements that Django's connection is given meanwhile."""
    given: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        given.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield given


@contextmanager
def _work_left_behind() -> Iterator[None]:
    """DUE calls whose deadline has passed, with an event and a command that nobody took up."""
    a_while_ago = moments.now() - timedelta(minutes=1)
    callers = [Caller(work_on, number=NUMBER) for _ in range(DUE)]
    for caller in callers:
        caller.rings()
        call = Call.objects.get(legs__call_control_id=caller.leg)
        Call.objects.filter(pk=call.pk).update(wake_at=a_while_ago)
        CallCommand.objects.filter(pk=call.commands.latest("seq").pk).update(
            status=CommandStatus.PENDING, created_at=a_while_ago
        )
        CallEvent.objects.filter(pk=call.events.latest("pk").pk).update(
            status=EventStatus.PENDING, received_at=a_while_ago
        )
    yield
    for caller in callers:
        caller.hangs_up()
        # As the clock would have it: a turn with nothing to fold retires the command.
        process_call(caller.leg)
