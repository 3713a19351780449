"""Who looks at which result in the queue, so that two reviewers at once get different ones.

A claim is soft: it ends by itself, and keeps nobody from deciding. What keeps reviewers from
overwriting each other is services.reviews.deciding.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from voicegather.models import GatherResult, ReviewClaim
from voicegather.selectors.keyset import Direction, Place, slice_of
from voicegather.services import moments
from voicegather.services.reviews.deciding import is_under_way

#: How long somebody may look at a result before it is offered to others again.
CLAIM_SECONDS = 300
_AT_ONCE = 20
#: Of results looked through for one that is free; others hold no more than one each.
_MOST_LOOKED_AT = 400


def next_free(
    sources: Sequence[QuerySet[GatherResult]],
    *,
    reviewer: Any,
    place: Place | None,
    direction: Direction,
) -> GatherResult | None:
    """The next result of `sources` beyond `place` that nobody else looks at, claimed; or None.

    Results of callers who are in the step still are left for later. What the reviewer had claimed
    before is free again.
    """
    for _round in range(_MOST_LOOKED_AT // _AT_ONCE):
        page = slice_of(
            sources, moment="gathered_at", size=_AT_ONCE, place=place, direction=direction
        )
        rows = page.rows if direction is Direction.OLDER else page.rows[::-1]
        taken = _claimed_by_others(rows, reviewer)
        for row in rows:
            if row.pk not in taken and not is_under_way(row) and _claim(row, reviewer):
                release_others(reviewer, keep=row.pk)
                return row
        if len(rows) < _AT_ONCE:
            break
        place = Place(rows[-1].gathered_at, rows[-1].pk)
    release_others(reviewer)
    return None


def release_others(reviewer: Any, *, keep: int | None = None) -> None:
    """Give free what `reviewer` looked at, but for the result with the id `keep`."""
    ReviewClaim.objects.filter(reviewer=reviewer).exclude(result=keep or 0).delete()


def _claimed_by_others(rows: Sequence[GatherResult], reviewer: Any) -> set[int]:
    claims = ReviewClaim.objects.filter(result__in=[row.pk for row in rows])
    held = claims.exclude(reviewer=reviewer).filter(until__gt=moments.now())
    return set(held.values_list("result_id", flat=True))


def _claim(result: GatherResult, reviewer: Any) -> bool:
    moment = moments.now()
    until = moment + timedelta(seconds=CLAIM_SECONDS)
    claims = ReviewClaim.objects.filter(result=result)
    free = Q(until__lte=moment) | Q(reviewer=reviewer)
    if claims.filter(free).update(reviewer=reviewer, until=until):
        return True
    try:
        with transaction.atomic():
            ReviewClaim.objects.create(result=result, reviewer=reviewer, until=until)
    except IntegrityError:
        return False
    return True
