"""The wide shape: one row a call, one column a step's field."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from voicegather.engine.facts import AttemptOutcome
from voicegather.selectors.collected import Collected, CollectedCall, ExportFilters
from voicegather.selectors.published import Column, columns_of
from voicegather.services.exports.table import ExportTable, Row, moment
from voicegather.services.exports.values import whole_value

FIXED_COLUMNS = (
    "call",
    "started",
    "ended",
    "caller",
    "called",
    "menu",
    "version",
    "language",
    "outcome",
)


def export_wide(*, filters: ExportFilters) -> ExportTable:
    """One row a call, by id: fixed columns, then one a step key and field (``account.digits``).

    The columns come from every published version and from the results that exist, so that steps
    removed since keep theirs; they are found before the first row. Of a step that was visited
    several times the last valid value counts. Masked values are masked, secret ones empty, others
    whole, however long. 2 queries every 500 calls.
    """
    collected = Collected(filters)
    columns = columns_of(collected)
    table = ExportTable((*FIXED_COLUMNS, *map(str, columns)))
    return table.filled_by(_rows(collected, columns, table))


def _rows(collected: Collected, columns: Sequence[Column], table: ExportTable) -> Iterator[Row]:
    position = {(column.step_key, column.field): i for i, column in enumerate(columns)}
    for each in collected.with_results():
        values = [""] * len(columns)
        for result in each.results:
            # A field without a column was committed after the columns were found.
            at = position.get((result.step_key, result.field))
            if at is not None and result.outcome == AttemptOutcome.VALID and result.value:
                values[at] = whole_value(result, table)
        yield (*_fixed(each), *values)


def _fixed(each: CollectedCall) -> Row:
    call = each.call
    return (
        call.pk,
        moment(call.started_at),
        moment(call.ended_at),
        call.caller,
        call.called,
        call.menu,
        call.version,
        call.language,
        call.outcome,
    )
