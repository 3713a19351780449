"""``python -m benchmarks.replay_child CALLS``: the replay benchmark's own site.

Prints a line of JSON: what replays of so many calls took, usual ones and long ones.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import django

MENU = "clinic"


def measure(calls: int) -> list[dict[str, Any]]:
    """Replay usual calls, then such as all go the longest way; on a draft that differs."""
    from benchmarks.usual_calls import ended_calls, long_calls

    return [
        _replayed(calls, "usual calls", ended_calls),
        _replayed(calls, "long calls", long_calls),
    ]


def _replayed(calls: int, kind: str, over: Any) -> dict[str, Any]:
    from django.db import connection

    from benchmarks.seeding import OPEN, seed
    from voicegather.models import Menu, StepVisit
    from voicegather.services.jobs import run_job
    from voicegather.services.replays import Choice, start_replay
    from voicegather.services.replays.choosing import BATCH

    # Some are still under way, or nobody's: enough are over.
    seed(calls + calls // OPEN * 12, over=over())
    menu = Menu.objects.get(slug=MENU)
    _change(menu)
    memory: list[float] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        """A query, and how much memory there is in use then."""
        memory.append(_megabytes())
        return execute(sql, params, many, context)

    replay = start_replay(Choice(menu=menu, most=calls))
    began, worked = time.perf_counter(), time.process_time()
    with connection.execute_wrapper(note):
        run_job(f"replay:{replay.pk}")
    seconds, worked = time.perf_counter() - began, time.process_time() - worked
    replay.refresh_from_db()
    if replay.state != "done":
        raise AssertionError(f"The replay is {replay.state}: {replay.failure}")
    return {
        "kind": kind,
        "calls": replay.done,
        "visits": StepVisit.objects.count(),
        "seconds": seconds,
        "worked": worked,
        "differing": replay.differing,
        "unreplayable": replay.unreplayable,
        "queries": round(len(memory) / (replay.done / BATCH), 1),
        "megabytes": max(memory) - memory[len(memory) // 10],
    }


def _change(menu: Any) -> None:
    """Every call that goes past the first question goes another way: the costliest draft.

    What differs is replayed once more, on the version that it ran on.
    """
    from voicegather.models import Choice, Step

    to = Step.objects.get(menu=menu, key="department")
    assert Choice.objects.filter(step__menu=menu, step__key="language", value="1").update(target=to)


def _megabytes() -> float:
    """The memory that this process holds now."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    django.setup()
    print(json.dumps(measure(int(sys.argv[1]))))
