"""What one event costs, and the clock's turn, with a thousand calls stored and with a million.

It takes about ten minutes, most of them to store the million, and 12 GB of PostgreSQL's disk.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks.pairs import PAIRS
from benchmarks.place import measuring_place
from benchmarks.site import load_sample, migrate
from benchmarks.telnyx import Yes
from benchmarks.told import told

#: Calls stored; costs are compared with the first.
SIZES = (1_000, 100_000, 1_000_000)
CALLS_A_TURN = 15
TICKS_A_TURN = 100

#: What happened, and the queries that it took.
Counted = list[tuple[str, int]]


class Site:
    """One site with calls stored, in a process of its own."""

    def __init__(self, calls: int, ask: Callable[..., Any]) -> None:
        self.calls = calls
        self._ask = ask

    def do(self, job: str, **arguments: int) -> Any:
        """What a job of benchmarks/growth_jobs.py returns; raises PlaceError when it fails."""
        return self._ask(job, **arguments)


@dataclass(frozen=True)
class Cost:
    """Something whose cost is compared between sites: how it is timed, and its queries counted."""

    name: str
    unit: str
    one: str
    milliseconds: Callable[[Site], float]
    queries: Callable[[Site], Counted]


COSTS = (
    Cost(
        "growth",
        "event",
        "an event",
        lambda site: site.do("milliseconds_an_event", calls=CALLS_A_TURN),
        lambda site: site.do("queries_of_a_call"),
    ),
    Cost(
        "growth, clock",
        "tick",
        "a tick",
        lambda site: site.do("milliseconds_a_tick", ticks=TICKS_A_TURN),
        lambda site: site.do("queries_of_a_tick"),
    ),
    Cost(
        "growth, busy clock",
        "tick",
        "a tick",
        lambda site: site.do("milliseconds_of_a_busy_tick"),
        lambda site: site.do("queries_of_a_busy_tick"),
    ),
)


def run() -> None:
    """Fill a database for each of SIZES, measure them in turn; print lines."""
    with ExitStack() as stack:
        telnyx = stack.enter_context(Yes())
        sites = [stack.enter_context(_grown(calls, telnyx)) for calls in SIZES]
        for cost in COSTS:
            for site in sites:
                cost.milliseconds(site)
            queries = [cost.queries(site) for site in sites]
            print(_line(cost, _rounds(cost, sites), queries), flush=True)
            for what in _grown_queries(queries):
                print(f"{cost.name}: more queries with more calls: {what}", flush=True)


def _rounds(cost: Cost, sites: Sequence[Site]) -> list[list[float]]:
    """PAIRS rounds of one turn each; another site goes first each time."""
    rounds = []
    for number in range(PAIRS):
        turns = [0.0] * len(sites)
        for place in range(len(sites)):
            which = (number + place) % len(sites)
            turns[which] = cost.milliseconds(sites[which])
        rounds.append(turns)
    return rounds


def _line(cost: Cost, rounds: Sequence[Sequence[float]], queries: Sequence[Counted]) -> str:
    medians = map(statistics.median, zip(*rounds, strict=True))
    taken = ", ".join(
        f"{calls} calls {median:.2f} ms/{cost.unit}"
        for calls, median in zip(SIZES, medians, strict=True)
    )
    ratio = statistics.median(turns[-1] / turns[0] for turns in rounds)
    means = ", ".join(f"{statistics.fmean(number for _, number in each):.3g}" for each in queries)
    return f"{cost.name}: {taken}, ratio {ratio:.2f}; queries {cost.one} {means}"


def _grown_queries(queries: Sequence[Counted]) -> list[str]:
    """The kinds that do not take as many queries in every site."""
    return [
        f"{alike[0][0]} {', '.join(str(number) for _, number in alike)}"
        for alike in zip(*queries, strict=True)
        if len({number for _, number in alike}) > 1
    ]


@contextmanager
def _grown(calls: int, telnyx: Yes) -> Iterator[Site]:
    """A site with so many calls stored; says how long that took."""
    with measuring_place(telnyx_url=telnyx.url, suffix=f"_{calls}") as place:
        migrate(place)
        load_sample(place)
        with told("benchmarks.growth_child", place.environment) as ask:
            site = Site(calls, ask)
            began = time.monotonic()
            made = site.do("seed_calls", calls=calls)
            print(
                f"growth: {calls} calls of {made['rows']} rows, {made['megabytes']} MB, "
                f"stored in {time.monotonic() - began:.0f} s",
                flush=True,
            )
            yield site
