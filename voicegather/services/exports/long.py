"""The long shape: one row an attempt, which is the whole ledger."""

from __future__ import annotations

import json

from voicegather.engine.graph import Sensitivity
from voicegather.exceptions import UnsealError
from voicegather.sealing import unsealer
from voicegather.selectors.collected import Page, shown_characters
from voicegather.selectors.collected.pages import AttemptRow, ResultRow, ReviewRow, VisitRow
from voicegather.selectors.entries import Sight
from voicegather.services.display import shown
from voicegather.services.exports.layout import Layout
from voicegather.services.exports.table import Column, Row
from voicegather.services.exports.values import Values

_OPEN = frozenset(
    (
        *("called", "caller", "step", "field", "language", "telnyx_status", "digits"),
        *("visit_choice", "visit_value", "visit_corrected"),
    )
)
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
    "visit_review",
    "visit_corrected",
)
KEY_MISSING = "(key missing)"
#: Strictest first: of several fields of one visit the strictest governs its attempts.
_STRICTEST = (Sensitivity.SECRET, Sensitivity.MASKED, Sensitivity.NORMAL)
_NO_RESULT: tuple[str, str, str, str, str, str] = ("", "", "", "", "", "")


class LongShape:
    """One row an attempt, by call, visit and attempt.

    Moments are ISO 8601 in UTC. `menu` and `version` are those of the step, which in a submenu are
    not the call's. `digits` is the entry, of a masked step its last characters, of a secret step
    (or one whose sensitivity is not known yet) nothing. The columns that begin with ``visit_`` are
    those of the whole visit; values of several fields are a JSON object by field.
    """

    columns = tuple(Column(name, name, name in _OPEN) for name in COLUMNS)
    with_attempts = True

    def __init__(self, layout: Layout, *, sight: Sight) -> None:
        self._layout = layout
        self._values = Values(sight=sight)
        self._lost = 0
        self._unseal = unsealer()
        self._shown_last = shown_characters()

    @property
    def unreadable(self) -> int:
        return self._values.unreadable + self._lost

    def rows_of(self, page: Page) -> list[Row]:
        rows: list[Row] = []
        self._unseal = unsealer()
        called_of = self._layout.called
        for call in page.calls:
            pk, started, _ended, caller, called, menu, version, _language, _outcome = call
            visits = page.visits.get(pk)
            if not visits:
                continue
            results = _by_visit(page.results.get(pk, ()))
            for visit in visits:
                attempts = page.attempts.get(visit[0])
                if not attempts:
                    continue
                of_visit = results.get(visit[0], ())
                field, choice, outcome, value, review, corrected = self._result(
                    of_visit, page.reviews
                )
                sensitivity = _strictest(of_visit)
                slug, number = called_of(menu, visit[5] or version)
                before = (pk, started, called, caller, slug, number, visit[3], field, visit[2])
                for attempt in attempts:
                    _visit, count, purpose, result, status, _sealed, began, ended, took = attempt
                    rows.append(
                        (
                            *before,
                            count,
                            purpose,
                            visit[4],
                            result,
                            status,
                            self._digits(attempt, visit, sensitivity),
                            choice,
                            outcome,
                            value,
                            began,
                            ended,
                            took,
                            review,
                            corrected,
                        )
                    )
        return rows

    def _digits(self, attempt: AttemptRow, visit: VisitRow, sensitivity: Sensitivity) -> str:
        sealed = attempt[5]
        if sealed is None or (sensitivity is Sensitivity.SECRET and not self._values.reveals):
            return ""
        try:
            entry = str(self._unseal(sealed))
        except UnsealError:
            self._lost += 1
            return KEY_MISSING
        if self._values.reveals or sensitivity is Sensitivity.NORMAL:
            return entry
        return shown(entry, sensitivity, self._shown_last.get((visit[5] or 0, visit[3]), 0))

    def _result(
        self, results: tuple[ResultRow, ...] | list[ResultRow], reviews: dict[int, ReviewRow]
    ) -> tuple[str, str, str, str, str, str]:
        """The visit's field, choice, outcome, value, review and corrected value."""
        if not results:
            return _NO_RESULT
        if len(results) == 1:
            (result,) = results
            decided = reviews.get(result[0])
            put = self._values.corrected(result, decided) or ""
            decision = decided[0] if decided else ""
            value = self._values.whole(result)
            return result[5], result[9], result[7], value, decision, put
        values = {result[5]: self._values.whole(result) for result in results}
        found = [reviews.get(result[0]) for result in results]
        corrected_by_field = {
            result[5]: corrected
            for result, decided in zip(results, found, strict=True)
            if (corrected := self._values.corrected(result, decided)) is not None
        }
        return (
            "; ".join(values),
            "; ".join(result[9] for result in results),
            "; ".join(result[7] for result in results),
            json.dumps(values, ensure_ascii=False),
            "; ".join(each[0] if each else "" for each in found) if any(found) else "",
            json.dumps(corrected_by_field, ensure_ascii=False) if corrected_by_field else "",
        )


def _by_visit(results: list[ResultRow] | tuple[()]) -> dict[int, list[ResultRow]]:
    by_visit: dict[int, list[ResultRow]] = {}
    for result in results:
        by_visit.setdefault(result[2], []).append(result)
    return by_visit


def _strictest(results: list[ResultRow] | tuple[()]) -> Sensitivity:
    if len(results) == 1:
        return Sensitivity(results[0][6])
    found = {result[6] for result in results}
    return next((each for each in _STRICTEST if each in found), Sensitivity.SECRET)
