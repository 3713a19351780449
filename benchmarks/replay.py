"""How long 10,000 past calls take to be replayed on a draft, as a worker does it on PostgreSQL."""

from __future__ import annotations

import json
import subprocess
import sys

from benchmarks.place import measuring_place
from benchmarks.site import load_sample, migrate
from benchmarks.telnyx import Yes

CALLS = 10_000
LINE = (
    "replay: {calls} {kind} of {visits} visits in {seconds:.1f} s, {worked:.1f} s of them at work; "
    "{differing} another way, {unreplayable} cannot be replayed; {queries} queries a batch; "
    "at most {megabytes:.1f} MB more than after a tenth"
)


def run() -> None:
    """Store calls, change the draft, replay them on it; print lines."""
    with Yes() as telnyx, measuring_place(telnyx_url=telnyx.url) as place:
        migrate(place)
        load_sample(place)
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks.replay_child", str(CALLS)],
            env=place.environment,
            check=True,
            stdout=subprocess.PIPE,
        )
    for found in json.loads(done.stdout):
        print(LINE.format(**found), flush=True)
