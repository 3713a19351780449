"""One decision about one result: a row of the ledger and the result's state, at one stroke."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from voicegather.engine.graph import Sensitivity
from voicegather.models import GatherResult, ResultReview, ReviewState
from voicegather.selectors.entries import Sight, sight_of
from voicegather.selectors.revealing import entry_of
from voicegather.selectors.teams import in_teams_of
from voicegather.services.inputs import InputError, InputProblem
from voicegather.services.reviews.errors import ReviewGoneError, ReviewMovedError
from voicegather.services.reviews.objections import objection_to, step_of
from voicegather.services.reviews.values import LONGEST_NOTE, LONGEST_VALUE, kept, text_problems

Decision = ResultReview.Decision
#: What a decision makes of the result.
STATES = {
    Decision.ACCEPTED: ReviewState.ACCEPTED,
    Decision.CORRECTED: ReviewState.CORRECTED,
    Decision.REJECTED: ReviewState.REJECTED,
    Decision.REOPENED: ReviewState.UNREVIEWED,
}


@dataclass(frozen=True)
class Ruling:
    """What a reviewer decides; `value` is that of a correction, whole."""

    decision: Decision
    value: str = ""
    note: str = ""


def review(result_id: int, ruling: Ruling, *, seen: int | None, reviewer: Any) -> ResultReview:
    """Write what `reviewer` decides about a result of their teams.

    `seen` is the id of the newest review that they saw, None where there was none. Raises
    ReviewMovedError where there is a newer one, ReviewGoneError, and InputError with every reason
    why this cannot be decided so. Nothing is changed then. Permissions are looked at elsewhere.
    """
    with transaction.atomic():
        result = _locked(result_id, reviewer)
        newest = newest_of(result)
        if (newest.pk if newest else None) != seen:
            raise ReviewMovedError(newest)
        value, note = ruling.value.strip(), ruling.note.strip()
        problems = [
            *_state_problems(result, ruling.decision),
            *text_problems("note", note, LONGEST_NOTE),
        ]
        if ruling.decision == Decision.CORRECTED:
            problems += _value_problems(result, value, note, reviewer)
        if problems:
            raise InputError(problems)
        columns = {}
        if ruling.decision == Decision.CORRECTED:
            columns = kept(result, value, step_of(result))._asdict()
        row = ResultReview(
            result=result, decision=ruling.decision, note=note, reviewer=reviewer, **columns
        )
        return written(row)


def put_back(result_id: int, *, seen: int, reviewer: Any) -> ResultReview:
    """Undo the review with the id `seen`: what was decided before stands again.

    Raises as :func:`review` does; only the newest review of a result can be undone.
    """
    with transaction.atomic():
        result = _locked(result_id, reviewer)
        newest = newest_of(result)
        if newest is None or newest.pk != seen:
            raise ReviewMovedError(newest)
        before = result.reviews.filter(pk__lt=newest.pk).order_by("-pk").first()
        return written(before_again(newest, before, reviewer))


def before_again(newest: ResultReview, before: ResultReview | None, reviewer: Any) -> ResultReview:
    """The review, not stored yet, that undoes `newest`, which came after `before`."""
    again = ResultReview(result_id=newest.result_id, reviewer=reviewer)
    again.decision = Decision.REOPENED
    if before is not None and before.decision != Decision.REOPENED:
        again.decision, again.value = before.decision, before.value
        again.sealed, again.note = before.sealed, before.note
    return again


def written(row: ResultReview) -> ResultReview:
    """Store a review, and its result's state; within a transaction that has locked the result."""
    row.save()
    state = STATES[Decision(row.decision)]
    GatherResult.objects.filter(pk=row.result_id).update(review_state=state)
    return row


def newest_of(result: GatherResult) -> ResultReview | None:
    """What was decided about `result` last."""
    return result.reviews.select_related("reviewer").order_by("-pk").first()


def is_under_way(result: GatherResult) -> bool:
    """Whether the caller is in the step still, so that the result may change."""
    return result.visit.left_at is None and result.call.ended_at is None


def _locked(result_id: int, reviewer: Any) -> GatherResult:
    rows = in_teams_of(reviewer, GatherResult.objects.all())
    found = (
        rows.select_related("call", "visit__version")
        .defer("call__sealed_state", "visit__version__document")
        .select_for_update(of=("self",))
        .order_by()
        .filter(pk=result_id)
        .first()
    )
    if found is None:
        raise ReviewGoneError
    return found


def _state_problems(result: GatherResult, decision: Decision) -> Iterator[InputProblem]:
    if is_under_way(result):
        told = _("The caller is still in this step: review it once they have left it.")
        yield InputProblem((), told)
    if decision == Decision.REOPENED and result.review_state == ReviewState.UNREVIEWED:
        yield InputProblem((), _("Nothing is decided about it: there is nothing to reopen."))


def _value_problems(
    result: GatherResult, value: str, note: str, reviewer: Any
) -> Iterator[InputProblem]:
    is_sensitive = result.sensitivity != Sensitivity.NORMAL
    if is_sensitive and sight_of(reviewer) is not Sight.REVEALED:
        told = _("This step is sensitive: correcting it takes the permission to reveal it.")
        yield InputProblem(("value",), told)
        return
    found = list(text_problems("value", value, LONGEST_VALUE))
    if not value:
        found.append(InputProblem(("value",), _("Write what it should be, or reject it.")))
    elif value == entry_of(result, Sight.REVEALED).value:
        found.append(InputProblem(("value",), _("It says so already: accept it.")))
    if found:
        yield from found
        return
    objection = objection_to(result, value)
    if objection and not note:
        told = _("%s To keep it all the same, say why in the note.")
        yield InputProblem(("value",), told % objection)
