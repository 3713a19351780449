"""The page's tables as CSV: plain numbers, keys and dates, for programs and spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse

from voicegather.selectors.analytics import Compared, DayFigures, Figures, StepFigures
from voicegather.services.exports.cells import spreadsheet_cell

Row = Sequence[Any]

FIGURES = (
    "calls",
    "entered",
    "judged",
    "contained",
    "containment",
    "dropped",
    "drop_off",
    "transferred",
    "transfer_rate",
    "valid",
    "invalid",
    "no_input",
    "no_input_rate",
    "invalid_rate",
)


def csv_response(name: str, rows: Iterable[Row]) -> HttpResponse:
    """A file to download; what a spreadsheet would run is made harmless."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows([_cell(each) for each in row] for row in rows)
    response = HttpResponse(buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response


def day_rows(days: Iterable[DayFigures]) -> Iterable[Row]:
    """A row a day, or an hour."""
    yield ("begins", *FIGURES)
    for each in days:
        yield (each.begins.isoformat(), *_numbers(each.figures))


def menu_rows(menus: Iterable[tuple[str, Figures]]) -> Iterable[Row]:
    """A row a menu, by slug."""
    yield ("menu", *FIGURES)
    for slug, figures in menus:
        yield (slug, *_numbers(figures))


def step_rows(steps: Iterable[StepFigures]) -> Iterable[Row]:
    """A row a step."""
    yield (
        *("step", "name", "calls", "visits", "ended", "dropped", "drop_off"),
        *("valid", "invalid", "no_input", "other", "no_input_rate", "invalid_rate"),
        "median_seconds",
    )
    for step in steps:
        counts = step.counts
        yield (
            *(step.key, step.name, counts.calls, counts.visits, counts.ended, counts.dropped),
            *(step.drop_off, counts.valid, counts.invalid, counts.no_input, counts.other),
            *(step.no_input_rate, step.invalid_rate, step.median_seconds),
        )


def way_rows(steps: Iterable[StepFigures]) -> Iterable[Row]:
    """A row for each exit of a step and the step it led to, "" where the menu or the call ended."""
    yield ("step", "exit", "next_step", "visits")
    for step in steps:
        for (exit_name, to), visits in sorted(step.counts.ways.items()):
            yield (step.key, exit_name, to, visits)


def value_rows(steps: Iterable[StepFigures]) -> Iterable[Row]:
    """A row for each choice that was taken in a step."""
    yield ("step", "choice", "times")
    for step in steps:
        for choice, times in sorted(step.counts.chosen.items(), key=lambda each: -each[1]):
            yield (step.key, choice, times)


def compared_rows(compared: Iterable[Compared]) -> Iterable[Row]:
    """A row a rate."""
    yield ("rate", "one", "other", "difference", "low", "high", "is_few", "is_clear")
    for each in compared:
        yield (
            *(each.name, each.one, each.other, each.difference, each.low, each.high),
            *(each.is_few, each.is_clear),
        )


def _numbers(figures: Figures) -> Iterable[Any]:
    return (getattr(figures, name) for name in FIGURES)


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4f}"
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else spreadsheet_cell(str(value))
