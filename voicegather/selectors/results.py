"""What stands beside results in lists: attempts and the newest review, in two queries a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from voicegather.engine.graph import Sensitivity
from voicegather.models import GatherAttempt, GatherResult, ResultReview
from voicegather.services.display import MASK


@dataclass(frozen=True, slots=True)
class Beside:
    """Of one result: how many attempts its visit took, and its newest review if there is one."""

    attempts: int
    review: ResultReview | None


def beside(results: Sequence[GatherResult]) -> dict[int, Beside]:
    """By the ids of `results`."""
    attempts = dict(
        GatherAttempt.objects.filter(visit__in={result.visit_id for result in results})
        .order_by()
        .values("visit_id")
        .annotate(attempts=Count("pk"))
        .values_list("visit_id", "attempts")
    )
    newest = newest_reviews(results)
    return {
        result.pk: Beside(attempts.get(result.visit_id, 0), newest.get(result.pk))
        for result in results
    }


def newest_reviews(results: Sequence[GatherResult]) -> dict[int, ResultReview]:
    """The newest review of each of `results` that has any, by the result's id; one query."""
    ids = [result.pk for result in results]
    reviews = ResultReview.objects.filter(result__in=ids).select_related("reviewer")
    # The newest comes last and stays.
    return {review.result_id: review for review in reviews.order_by("pk")}


def masked(result: GatherResult, text: str) -> str:
    """`text` of the result's columns, with a mask where there is more than everyone may see."""
    hides = result.sensitivity != Sensitivity.NORMAL and result.sealed is not None
    return text or (MASK if hides else "")
