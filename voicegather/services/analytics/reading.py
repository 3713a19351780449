"""The rows of calls that have ended, read for counting: a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from django.db.models import Count, QuerySet

from voicegather.engine.facts import AttemptOutcome, AttemptPurpose
from voicegather.engine.graph import Sensitivity
from voicegather.models import Call, GatherAttempt, GatherResult, MenuVersion, StepVisit
from voicegather.services.analytics.counts import Counts
from voicegather.services.analytics.passages import EndedCall, VersionFacts, Visit, count_call

#: Rows held at once of what is read in order.
ROWS_AT_ONCE = 5_000

_BY_OUTCOME = {
    AttemptOutcome.VALID: "valid",
    AttemptOutcome.INVALID: "invalid",
    AttemptOutcome.NO_INPUT: "no_input",
}


class Versions:
    """Published versions by their id, each read once."""

    def __init__(self) -> None:
        self._found: dict[int, VersionFacts] = {}

    def load(self, ids: Iterable[int]) -> None:
        """Read those that are not known yet, in one query."""
        missing = set(ids) - self._found.keys()
        if not missing:
            return
        rows = MenuVersion.objects.filter(pk__in=missing)
        for pk, menu, number, stored in rows.values_list(
            "pk", "menu_id", "number", "document__steps"
        ):
            steps = stored or {}
            self._found[pk] = VersionFacts(
                menu=menu,
                number=number,
                kinds={key: step.get("kind", "") for key, step in steps.items()},
                successes=frozenset(key for key, step in steps.items() if step.get("success")),
            )

    def __call__(self, version: int) -> VersionFacts:
        return self._found[version]


def count_calls(calls: Sequence[int], versions: Versions) -> Counts:
    """Count the calls with these ids, as many as one query can name.

    Visits of versions that are gone are left out.
    """
    counts = Counts()
    found = {
        pk: EndedCall(menu, outcome, ended_at)
        for pk, menu, outcome, ended_at in Call.objects.filter(pk__in=calls).values_list(
            "pk", "menu_id", "outcome", "ended_at"
        )
    }
    visits = StepVisit.objects.filter(call__in=calls, version__isnull=False)
    versions.load(visits.order_by().values_list("version_id", flat=True).distinct())
    walked = set()
    for pk, its in _visits_by_call(visits):
        if pk in found:
            walked.add(pk)
            count_call(counts, found[pk], its, versions)
    for pk, call in found.items():
        if pk not in walked:
            count_call(counts, call, (), versions)
    _count_attempts(counts, calls, versions)
    _count_choices(counts, calls, versions)
    return counts


def _visits_by_call(visits: QuerySet[StepVisit]) -> Iterator[tuple[int, list[Visit]]]:
    rows = (
        visits.order_by("call_id", "number")
        .values_list("call_id", "version_id", "step_key", "entered_at", "left_at", "exit")
        .iterator(chunk_size=ROWS_AT_ONCE)
    )
    for pk, its in groupby(rows, key=lambda row: row[0]):
        yield pk, [Visit(*row[1:]) for row in its]


def _count_attempts(counts: Counts, calls: Sequence[int], versions: Versions) -> None:
    rows = (
        GatherAttempt.objects.filter(
            visit__call__in=calls,
            purpose=AttemptPurpose.ENTRY,
            visit__version__isnull=False,
        )
        .order_by()
        .values_list("visit__version_id", "visit__step_key", "outcome")
        .annotate(times=Count("pk"))
    )
    for version, key, outcome, times in rows:
        facts = versions(version)
        step = counts.of(facts.menu, facts.number).steps[key]
        name = _BY_OUTCOME.get(outcome, "other")
        setattr(step, name, getattr(step, name) + times)


def _count_choices(counts: Counts, calls: Sequence[int], versions: Versions) -> None:
    """What the menu offers is counted; what callers made up themselves never leaves its row."""
    rows = (
        GatherResult.objects.filter(
            call__in=calls,
            sensitivity=Sensitivity.NORMAL,
            outcome=AttemptOutcome.VALID,
            visit__version__isnull=False,
        )
        .exclude(choice="")
        .order_by()
        .values_list("visit__version_id", "visit__step_key", "choice")
        .annotate(times=Count("pk"))
    )
    for version, key, choice, times in rows:
        facts = versions(version)
        counts.of(facts.menu, facts.number).steps[key].chosen[choice] += times
