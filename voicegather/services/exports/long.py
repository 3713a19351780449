"""The long shape: one row an attempt, which is the whole ledger."""

from __future__ import annotations

import json
from typing import TypeAlias

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
        *("visit_reviewer", "visit_review_note"),
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
    "visit_reviewer",
    "visit_reviewed",
    "visit_review_note",
)
KEY_MISSING = "(key missing)"
#: Strictest first: of several fields of one visit the strictest governs its attempts.
_STRICTEST = (Sensitivity.SECRET, Sensitivity.MASKED, Sensitivity.NORMAL)
#: The decision, the corrected value, the reviewer, when, and the note.
_Reviewed: TypeAlias = tuple[str, str, str, str, str]
_NO_REVIEW: _Reviewed = ("", "", "", "", "")
_NO_RESULT: tuple[str, str, str, str, _Reviewed] = ("", "", "", "", _NO_REVIEW)


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
                field, choice, outcome, value, reviewed = self._result(of_visit, page.reviews)
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
                            *reviewed,
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
    ) -> tuple[str, str, str, str, _Reviewed]:
        """The visit's field, choice, outcome and value, and what was decided about it."""
        if not results:
            return _NO_RESULT
        reviewed = self._reviewed(results, reviews) if reviews else _NO_REVIEW
        if len(results) == 1:
            (result,) = results
            return result[5], result[9], result[7], self._values.whole(result), reviewed
        values = {result[5]: self._values.whole(result) for result in results}
        return (
            "; ".join(values),
            "; ".join(result[9] for result in results),
            "; ".join(result[7] for result in results),
            json.dumps(values, ensure_ascii=False),
            reviewed,
        )

    def _reviewed(
        self, results: tuple[ResultRow, ...] | list[ResultRow], reviews: dict[int, ReviewRow]
    ) -> _Reviewed:
        found = [reviews.get(result[0]) for result in results]
        if not any(found):
            return _NO_REVIEW
        corrected = {
            result[5]: value
            for result, review in zip(results, found, strict=True)
            if (value := self._values.corrected(result, review)) is not None
        }
        notes = {
            result[5]: review[3]
            for result, review in zip(results, found, strict=True)
            if review and review[3]
        }
        decided, reviewers, moments = (
            "; ".join(str(review[at]) if review else "" for review in found) for at in (0, 4, 5)
        )
        of_many = len(results) > 1
        return (
            decided,
            _of_fields(corrected, of_many),
            reviewers,
            moments,
            _of_fields(notes, of_many),
        )


def _by_visit(results: list[ResultRow] | tuple[()]) -> dict[int, list[ResultRow]]:
    by_visit: dict[int, list[ResultRow]] = {}
    for result in results:
        by_visit.setdefault(result[2], []).append(result)
    return by_visit


def _of_fields(texts: dict[str, str], of_many: bool) -> str:
    """The text of the one field, or a JSON object of many."""
    if of_many:
        return json.dumps(texts, ensure_ascii=False) if texts else ""
    return next(iter(texts.values()), "")


def _strictest(results: list[ResultRow] | tuple[()]) -> Sensitivity:
    if len(results) == 1:
        return Sensitivity(results[0][6])
    found = {result[6] for result in results}
    return next((each for each in _STRICTEST if each in found), Sensitivity.SECRET)
