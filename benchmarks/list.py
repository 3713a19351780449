"""The admin's list of results at a million against ten thousand: its pages, filters and searches.

Whatever is asked shows as many rows in both sites, so that it is the finding that is compared and
not the drawing. Besides a superuser somebody looks whose team sees everything, and somebody whose
team sees a few results among a million of others. Storing the million takes some minutes, and 2 GB
of PostgreSQL's disk.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from functools import partial
from typing import Any

from benchmarks.pairs import alternated, median_pair, median_ratio
from benchmarks.place import measuring_place
from benchmarks.site import load_sample, migrate
from benchmarks.telnyx import Yes
from benchmarks.told import told

CHILD = "benchmarks.list_child"
#: Fewer give a quick look.
RESULTS_VARIABLE = "VOICEGATHER_BENCH_LIST_RESULTS"
DEFAULT_RESULTS = 1_000_000
#: What they are compared with.
FEW = 10_000


def run() -> None:
    """Store both sites, ask them by turns; print lines, the worst one last."""
    many = int(os.environ.get(RESULTS_VARIABLE) or DEFAULT_RESULTS)
    with Yes() as telnyx, ExitStack() as sites:
        few_site, many_site = (
            _site(sites, telnyx.url, results, f"_{name}")
            for name, results in (("few", FEW), ("many", many))
        )
        worst: tuple[float, str] = (0.0, "")
        for viewer in few_site("viewers"):
            for what in few_site("questions", viewer=viewer):
                asked = {"viewer": viewer, "what": what}
                ratio = _compare(
                    f"{what}, {viewer}",
                    partial(many_site, "milliseconds", **asked),
                    partial(few_site, "milliseconds", **asked),
                )
                worst = max(worst, (ratio, f"{what}, {viewer}"))
    ratio, what = worst
    print(f"list: {many} results over {FEW}, the worst ({what}), ratio {ratio:.1f}", flush=True)


def _site(sites: ExitStack, telnyx: str, results: int, suffix: str) -> Callable[..., Any]:
    place = sites.enter_context(measuring_place(telnyx_url=telnyx, suffix=suffix))
    migrate(place)
    load_sample(place)
    environment = {**place.environment, "DJANGO_SETTINGS_MODULE": "benchmarks.list_settings"}
    ask = sites.enter_context(told(CHILD, environment))
    seeded = ask("seed", results=results)
    print(
        f"list: {seeded['results']} results of {seeded['calls']} calls, "
        f"stored in {seeded['seconds']:.0f} s",
        flush=True,
    )
    return ask


def _compare(what: str, ours: Callable[[], float], floor: Callable[[], float]) -> float:
    ours(), floor()
    pairs = alternated(ours, floor)
    taken, ratio = median_pair(pairs), median_ratio(pairs)
    print(
        f"list: {what}: many {taken.ours:.1f} ms, few {taken.floor:.1f} ms, ratio {ratio:.2f}",
        flush=True,
    )
    return ratio
