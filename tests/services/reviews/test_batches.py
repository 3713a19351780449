"""Many results decided at once: what is passed over, resumed, undone."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from tests.services.reviews.conftest import Gathered
from voicegather.models import BatchAct, GatherResult, ResultReview, ReviewBatch
from voicegather.services import jobs
from voicegather.services.inputs import InputError
from voicegather.services.reviews import (
    BatchRefusedError,
    BatchWish,
    Ruling,
    ask_batch,
    batches,
    do_at_once,
    review,
    undo_batch,
)

Decision = ResultReview.Decision


def ask(act: BatchAct, results: list[GatherResult], owner: User, **wish: object) -> ReviewBatch:
    newest = ResultReview.objects.order_by("-pk").first()
    wish = {"last_review": newest.pk if newest else 0, **wish}
    ids = [result.pk for result in results]
    return ask_batch(BatchWish(act=act, results=ids, owner=owner, **wish))  # type: ignore[arg-type]


def states(results: list[GatherResult]) -> list[str]:
    found = GatherResult.objects.in_bulk([result.pk for result in results])
    return [found[result.pk].review_state for result in results]


def test_each_result_gets_a_review_of_its_own(gathered: Gathered, ana: User) -> None:
    results = [gathered() for _ in range(3)]

    batch = do_at_once(ask(BatchAct.ACCEPT, results, ana, note="Looked through."))

    assert (batch.state, batch.decided, batch.passed_over) == ("done", 3, 0)
    assert states(results) == ["accepted"] * 3
    rows = ResultReview.objects.values_list("decision", "note", "reviewer", "batch")
    assert set(rows) == {("accepted", "Looked through.", ana.pk, batch.pk)}


def test_what_somebody_decided_since_is_passed_over(
    gathered: Gathered, ana: User, bea: User
) -> None:
    results = [gathered() for _ in range(3)]
    before = review(results[0].pk, Ruling(Decision.REJECTED), seen=None, reviewer=bea)
    batch = ask(BatchAct.ACCEPT, results, ana)
    review(results[1].pk, Ruling(Decision.CORRECTED, "654321"), seen=None, reviewer=bea)
    review(results[0].pk, Ruling(Decision.REOPENED), seen=before.pk, reviewer=bea)

    batch = do_at_once(batch)

    assert (batch.decided, batch.passed_over) == (1, 2)
    assert states(results) == ["unreviewed", "corrected", "accepted"]


def test_reopening_takes_what_is_reviewed_and_undoing_it_puts_all_back(
    gathered: Gathered, ana: User
) -> None:
    results = [gathered() for _ in range(3)]
    review(results[0].pk, Ruling(Decision.CORRECTED, "654321"), seen=None, reviewer=ana)
    review(results[1].pk, Ruling(Decision.REJECTED), seen=None, reviewer=ana)

    reopened = do_at_once(ask(BatchAct.REOPEN, results, ana))
    assert (reopened.decided, states(results)) == (2, ["unreviewed"] * 3)

    undone = do_at_once(undo_batch(reopened, owner=ana))
    assert (undone.decided, undone.passed_over) == (2, 1)
    assert states(results) == ["corrected", "rejected", "unreviewed"]
    assert results[0].reviews.order_by("pk").last().value == "654321"  # type: ignore[union-attr]


def test_undoing_leaves_alone_what_was_decided_since_and_happens_once(
    gathered: Gathered, ana: User, bea: User
) -> None:
    results = [gathered() for _ in range(2)]
    batch = do_at_once(ask(BatchAct.ACCEPT, results, ana))
    seen = results[0].reviews.get()
    review(results[0].pk, Ruling(Decision.REJECTED), seen=seen.pk, reviewer=bea)

    undoing = do_at_once(undo_batch(batch, owner=ana))

    assert states(results) == ["rejected", "unreviewed"]
    for again in (batch, undoing):
        with pytest.raises(BatchRefusedError):
            undo_batch(again, owner=ana)


def test_another_worker_goes_on_where_the_first_one_died(
    gathered: Gathered, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = [gathered() for _ in range(5)]
    batch = ask(BatchAct.REJECT, results, ana)
    monkeypatch.setattr(batches, "_A_STROKE", 2)
    write, strokes = batches._write, []

    def dies(rows: list[ResultReview]) -> int:
        strokes.append(len(rows))
        if len(strokes) == 2:
            raise RuntimeError
        return write(rows)

    monkeypatch.setattr(batches, "_write", dies)
    batch = do_at_once(batch)
    assert (batch.state, batch.decided, ResultReview.objects.count()) == ("failed", 2, 2)

    jobs.retry(batch)
    batch = do_at_once(batch)

    assert (batch.state, batch.decided, batch.passed_over) == ("done", 5, 0)
    assert ResultReview.objects.count() == 5
    assert states(results) == ["rejected"] * 5


def test_nothing_too_much_and_bad_notes_are_refused(
    gathered: Gathered, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batches, "MOST_AT_ONCE", 1)

    with pytest.raises(BatchRefusedError, match="nothing to do"):
        ask(BatchAct.ACCEPT, [], ana)
    with pytest.raises(BatchRefusedError, match="more than 1 at once"):
        ask(BatchAct.ACCEPT, [gathered(), gathered()], ana)
    with pytest.raises(InputError):
        ask(BatchAct.ACCEPT, [gathered()], ana, note="\0")
    assert not ReviewBatch.objects.exists()
