"""Many results accepted, rejected or reopened at once, and that undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from voicegather.models import BatchAct, GatherResult, ResultReview, ReviewBatch, ReviewState
from voicegather.models.jobs import JobState
from voicegather.selectors.collected.packing import packed, unpacked
from voicegather.selectors.teams import in_teams_of
from voicegather.services import jobs
from voicegather.services.inputs import InputError
from voicegather.services.jobs import LeaseLost, Progress, job_kind
from voicegather.services.reviews.deciding import STATES, Decision, before_again, is_under_way
from voicegather.services.reviews.errors import BatchRefusedError
from voicegather.services.reviews.values import LONGEST_NOTE, text_problems

#: More than this are not decided by one act.
MOST_AT_ONCE = 100_000
#: So many are done while their reviewer waits.
SMALL = 200
_A_STROKE = 500
_DECISIONS = {
    BatchAct.ACCEPT: Decision.ACCEPTED,
    BatchAct.REJECT: Decision.REJECTED,
    BatchAct.REOPEN: Decision.REOPENED,
}


@dataclass(frozen=True)
class BatchWish:
    """What somebody wants done to the results with these ids, in order of their ids.

    `last_review` is the id of the newest review that there was when they looked, 0 without any.
    Accepting and rejecting take what is not reviewed, reopening takes what is.
    """

    act: BatchAct
    results: Sequence[int]
    last_review: int
    owner: Any
    note: str = ""


def ask_batch(wish: BatchWish) -> ReviewBatch:
    """Put the wish on record; do it at once, or start it as a job, next.

    Raises BatchRefusedError where there is nothing to do, or too much; InputError for the note.
    """
    note = wish.note.strip()
    problems = list(text_problems("note", note, LONGEST_NOTE))
    if problems:
        raise InputError(problems)
    if not wish.results:
        raise BatchRefusedError(_("Nothing is chosen: there is nothing to do."))
    if len(wish.results) > MOST_AT_ONCE:
        told = _("These are more than %s at once: filter them further, such as by date.")
        raise BatchRefusedError(told % MOST_AT_ONCE)
    return ReviewBatch.objects.create(
        act=wish.act,
        note=note,
        chosen=packed(sorted(wish.results)),
        total=len(wish.results),
        last_review=wish.last_review,
        owner=wish.owner,
    )


def undo_batch(batch: ReviewBatch, *, owner: Any) -> ReviewBatch:
    """Ask to have what stood before `batch` put back, where nobody decided since.

    Raises BatchRefusedError where it runs still, was undone, or is an undoing itself.
    """
    with transaction.atomic():
        rows = ReviewBatch.objects.select_for_update(of=("self",)).filter(pk=batch.pk)
        found = rows.first()
        if found is None or not found.is_finished:
            raise BatchRefusedError(_("It has not ended yet: stop it, or wait for its end."))
        if found.act == BatchAct.UNDO:
            raise BatchRefusedError(_("An undoing is not undone: do it again instead."))
        if ReviewBatch.objects.filter(undoes=found).exists():
            raise BatchRefusedError(_("It was undone already."))
        return ReviewBatch.objects.create(
            act=BatchAct.UNDO, undoes=found, chosen=found.chosen, total=found.total, owner=owner
        )


def is_small(batch: ReviewBatch) -> bool:
    """Whether it is done while its owner waits."""
    return batch.total <= SMALL


def do_at_once(batch: ReviewBatch) -> ReviewBatch:
    """Do a small one now, unless a worker was faster; the batch as it then stands."""
    jobs.run_job(f"review_batch:{batch.pk}")
    return ReviewBatch.objects.get(pk=batch.pk)


@job_kind("review_batch", model=ReviewBatch)
def run_batch(batch: ReviewBatch, progress: Progress) -> None:
    """Decide about all that it is of, going on where an earlier worker stopped."""
    ids = unpacked(batch.chosen)
    rest = [each for each in ids if each > batch.reached]
    progress.total(len(ids), done=len(ids) - len(rest))
    act = _undo if batch.act == BatchAct.UNDO else _decide
    for at in range(0, len(rest), _A_STROKE):
        stroke = rest[at : at + _A_STROKE]
        with transaction.atomic():
            decided = act(batch, _locked(batch, stroke))
            _note(batch, stroke, decided)
        progress.advance(len(stroke))


def _locked(batch: ReviewBatch, ids: Sequence[int]) -> list[GatherResult]:
    """Those that are there still and that its owner may see, in order, so that none waits twice."""
    if batch.owner is None:
        return []
    rows = in_teams_of(batch.owner, GatherResult.objects.filter(pk__in=ids))
    found = rows.select_related("call", "visit").defer("call__sealed_state")
    return list(found.select_for_update(of=("self",)).order_by("pk"))


def _decide(batch: ReviewBatch, results: Sequence[GatherResult]) -> int:
    decision = _DECISIONS[BatchAct(batch.act)]
    is_reopening = decision == Decision.REOPENED
    moved = ResultReview.objects.filter(
        result__in=[each.pk for each in results], pk__gt=batch.last_review
    )
    since = set(moved.values_list("result_id", flat=True))
    rows = [
        ResultReview(
            result=each,
            decision=decision,
            note=batch.note,
            reviewer=batch.owner,
            batch=batch,
        )
        for each in results
        if each.pk not in since
        and (each.review_state != ReviewState.UNREVIEWED) == is_reopening
        and not is_under_way(each)
    ]
    return _write(rows)


def _undo(batch: ReviewBatch, results: Sequence[GatherResult]) -> int:
    reviews = ResultReview.objects.filter(result__in=[each.pk for each in results])
    newest: dict[int, list[ResultReview]] = {}
    for each in reviews.order_by("pk"):
        newest[each.result_id] = [*newest.get(each.result_id, [])[-1:], each]
    rows = []
    for found in newest.values():
        if found[-1].batch_id == batch.undoes_id:
            before = found[0] if len(found) > 1 else None
            again = before_again(found[-1], before, batch.owner)
            again.batch = batch
            rows.append(again)
    return _write(rows)


def _write(rows: list[ResultReview]) -> int:
    ResultReview.objects.bulk_create(rows)
    by_state: dict[Any, list[int]] = {}
    for row in rows:
        by_state.setdefault(STATES[Decision(row.decision)], []).append(row.result_id)
    for state, ids in by_state.items():
        GatherResult.objects.filter(pk__in=ids).update(review_state=state)
    return len(rows)


def _note(batch: ReviewBatch, stroke: Sequence[int], decided: int) -> None:
    """What was done, in the same transaction: another worker goes on behind it, not over it."""
    kept = ReviewBatch.objects.filter(
        pk=batch.pk, lease_owner=batch.lease_owner, state=JobState.RUNNING
    ).update(
        reached=stroke[-1],
        decided=F("decided") + decided,
        passed_over=F("passed_over") + len(stroke) - decided,
    )
    if not kept:
        raise LeaseLost("Another worker has taken this batch, or it is gone.")
