"""The long shape: one row an attempt, which is the whole ledger."""

from __future__ import annotations

import json
from collections.abc import Iterator

from voicegather.engine.graph import Sensitivity
from voicegather.exceptions import UnsealError
from voicegather.sealing import unseal
from voicegather.selectors.collected import (
    AttemptRow,
    CallRow,
    Collected,
    CollectedCall,
    ExportFilters,
    ResultRow,
)
from voicegather.selectors.published import shown_characters
from voicegather.services.display import shown
from voicegather.services.exports.table import ExportTable, Row, moment
from voicegather.services.exports.values import whole_value

COLUMNS = (
    "call",
    "call_started",
    "called",
    "caller",
    "menu",
    "version",
    "step",
    "field",
    "visit",
    "attempt",
    "purpose",
    "language",
    "outcome",
    "telnyx_status",
    "digits",
    "visit_choice",
    "visit_result",
    "visit_value",
    "began",
    "ended",
    "milliseconds",
)
KEY_MISSING = "(key missing)"
#: Strictest first: of several fields of one visit the strictest governs its attempts.
_STRICTEST = (Sensitivity.SECRET, Sensitivity.MASKED, Sensitivity.NORMAL)


def export_long(*, filters: ExportFilters) -> ExportTable:
    """One row an attempt, by call, visit and attempt; 3 queries every 500 calls.

    Moments are ISO 8601 in UTC. `menu` and `version` are those of the step, which in a submenu are
    not the call's. `digits` is the entry, of a masked step its last characters, of a secret step
    (or one whose sensitivity is not known yet) nothing. `visit_choice`, `visit_result` and
    `visit_value` are those of the whole visit; values of several fields are a JSON object by field.
    """
    table = ExportTable(COLUMNS)
    return table.filled_by(_rows(Collected(filters), table))


def _rows(collected: Collected, table: ExportTable) -> Iterator[Row]:
    shown_last = shown_characters()
    for each in collected.with_attempts():
        results = _by_visit(each)
        started = moment(each.call.started_at)
        values = {visit: _value(of_visit, table) for visit, of_visit in results.items()}
        for attempt in each.attempts:
            of_visit = results.get(attempt.visit_pk, [])
            digits = _digits(attempt, of_visit, shown_last)
            table.unreadable += digits == KEY_MISSING
            value = values.get(attempt.visit_pk, "")
            yield _row(each.call, started, attempt, of_visit, digits, value)


def _by_visit(each: CollectedCall) -> dict[int, list[ResultRow]]:
    results: dict[int, list[ResultRow]] = {}
    for result in each.results:
        results.setdefault(result.visit_pk, []).append(result)
    return results


def _digits(
    attempt: AttemptRow, results: list[ResultRow], shown_last: dict[tuple[int, str], int]
) -> str:
    sensitivities = {result.sensitivity for result in results}
    sensitivity = next((each for each in _STRICTEST if each in sensitivities), Sensitivity.SECRET)
    if attempt.sealed_digits is None or sensitivity is Sensitivity.SECRET:
        return ""
    try:
        entry = str(unseal(attempt.sealed_digits))
    except UnsealError:
        return KEY_MISSING
    last = shown_last.get((attempt.version_pk or 0, attempt.step_key), 0)
    return shown(entry, sensitivity, last)


def _value(results: list[ResultRow], table: ExportTable) -> str:
    values = {result.field: whole_value(result, table) for result in results}
    return "".join(values.values()) if len(values) < 2 else json.dumps(values, ensure_ascii=False)


def _row(
    call: CallRow,
    started: str | None,
    attempt: AttemptRow,
    results: list[ResultRow],
    digits: str,
    value: str,
) -> Row:
    in_version = attempt.version_pk is not None
    return (
        call.pk,
        started,
        call.called,
        call.caller,
        attempt.menu if in_version else call.menu,
        attempt.version if in_version else call.version,
        attempt.step_key,
        "; ".join(result.field for result in results),
        attempt.visit,
        attempt.number,
        attempt.purpose,
        attempt.language,
        attempt.outcome,
        attempt.status,
        digits,
        "; ".join(result.choice for result in results),
        "; ".join(result.outcome for result in results),
        value,
        moment(attempt.began_at),
        moment(attempt.ended_at),
        attempt.milliseconds,
    )
