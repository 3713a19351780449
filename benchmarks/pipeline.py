"""How long a caller waits: from a webhook to the command at Telnyx, broker and worker between.

The floor is a view that does all of it itself, with the same services.
"""

from __future__ import annotations

import statistics
import time
from uuid import uuid4

from benchmarks.events import envelope, request
from benchmarks.load import Poster
from benchmarks.pairs import PAIRS
from benchmarks.place import Place, measuring_place
from benchmarks.site import load_sample, migrate, served, worked
from benchmarks.telnyx import Yes

CALLS_A_TURN = 50
#: Between two events, so that what follows a command is done: one caller is on the line.
PAUSE_SECONDS = 0.03
PATIENCE_SECONDS = 10.0
#: What a call begins with. Each leads to one command.
EVENTS = ("call.initiated", "call.answered")

OURS = "/voicegather/webhook/"
INLINE = "/inline/"


def run() -> None:
    """Place calls one after the other, in turn through the pipeline and inline; print a line."""
    with Yes() as telnyx, measuring_place(telnyx_url=telnyx.url) as place:
        migrate(place)
        load_sample(place)
        with worked(place), served(place, "project.wsgi:application") as port:
            first = _turn(telnyx, place, port, OURS, calls=1)[0]
            _turn(telnyx, place, port, INLINE, calls=5)
            _turn(telnyx, place, port, OURS, calls=5)
            ours, inline = _alternated(telnyx, place, port)
    ratio = statistics.median(
        statistics.median(one) / statistics.median(other)
        for one, other in zip(ours, inline, strict=True)
    )
    print(
        f"pipeline: ours {_figures(ours)}, inline {_figures(inline)}, ratio {ratio:.2f} "
        f"(the first event after the start: {first:.1f} ms)",
        flush=True,
    )


def _alternated(
    telnyx: Yes, place: Place, port: int
) -> tuple[list[list[float]], list[list[float]]]:
    """The milliseconds of each turn, ours and inline."""
    turns: dict[str, list[list[float]]] = {OURS: [], INLINE: []}
    for number in range(PAIRS):
        for path in (OURS, INLINE) if number % 2 else (INLINE, OURS):
            turns[path].append(_turn(telnyx, place, port, path, calls=CALLS_A_TURN))
    return turns[OURS], turns[INLINE]


def _turn(telnyx: Yes, place: Place, port: int, path: str, *, calls: int) -> list[float]:
    """Milliseconds from the webhook's first byte sent to the command's first line read."""
    found = []
    with Poster(port) as poster:
        for _ in range(calls):
            leg = f"v3:{uuid4()}"
            for number, event_type in enumerate(EVENTS, start=1):
                webhook = request(
                    envelope(event_type, leg, direction="incoming", state="parked"),
                    place.key,
                    path=path,
                )
                began = time.perf_counter()
                poster.post(webhook)
                came = telnyx.wait_for(leg, number, seconds=PATIENCE_SECONDS)
                found.append((came - began) * 1000)
                time.sleep(PAUSE_SECONDS)
    return found


def _figures(turns: list[list[float]]) -> str:
    every = [each for turn in turns for each in turn]
    p99 = statistics.quantiles(every, n=100)[98]
    return f"p50 {statistics.median(every):.1f} ms p99 {p99:.1f} ms"
