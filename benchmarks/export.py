"""A million results as CSV, in both shapes, against a server-side cursor into ``csv.writer``.

The floor reads the same columns in one statement and writes its rows as they come. It unseals
nothing (the plain columns of results stand for entries), neutralises no formula, checks nobody's
rights and cannot resume: what it does not do is part of what is measured. No export has the
entries of attempts without opening them, so the long shape is compared with a floor that does that
as well; the last line but one says what it takes. Storing the million takes some minutes, and 2 GB
of PostgreSQL's disk.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import Any

from benchmarks.export_child import LONG, WIDE
from benchmarks.pairs import alternated, median_pair, median_ratio
from benchmarks.place import measuring_place
from benchmarks.site import load_sample, migrate
from benchmarks.telnyx import Yes
from benchmarks.told import told

CHILD = "benchmarks.export_child"
#: Fewer give a quick look.
RESULTS_VARIABLE = "VOICEGATHER_BENCH_EXPORT_RESULTS"
DEFAULT_RESULTS = 1_000_000


def run() -> None:
    """Store the results, export them by turns; print lines."""
    results = int(os.environ.get(RESULTS_VARIABLE) or DEFAULT_RESULTS)
    with Yes() as telnyx, measuring_place(telnyx_url=telnyx.url) as place:
        migrate(place)
        load_sample(place)
        # By another process: placing calls takes memory of its own.
        with told(CHILD, place.environment) as ask:
            seeded = ask("seed", results=results)
        print(
            f"export: {seeded['results']} results, {seeded['attempts']} attempts of "
            f"{seeded['calls']} calls, stored in {seeded['seconds']:.0f} s",
            flush=True,
        )
        with told(CHILD, place.environment) as ask:
            for shape in (WIDE, LONG):
                floor = partial(ask, "floor", shape=shape)
                _measure(f"{shape} CSV", partial(ask, "ours", shape=shape), floor, seeded)
            ours, opening = partial(ask, "ours", shape=LONG), partial(ask, "floor_opening")
            _measure("long CSV against a floor that opens entries, too,", ours, opening, seeded)
            _unsealing(ask)
            print(f"export: memory {ask('peak_megabytes'):.0f} MB at the most", flush=True)


def _measure(
    what: str, ours: Callable[[], float], floor: Callable[[], float], seeded: dict[str, int]
) -> None:
    ours(), floor()
    pairs = alternated(ours, floor)
    taken = median_pair(pairs)
    # Of speeds, so that more is better.
    ratio = 1 / median_ratio(pairs)
    print(
        f"export: {what} of {seeded['results']} results, ours {taken.ours:.1f} s, "
        f"floor {taken.floor:.1f} s, ratio {ratio:.2f}",
        flush=True,
    )


def _unsealing(ask: Any) -> None:
    with_it = float(ask("ours", shape=LONG))
    without = float(ask("ours_without_unsealing"))
    print(
        f"export: unsealing takes {100 * (1 - without / with_it):.0f} % of the long shape",
        flush=True,
    )
