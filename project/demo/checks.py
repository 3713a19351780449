"""Holds what the site kept against what the callers were told to do."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import redis
from django.conf import settings
from django.db import connection

from project.demo.callers import PINS, DemoCaller
from voicegather.models import Call, GatherResult
from voicegather.simulator import CallerOutcome, RecordedCommand


def differences(caller: DemoCaller, outcome: CallerOutcome, call: Call) -> list[str]:
    """Everything about one call that is not as its caller was told; empty when all is right."""
    found = [f"script: {problem}" for problem in outcome.problems]
    if outcome.silent:
        found.append(f"the caller heard nothing for {outcome.longest_silence:.0f} s")
    _compare(found, "phase", call.phase, "ended")
    _compare(found, "outcome", call.outcome, caller.outcome)
    visits = list(call.visits.order_by("number"))
    _compare(found, "steps", [visit.step_key for visit in visits], list(caller.steps))
    results: dict[str, GatherResult] = {}
    for result in call.results.order_by("visit__number"):
        results[result.step_key] = results[f"{result.step_key}.{result.field}"] = result
    for step, expected in caller.results.items():
        kept = results.get(step)
        _compare(found, f"{step}", kept and (kept.outcome, kept.value), expected)
    for step, outcomes in caller.attempts.items():
        tried = [
            attempt.outcome
            for visit in visits
            if visit.step_key == step
            for attempt in visit.attempts.order_by("number")
        ]
        _compare(found, f"attempts at {step}", tried, list(outcomes))
    heard = " ".join(outcome.heard)
    found += [f"never heard “{words}”" for words in caller.heard if words not in heard]
    found += _refused(caller, outcome.commands)
    left = call.events.filter(status__in=["pending", "dead"]).count()
    _compare(found, "events unprocessed or dead", left, 0)
    return found


def file_differences(folder: Path, callers: Sequence[DemoCaller]) -> list[str]:
    """What is wrong with the exported files: rows, columns, or a PIN in plain text."""
    found: list[str] = []
    with (folder / "results_wide.csv").open(encoding="utf-8-sig", newline="") as file:
        wide = list(csv.DictReader(file))
    with (folder / "results_long.csv").open(encoding="utf-8-sig", newline="") as file:
        long = list(csv.DictReader(file))
    _compare(found, "rows of results_wide.csv", len(wide), len(callers))
    accounts = sorted(filter(None, (row["clinic/account.digits"] for row in wide)))
    expected = sorted(
        value
        for caller in callers
        for step, (_, value) in caller.results.items()
        if step == "account" and value
    )
    _compare(found, "accounts in results_wide.csv", accounts, expected)
    attempts = sum(len(each) for caller in callers for each in caller.attempts.values())
    if len(long) < attempts:
        found.append(f"results_long.csv has {len(long)} rows, at least {attempts} were made")
    return found


def pins_found(folder: Path) -> list[str]:
    """Every place where a PIN stands in plain text: files, logs, the database, the broker."""
    pattern = re.compile(rf"(?<![0-9A-Za-z-])({'|'.join(PINS)})(?![0-9A-Za-z-])")
    return [
        f"a PIN in {place}: {text[:200]}"
        for place, text in (*_written(folder), *_stored(), *_queued())
        if pattern.search(text)
    ]


def _written(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.iterdir()):
        if path.suffix in (".csv", ".log"):
            yield path.name, path.read_text(encoding="utf-8", errors="replace")


def _stored() -> Iterator[tuple[str, str]]:
    """Every cell of every table, as text."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                for cell in row:
                    raw = bytes(cell) if isinstance(cell, bytes | memoryview) else None
                    yield f"the table {table}", raw.decode("latin-1") if raw else str(cell)


def _queued() -> Iterator[tuple[str, str]]:
    """Everything that the broker holds."""
    if not settings.CELERY_BROKER_URL.startswith("redis"):
        return
    broker = redis.Redis.from_url(settings.CELERY_BROKER_URL)
    for key in broker.scan_iter():
        yield f"the broker's {key!r}", repr(broker.dump(key))
    broker.close()


def _refused(caller: DemoCaller, commands: Iterable[RecordedCommand]) -> list[str]:
    """Commands that Telnyx refused, but for those whose trouble was arranged."""
    arranged = caller.trouble.action if caller.trouble else ""
    return [
        f"Telnyx refused {command.action}: {command.status} {command.code}"
        for command in commands
        if not command.accepted and command.action != arranged and command.code != "90018"
    ]


def _compare(found: list[str], name: str, kept: object, expected: object) -> None:
    if kept != expected:
        found.append(f"{name}: {kept!r} instead of {expected!r}")
