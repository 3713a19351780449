"""Collected input read for export: page by page over calls, in flat memory.

A page is a fixed number of calls with everything gathered in them, in a fixed number of queries.
The highest ids are fixed at the start, so that calls that come in meanwhile change nothing. Each
page is a statement of its own: no cursor or transaction stays open between two of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Case, Exists, Max, Model, OuterRef, QuerySet, When

from voicegather.engine.graph import Sensitivity
from voicegather.models import Call, GatherAttempt, GatherResult

CALLS_A_PAGE = 500


@dataclass(frozen=True)
class ExportFilters:
    """What to export; every filter narrows it further, none means everything.

    `menu` is the slug of the menu that answered, `since` and `until` bound the call's start (the
    end is not included). `calls` and `results` are querysets of exactly what was chosen in a list:
    of a call only the chosen results, and the attempts of their visits, are exported. Calls by
    which staff tried a menu out are left out unless chosen so, or by `test_calls`.
    """

    menu: str = ""
    since: datetime | None = None
    until: datetime | None = None
    test_calls: bool = False
    calls: QuerySet[Call] | None = None
    results: QuerySet[GatherResult] | None = None

    @property
    def leaves_tests_out(self) -> bool:
        """Whether calls by which staff tried menus out are no part of it."""
        return not self.test_calls and self.calls is None and self.results is None


class CallRow(NamedTuple):
    pk: int
    started_at: datetime
    ended_at: datetime | None
    caller: str
    called: str
    menu: str | None
    version: int | None
    language: str
    outcome: str


class AttemptRow(NamedTuple):
    call: int
    visit_pk: int
    visit: int
    step_key: str
    language: str
    version_pk: int | None
    version: int | None
    menu: str | None
    number: int
    purpose: str
    outcome: str
    status: str
    sealed_digits: bytes | memoryview | None
    began_at: datetime
    ended_at: datetime | None
    milliseconds: int | None


class ResultRow(NamedTuple):
    call: int
    visit_pk: int
    step_key: str
    field: str
    sensitivity: str
    outcome: str
    value: str
    choice: str
    #: Of a normal step, where the column shows only the value's beginning: the whole, sealed.
    sealed: bytes | memoryview | None


class CollectedCall(NamedTuple):
    """One call with its results and attempts, both in the order of the caller's way."""

    call: CallRow
    results: Sequence[ResultRow]
    attempts: Sequence[AttemptRow]


class Collected:
    """The input that `filters` choose, up to the ids that are the highest now."""

    def __init__(self, filters: ExportFilters) -> None:
        self.filters = filters
        self._last_attempt = _highest(GatherAttempt)
        self._last_result = _highest(GatherResult)
        self._last_call = _highest(Call)

    def calls(self) -> QuerySet[Call]:
        """The calls to export, in no order."""
        filters = self.filters
        chosen = Call.objects.all() if filters.calls is None else filters.calls.order_by()
        chosen = chosen.filter(pk__lte=self._last_call)
        if filters.leaves_tests_out:
            chosen = chosen.filter(is_test=False)
        if filters.menu:
            chosen = chosen.filter(menu__slug=filters.menu)
        if filters.since is not None:
            chosen = chosen.filter(started_at__gte=filters.since)
        if filters.until is not None:
            chosen = chosen.filter(started_at__lt=filters.until)
        if filters.results is not None:
            of_call = filters.results.order_by().filter(call=OuterRef("pk"))
            chosen = chosen.filter(Exists(of_call))
        return chosen

    def results(self) -> QuerySet[GatherResult]:
        """The results of :meth:`calls`, in no order."""
        filters = self.filters
        results = self._all_results()
        if filters.menu or filters.since or filters.until or filters.calls is not None:
            return results.filter(Exists(self.calls().filter(pk=OuterRef("call_id"))))
        if filters.leaves_tests_out:
            # Of few calls it is quick to say that a result is of none of them.
            tests = Call.objects.filter(is_test=True, pk=OuterRef("call_id"))
            return results.filter(~Exists(tests))
        return results

    def with_results(self) -> Iterator[CollectedCall]:
        """Every call in the order of its id, with its results and no attempts: 2 queries a page."""
        for page in self._pages():
            results = self._results_of(page)
            for call in page:
                yield CollectedCall(call, results.get(call.pk, ()), ())

    def with_attempts(self) -> Iterator[CollectedCall]:
        """Every call in the order of its id, with results and attempts: 3 queries a page."""
        for page in self._pages():
            results = self._results_of(page)
            attempts = self._attempts_of(page)
            for call in page:
                of_call = results.get(call.pk, ())
                made: Sequence[AttemptRow] = attempts.get(call.pk, ())
                if self.filters.results is not None:
                    visits = {result.visit_pk for result in of_call}
                    made = [attempt for attempt in made if attempt.visit_pk in visits]
                yield CollectedCall(call, of_call, made)

    def _pages(self) -> Iterator[list[CallRow]]:
        calls = self.calls().order_by("pk")
        last = 0
        while True:
            rows = calls.filter(pk__gt=last).values_list(
                "pk",
                "started_at",
                "ended_at",
                "caller",
                "called",
                "menu__slug",
                "version__number",
                "language",
                "outcome",
            )[:CALLS_A_PAGE]
            page = [CallRow._make(row) for row in rows]
            if page:
                yield page
            if len(page) < CALLS_A_PAGE:
                return
            last = page[-1].pk

    def _all_results(self) -> QuerySet[GatherResult]:
        chosen = self.filters.results
        results = GatherResult.objects.all() if chosen is None else chosen
        return results.order_by().filter(pk__lte=self._last_result)

    def _results_of(self, page: list[CallRow]) -> dict[int, list[ResultRow]]:
        rows = (
            self._all_results()
            .filter(call__in=[call.pk for call in page])
            .order_by("call_id", "visit_id", "pk")
            .values_list(
                "call_id",
                "visit_id",
                "step_key",
                "field",
                "sensitivity",
                "outcome",
                "value",
                "choice",
                Case(When(sensitivity=Sensitivity.NORMAL, then="sealed")),
            )
        )
        by_call: dict[int, list[ResultRow]] = defaultdict(list)
        for row in rows:
            by_call[row[0]].append(ResultRow._make(row))
        return by_call

    def _attempts_of(self, page: list[CallRow]) -> dict[int, list[AttemptRow]]:
        rows = (
            GatherAttempt.objects.filter(
                visit__call__in=[call.pk for call in page], pk__lte=self._last_attempt
            )
            .order_by("visit__call_id", "visit__number", "number")
            .values_list(
                "visit__call_id",
                "visit_id",
                "visit__number",
                "visit__step_key",
                "visit__language",
                "visit__version_id",
                "visit__version__number",
                "visit__version__menu__slug",
                "number",
                "purpose",
                "outcome",
                "status",
                "sealed_digits",
                "began_at",
                "ended_at",
                "milliseconds",
            )
        )
        by_call: dict[int, list[AttemptRow]] = defaultdict(list)
        for row in rows:
            by_call[row[0]].append(AttemptRow._make(row))
        return by_call


def _highest(model: type[Model]) -> int:
    found: dict[str, Any] = model._default_manager.aggregate(highest=Max("pk"))
    return found["highest"] or 0
