"""Pages of calls with everything gathered in them, each in a fixed number of queries.

Rows are plain tuples and joined here: that is several times as fast as to have the database do
it, and as to make objects of a million rows.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from django.contrib.auth import get_user_model

from voicegather.models import Call, GatherAttempt, GatherResult, ResultReview, StepVisit
from voicegather.selectors.collected.moments import Written, written
from voicegather.selectors.collected.packing import near
from voicegather.selectors.collected.scope import Scope

CALLS_A_PAGE = 2000

#: id, started, ended, caller, called, menu id, version id, language, outcome
CallRow: TypeAlias = tuple[int, str, str | None, str, str, int | None, int | None, str, str]
#: id, call id, number, step key, language, version id
VisitRow: TypeAlias = tuple[int, int, int, str, str, int | None]
#: visit id, number, purpose, outcome, status, sealed digits, began, ended, milliseconds
AttemptRow: TypeAlias = tuple[int, int, str, str, str, Any, str, str | None, int | None]
#: id, call id, visit id, menu id, step key, field, sensitivity, outcome, value, choice, sealed
ResultRow: TypeAlias = tuple[int, int, int, int | None, str, str, str, str, str, str, Any]
#: Of the newest review: decision, corrected value, the same sealed, note, reviewer, when.
ReviewRow: TypeAlias = tuple[str, str, Any, str, str, str]

CALL_COLUMNS = (
    *("pk", Written("started_at"), Written("ended_at"), "caller", "called"),
    *("menu_id", "version_id", "language", "outcome"),
)
VISIT_COLUMNS = ("pk", "call_id", "number", "step_key", "language", "version_id")
ATTEMPT_COLUMNS = (
    *("visit_id", "number", "purpose", "outcome", "status", "sealed_digits"),
    *(Written("began_at"), Written("ended_at"), "milliseconds"),
)
RESULT_COLUMNS = (
    *("pk", "call_id", "visit_id", "menu_id", "step_key", "field"),
    *("sensitivity", "outcome", "value", "choice"),
)


@dataclass(frozen=True, slots=True)
class Page:
    """Some calls in the order of their ids; `asked` were to be read, others are gone since."""

    asked: Sequence[int]
    calls: list[CallRow]
    #: In the order of the caller's way; results by the id of their call.
    results: dict[int, list[ResultRow]]
    reviews: dict[int, ReviewRow]
    #: In the order of the caller's way, by the id of their call; empty where none were asked for.
    visits: dict[int, list[VisitRow]] = field(default_factory=dict)
    attempts: dict[int, list[AttemptRow]] = field(default_factory=dict)

    @property
    def gone(self) -> int:
        """How many calls were deleted since the scope was fixed."""
        return len(self.asked) - len(self.calls)


def pages_of(scope: Scope, *, after: int = 0, with_attempts: bool) -> Iterator[Page]:
    """The scope's pages from the first call with a higher id than `after` on.

    Three queries each, or five with attempts. Where nothing was reviewed it is one less.
    """
    first = bisect_left(scope.calls, after + 1)
    for at in range(first, len(scope.calls), CALLS_A_PAGE):
        yield _page(scope, scope.calls[at : at + CALLS_A_PAGE], with_attempts)


def _page(scope: Scope, asked: array[int], with_attempts: bool) -> Page:
    calls = _calls(scope, asked)
    ids = [call[0] for call in calls]
    results = _results(scope, ids)
    reviews = _reviews(scope, results)
    if not with_attempts:
        return Page(asked, calls, results, reviews)
    visits, visit_ids = _visits(scope, ids, results)
    return Page(asked, calls, results, reviews, visits, _attempts(scope, visit_ids))


def _calls(scope: Scope, asked: array[int]) -> list[CallRow]:
    """Those that are still there, as they were at the scope's moment."""
    wanted, moment = set(asked), written(scope.moment)
    rows = Call.objects.filter(near("pk", asked)).order_by("pk").values_list(*CALL_COLUMNS)
    return [
        row if row[2] is None or row[2] <= moment else (*row[:2], None, *row[3:8], "")
        for row in rows
        if row[0] in wanted
    ]


def _results(scope: Scope, calls: list[int]) -> dict[int, list[ResultRow]]:
    rows = (
        GatherResult.objects.filter(
            near("call_id", calls), pk__lte=scope.last_result, gathered_at__lte=scope.moment
        )
        .order_by("call_id", "visit_id", "pk")
        .values_list(*RESULT_COLUMNS, "sealed")
    )
    wanted, hidden, chosen = set(calls), scope.hidden_menus, scope.results
    by_call: dict[int, list[ResultRow]] = defaultdict(list)
    for row in rows:
        if row[1] in wanted and (row[3] not in hidden) and _is_among(chosen, row[0]):
            by_call[row[1]].append(row)
    return by_call


def _is_among(chosen: array[int] | None, pk: int) -> bool:
    if chosen is None:
        return True
    at = bisect_left(chosen, pk)
    return at < len(chosen) and chosen[at] == pk


def _reviews(scope: Scope, results: dict[int, list[ResultRow]]) -> dict[int, ReviewRow]:
    """The newest review of each result that has any; one that was reopened has none."""
    if not scope.last_review:
        return {}
    ids = [row[0] for rows in results.values() for row in rows]
    reviews = ResultReview.objects.filter(near("result_id", ids), pk__lte=scope.last_review)
    name = f"reviewer__{get_user_model().USERNAME_FIELD}"
    columns = ("decision", "value", "sealed", "note", name, Written("created_at"))
    rows = reviews.order_by("pk").values_list("result_id", *columns)
    newest = {row[0]: (*row[1:5], row[5] or "", row[6]) for row in rows}
    return {pk: each for pk, each in newest.items() if each[0] != ResultReview.Decision.REOPENED}


def _visits(
    scope: Scope, calls: list[int], results: dict[int, list[ResultRow]]
) -> tuple[dict[int, list[VisitRow]], list[int]]:
    rows = StepVisit.objects.filter(near("call_id", calls)).order_by("call_id", "number")
    if scope.hidden_menus:
        rows = rows.exclude(version__menu__in=scope.hidden_menus)
    wanted, chosen = set(calls), None
    if scope.results is not None:
        chosen = {row[2] for of_call in results.values() for row in of_call}
    by_call: dict[int, list[VisitRow]] = defaultdict(list)
    ids = []
    for row in rows.values_list(*VISIT_COLUMNS):
        if row[1] in wanted and (chosen is None or row[0] in chosen):
            by_call[row[1]].append(row)
            ids.append(row[0])
    return by_call, ids


def _attempts(scope: Scope, visits: list[int]) -> dict[int, list[AttemptRow]]:
    """By visit; an attempt that ended after the scope's moment is under way."""
    rows = GatherAttempt.objects.filter(
        near("visit_id", visits), pk__lte=scope.last_attempt
    ).order_by("visit_id", "number")
    by_visit: dict[int, list[AttemptRow]] = defaultdict(list)
    moment = written(scope.moment)
    for row in rows.values_list(*ATTEMPT_COLUMNS):
        if row[7] is not None and row[7] > moment:
            row = (*row[:3], "", "", None, row[6], None, None)
        by_visit[row[0]].append(row)
    return by_visit
