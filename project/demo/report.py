"""What the demo prints: one call's timeline, and the table of what was gathered."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from voicegather.models import Call, GatherResult


def print_timeline(call: Call) -> None:
    """Events, commands and steps of one call in order of time, relative to its beginning."""
    entries: list[tuple[datetime, str, str]] = [
        (event.occurred_at, "event", event.event_type)
        for event in call.events.filter(source="telnyx")
    ]
    for command in call.commands.all():
        took = f"{command.status}, {command.milliseconds or 0} ms, try {command.attempts}"
        moment = command.first_sent_at or command.created_at
        entries.append((moment, "command", f"{command.seq} {command.action} ({took})"))
    for visit in call.visits.all():
        entries.append((visit.entered_at, "step", f"→ {visit.step_key} ({visit.language})"))
        if visit.left_at:
            entries.append((visit.left_at, "step", f"← {visit.step_key} by {visit.exit}"))
    began = min(moment for moment, _, _ in entries)
    print(f"\nThe call of {call.caller} to {call.called}: {call.outcome}")
    for moment, sort, text in sorted(entries, key=lambda entry: entry[0]):
        print(f"  {(moment - began).total_seconds():7.3f} s  {sort:8}{text}")


def print_results(calls: Sequence[tuple[str, Call]]) -> None:
    """One line a gathered field, under the name of its caller."""
    rows = [("caller", "step", "outcome", "value", "attempts")]
    for name, call in calls:
        results: Iterable[GatherResult] = call.results.order_by("visit__number")
        for result in results:
            attempts = " ".join(result.visit.attempts.values_list("outcome", flat=True))
            value = result.value or ("(sealed)" if result.sealed else "")
            rows.append((name, result.step_key, result.outcome, value, attempts))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    print("\nWhat was gathered")
    for number, row in enumerate(rows):
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print(f"  {line.rstrip()}")
        if number == 0:
            print(f"  {'  '.join('-' * width for width in widths)}")
