"""``python -m benchmarks.export_child``: the export benchmark's site, told what to measure.

Each line that it reads is JSON, one of JOBS and its arguments; it answers with a line of JSON.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import django

LONG, WIDE, OPENING = "long", "wide", "long, opening entries"
ROWS_AT_ONCE = 2000

_FLOORS = {
    WIDE: """
        SELECT c.id, c.started_at, c.ended_at, c.caller, c.called, m.slug, v.number, c.language,
               c.outcome, r.step_key, r.field, r.value
        FROM voicegather_gatherresult r
        JOIN voicegather_call c ON c.id = r.call_id
        LEFT JOIN voicegather_menu m ON m.id = c.menu_id
        LEFT JOIN voicegather_menuversion v ON v.id = c.version_id
        ORDER BY c.id, r.visit_id, r.id
    """,
    LONG: """
        SELECT c.id, c.started_at, c.called, c.caller, m.slug, v.number, s.step_key, r.field,
               s.number, a.number, a.purpose, s.language, a.outcome, a.status, r.raw, r.choice,
               r.outcome, r.value, a.began_at, a.ended_at, a.milliseconds
        FROM voicegather_gatherattempt a
        JOIN voicegather_stepvisit s ON s.id = a.visit_id
        JOIN voicegather_call c ON c.id = s.call_id
        LEFT JOIN voicegather_gatherresult r ON r.visit_id = s.id
        LEFT JOIN voicegather_menuversion v ON v.id = s.version_id
        LEFT JOIN voicegather_menu m ON m.id = v.menu_id
        ORDER BY c.id, s.number, a.number
    """,
}
#: The same with what has to be opened in place of the plain column.
_FLOORS[OPENING] = _FLOORS[LONG].replace(
    "r.raw", "CASE WHEN r.sensitivity = 'normal' THEN a.sealed_digits END"
)
#: Where that stands in a row.
_SEALED = 14


def seed(*, results: int) -> dict[str, float]:
    """Store about so many; how many rows there are then, and how long it took."""
    from benchmarks.seeding import seed_input

    began = time.perf_counter()
    rows = seed_input(results)
    return {
        "calls": rows["voicegather_call"],
        "attempts": rows["voicegather_gatherattempt"],
        "results": rows["voicegather_gatherresult"],
        "seconds": time.perf_counter() - began,
    }


def ours(*, shape: str) -> float:
    """Seconds of what ``voicegather_export --output`` does."""
    from voicegather.services.exports import ExportFilters, export_in_shape, in_format

    with _timed() as taken, tempfile.TemporaryFile() as file:
        table = export_in_shape(shape, filters=ExportFilters())
        for chunk in in_format(table, "csv"):
            file.write(chunk)
    return taken[0]


def ours_without_unsealing() -> float:
    """Seconds of the long shape where opening an entry costs nothing."""
    from voicegather.services.exports import long

    with patch.object(long, "unsealer", lambda: lambda sealed: "1234567"):
        return ours(shape=LONG)


def floor(*, shape: str) -> float:
    """Seconds of a server-side cursor into ``csv.writer``."""
    with _timed() as taken, _floor(shape) as (writer, rows):
        for row in rows:
            writer.writerow(row)
    return taken[0]


@contextmanager
def _floor(shape: str) -> Iterator[tuple[Any, Any]]:
    import psycopg

    with (
        tempfile.TemporaryFile("w", newline="", encoding="utf-8") as file,
        psycopg.connect(os.environ["DATABASE_URL"]) as connection,
        connection.cursor(name="floor") as cursor,
    ):
        cursor.itersize = ROWS_AT_ONCE
        cursor.execute(_FLOORS[shape])
        yield csv.writer(file), cursor


def floor_opening() -> float:
    """Seconds of the same where the entries of the long shape are opened, each by one call."""
    from voicegather.sealing import unseal

    with _timed() as taken, _floor(OPENING) as (writer, rows):
        for row in rows:
            sealed = row[_SEALED]
            entry = unseal(sealed) if sealed else ""
            writer.writerow((*row[:_SEALED], entry, *row[_SEALED + 1 :]))
    return taken[0]


def peak_megabytes() -> float:
    """The most memory that this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


@contextmanager
def _timed() -> Iterator[list[float]]:
    taken: list[float] = []
    began = time.perf_counter()
    yield taken
    taken.append(time.perf_counter() - began)


JOBS = {
    job.__name__: job
    for job in (seed, ours, ours_without_unsealing, floor, floor_opening, peak_megabytes)
}

if __name__ == "__main__":
    django.setup()
    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(JOBS[name](**arguments)), flush=True)
