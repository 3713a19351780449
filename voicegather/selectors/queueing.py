"""How many results wait for a review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from voicegather.selectors.keyset import estimated_count
from voicegather.services.display import grouped

#: Up to here they are counted; where there seem to be more, the number is an estimate.
COUNTED = 1_000


class Left(NamedTuple):
    number: int
    is_estimate: bool

    @property
    def shown(self) -> str:
        return grouped(self.number)


def left_of(sources: Sequence[QuerySet[Any]]) -> Left:
    """How many rows `sources` have together; what two of them have counts twice."""
    estimate = estimated_count(sources)
    if estimate > COUNTED:
        return Left(estimate, is_estimate=True)
    counts = [source.order_by().values("pk")[: COUNTED + 1].count() for source in sources]
    return Left(sum(counts), is_estimate=max(counts, default=0) > COUNTED)
