"""How many events a second the engine folds on one core: nothing but `advance`, no JSON, no I/O."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from typing import Any

import psycopg

from benchmarks.pairs import PAIRS
from benchmarks.place import measuring_place
from benchmarks.site import load_sample, migrate
from voicegather.engine.advance import advance, begin
from voicegather.engine.commands import Answer, Gather, HangUp, Outgoing, Play
from voicegather.engine.events import (
    CallAnswered,
    CallHungUp,
    CallInitiated,
    CommandAccepted,
    Event,
    GatherEnded,
    GatherStatus,
    KeyPressed,
    PromptEnded,
    PromptFate,
)
from voicegather.engine.graph import Graph
from voicegather.engine.hours import Hours
from voicegather.engine.secret import Secret
from voicegather.engine.state import CallState

MENU = "clinic"
#: A language, a department, an account number, "that is right", and a PIN.
ENTRIES = ("1", "2", "5551234", "1", "4630")
CALLS_A_TURN = 300
START = 1_767_225_600_000


@dataclass(frozen=True, slots=True)
class Shelf:
    """The one menu that the calls need."""

    menu: Graph

    def graph(self, sha256: str) -> Graph:
        return self.menu

    def live_graph(self, menu: str) -> Graph | None:
        return self.menu

    def hours(self, calendar: str, at: int) -> Hours | None:
        return None


Fold = tuple[CallState, Event, int]


def run() -> None:
    """Replay one whole call of the sample menu many times; print the median of seven turns."""
    shelf = Shelf(_published_sample())
    call = one_call(shelf)
    speeds = [_speed(shelf, call) for _ in range(PAIRS)]
    print(
        f"engine: {statistics.median(speeds):.0f} advance/s, a call of {len(call)} events",
        flush=True,
    )


def one_call(shelf: Shelf) -> list[Fold]:
    """Every event of a caller who enters ENTRIES and hangs up, with the state that it meets."""
    state = begin(shelf.menu, token="benchmark", caller="", called="", now=START)
    folds: list[Fold] = []
    now, entries, waiting = START, iter(ENTRIES), [CallInitiated(START)]
    while waiting:
        event = waiting.pop(0)
        now += 10
        folds.append((state, event, now))
        done = advance(shelf, state, event, now)
        state = done.state
        for outgoing in done.commands:
            waiting += _reaction(outgoing, entries, now)
    return folds


def _reaction(outgoing: Outgoing, entries: Any, now: int) -> list[Event]:
    seq = outgoing.seq
    accepted = CommandAccepted(now, seq)
    match outgoing.command:
        case Answer():
            return [accepted, CallAnswered(now)]
        case Play():
            return [accepted, PromptEnded(now, PromptFate.COMPLETED, seq)]
        case Gather():
            entry = next(entries, "")
            if not entry:
                return [accepted, CallHungUp(now, "normal_clearing", "caller")]
            keys: list[Event] = [KeyPressed(now, Secret(key), seq) for key in entry]
            return [accepted, *keys, GatherEnded(now, GatherStatus.VALID, Secret(entry), seq)]
        case HangUp():
            return [accepted, CallHungUp(now, "normal_clearing", "callee")]
    return [accepted]


def _speed(shelf: Shelf, call: list[Fold]) -> float:
    began = time.process_time()
    for _ in range(CALLS_A_TURN):
        for state, event, now in call:
            advance(shelf, state, event, now)
    return CALLS_A_TURN * len(call) / (time.process_time() - began)


def _published_sample() -> Graph:
    with measuring_place() as place:
        migrate(place)
        load_sample(place)
        with psycopg.connect(place.database_url) as connection:
            row = connection.execute(
                "SELECT document, sha256 FROM voicegather_menuversion version "
                "JOIN voicegather_menu menu ON menu.id = version.menu_id WHERE menu.slug = %s",
                [MENU],
            ).fetchone()
    if row is None:
        raise LookupError(f"The sample has no menu {MENU}.")
    return Graph.load(row[0], sha256=row[1])
