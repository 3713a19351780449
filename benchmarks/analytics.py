"""A month of a million calls: how fast it is counted, and how soon its analytics are on the page.

The page is asked for by Django's test client, as a member of staff: views, queries and templates
are in it, the network and the browser are not. Storing the million takes some minutes, and 3 GB of
PostgreSQL's disk.
"""

from __future__ import annotations

import os
import statistics

from benchmarks.place import measuring_place
from benchmarks.site import load_sample, migrate
from benchmarks.telnyx import Yes
from benchmarks.told import told

CHILD = "benchmarks.analytics_child"
#: Fewer give a quick look.
CALLS_VARIABLE = "VOICEGATHER_BENCH_ANALYTICS_CALLS"
DEFAULT_CALLS = 1_000_000
TIMES = 7
#: Calls that end, and change, between two turns of counting.
NEW_CALLS = 500


def run() -> None:
    """Store a month of calls, count it, open its pages; print lines."""
    calls = int(os.environ.get(CALLS_VARIABLE) or DEFAULT_CALLS)
    with Yes() as telnyx, measuring_place(telnyx_url=telnyx.url) as place:
        migrate(place)
        load_sample(place)
        with told(CHILD, place.environment) as ask:
            seeded = ask("seed", calls=calls)
        print(
            f"analytics: {seeded['calls']} calls of 30 days, "
            f"{seeded['visits'] / seeded['calls']:.1f} visits and "
            f"{seeded['attempts'] / seeded['calls']:.1f} attempts a call, "
            f"stored in {seeded['seconds']:.0f} s",
            flush=True,
        )
        with told(CHILD, place.environment) as ask:
            taken = ask("count")
            print(
                f"analytics: counted in {taken:.1f} s, {seeded['calls'] / taken:.0f} calls/s, "
                f"memory {ask('peak_megabytes'):.0f} MB at the most",
                flush=True,
            )
            for what, job in (("new", "count_new"), ("changed", "count_changed")):
                taken = ask(job, calls=NEW_CALLS)
                print(
                    f"analytics: {NEW_CALLS} {what} calls counted in {1000 * taken:.0f} ms",
                    flush=True,
                )
            for page in ("month", "comparison", "all_menus"):
                times = sorted(ask("page", name=page) for _ in range(TIMES + 1))[:TIMES]
                print(
                    f"analytics: {page.replace('_', ' ')} of {seeded['calls']} calls, "
                    f"{1000 * statistics.median(times):.0f} ms, "
                    f"ratio {statistics.median(times) / 2:.2f} of two seconds",
                    flush=True,
                )
