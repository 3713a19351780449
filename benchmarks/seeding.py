"""Fill an empty site with calls as they would lie there after a year: a million in minutes."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from random import Random
from typing import Any

from django.db import ProgrammingError, connection
from django.db.models import Model
from django.utils import timezone

from benchmarks.template import MODELS, TABLES, Template, columns_of
from benchmarks.usual_calls import Usual, calls_with_input, ended_calls, open_calls
from voicegather.models import Call, GatherAttempt, GatherResult, Rollup, StepVisit
from voicegather.models.jobs import JobState

CALLS_A_COPY = 2_000
#: One call of so many is still under way; these are the newest.
OPEN = 1_000
SPREAD = timedelta(days=365)
#: When the clock would look after the calls that are open: not while anything is measured.
LOOKED_AFTER_IN = timedelta(days=1)

#: How each index that is not a primary key's is dropped and made again.
_CONSTRAINTS = """
    SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass, conname),
           format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s',
                  conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE conrelid = ANY(%s::regclass[]) AND contype IN ('f', 'u')
    ORDER BY contype
"""
_INDEXES = """
    SELECT format('DROP INDEX %%s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index WHERE indrelid = ANY(%s::regclass[])
    AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype <> 'f')
"""


def seed(calls: int, *, over: Usual | None = None) -> dict[str, int]:
    """Replace all calls by `calls` others; return how many rows each table has then.

    Those that are over are such as `over`, by default the usual ones.

    The sample menus are published, and Telnyx (or what is in its place) takes commands: one call
    of each kind is really placed, and copied.
    """
    return _seed(calls, over or ended_calls(), open_calls(), MODELS)


def seed_input(results: int) -> dict[str, int]:
    """As :func:`seed`, about so many results of calls that have ended, and no events or commands.

    An export reads neither, and they are most of what a call leaves behind.
    """
    usual = calls_with_input()
    per_call = sum(
        weight * template.rows_in(GatherResult)
        for template, weight in zip(usual.templates, usual.weights, strict=True)
    ) / sum(usual.weights)
    calls = round(results / per_call)
    return _seed(calls, usual, None, (Call, StepVisit, GatherAttempt, GatherResult))


def seed_month(calls: int) -> dict[str, int]:
    """As :func:`seed_input`, so many calls of the last thirty days, none of them counted yet."""
    tables = (Call, StepVisit, GatherAttempt, GatherResult)
    return _seed(calls, calls_with_input(), None, tables, spread=timedelta(days=30))


def _seed(
    calls: int,
    ended: Usual,
    under_way: Usual | None,
    models: Sequence[type[Model]],
    *,
    spread: timedelta = SPREAD,
) -> dict[str, int]:
    still_open = calls // OPEN if under_way else 0
    random = Random(calls)
    chosen: list[Template] = random.choices(ended.templates, ended.weights, k=calls - still_open)
    if under_way:
        chosen += random.choices(under_way.templates, under_way.weights, k=still_open)
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        cursor.execute(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY CASCADE")
        with _without_indexes(cursor):
            rows = _copy(cursor, chosen, random, models, spread)
        # Nothing is counted beside what is measured.
        Rollup.objects.update_or_create(name="rollup", defaults={"state": JobState.DONE})
        Call.objects.exclude(wake_at=None).update(wake_at=timezone.now() + LOOKED_AFTER_IN)
        cursor.execute(f"VACUUM (ANALYZE) {', '.join(TABLES)}")
        # What is written later would be measured. Only few may ask for it.
        with suppress(ProgrammingError):
            cursor.execute("CHECKPOINT")
        cursor.execute("RESET synchronous_commit; RESET maintenance_work_mem")
    return rows


def _copy(
    cursor: Any,
    chosen: Sequence[Template],
    random: Random,
    models: Sequence[type[Model]],
    spread: timedelta,
) -> dict[str, int]:
    next_ids = dict.fromkeys(TABLES, 1)
    began, step = timezone.now() - spread, spread / len(chosen)
    numbered = enumerate(chosen)
    while some := list(itertools.islice(numbered, CALLS_A_COPY)):
        parts: defaultdict[str, list[str]] = defaultdict(list)
        for number, template in some:
            for table, rows in template.copy(began + number * step, next_ids, random, models):
                parts[table].append(rows)
        for model in models:
            table = model._meta.db_table
            with cursor.copy(f"COPY {table} ({columns_of(model)}) FROM STDIN") as into:
                into.write("".join(parts[table]))
    for table, next_id in next_ids.items():
        cursor.execute(
            "SELECT setval(pg_get_serial_sequence(%s, 'id'), %s, false)", [table, next_id]
        )
    return {table: next_id - 1 for table, next_id in next_ids.items()}


@contextmanager
def _without_indexes(cursor: Any) -> Iterator[None]:
    """Keeps primary keys only; all else is made again afterwards, under the same names."""
    cursor.execute(_INDEXES, [list(TABLES)])
    indexes = cursor.fetchall()
    cursor.execute(_CONSTRAINTS, [list(TABLES)])
    constraints = cursor.fetchall()
    for drop, _ in (*constraints, *indexes):
        cursor.execute(drop)
    yield
    for _, create in reversed((*constraints, *indexes)):
        cursor.execute(create)
