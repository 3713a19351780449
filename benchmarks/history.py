"""A conversation of 500 turns, told whole after each turn: what an update costs, what is stored.

The first updates are compared with the last: stored turns must not be stored again, and what is
told again may cost no more than to open and compare it.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from typing import Any

from benchmarks.place import measuring_place
from benchmarks.site import migrate
from benchmarks.telnyx import Yes

TURNS = 500
#: So many updates at each end are compared.
SOME = 50
CONVERSATIONS = 7


def run() -> None:
    """Fold every update of some conversations on PostgreSQL; print lines."""
    with Yes() as telnyx, measuring_place(telnyx_url=telnyx.url) as place:
        migrate(place)
        found = _child(place.environment)
    stored = found["stored"]
    print(
        f"history: {TURNS} turns of {stored['said']} bytes, told in {stored['told']} bytes: "
        f"{stored['turns']} rows of {stored['turn_bytes']} bytes for turns, "
        f"{stored['events']} rows of {stored['event_bytes']} bytes for events",
        flush=True,
    )
    first = [statistics.fmean(each[:SOME]) for each in found["milliseconds"]]
    last = [statistics.fmean(each[-SOME:]) for each in found["milliseconds"]]
    ratio = statistics.median(end / begin for begin, end in zip(first, last, strict=True))
    print(
        f"history: {TURNS} turns, first {SOME} {statistics.median(first):.2f} ms/update, "
        f"last {SOME} {statistics.median(last):.2f} ms/update, ratio {ratio:.2f}",
        flush=True,
    )


def _child(environment: dict[str, str]) -> dict[str, Any]:
    """What benchmarks/history_child.py finds in a process that Django is set up in."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.history_child", str(TURNS), str(CONVERSATIONS)],
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
