"""Two ways measured in turn, so that whatever else the machine does strikes both."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

PAIRS = 7


@dataclass(frozen=True, slots=True)
class Pair:
    """What one turn of each way gave, in the same unit."""

    ours: float
    floor: float


def alternated(ours: Callable[[], float], floor: Callable[[], float]) -> list[Pair]:
    """PAIRS pairs; the one that goes first changes each time."""
    pairs = []
    for number in range(PAIRS):
        if number % 2:
            second = floor()
            pairs.append(Pair(ours(), second))
        else:
            pairs.append(Pair(ours(), floor()))
    return pairs


def median_pair(pairs: Sequence[Pair]) -> Pair:
    """The median of each side."""
    return Pair(
        statistics.median(pair.ours for pair in pairs),
        statistics.median(pair.floor for pair in pairs),
    )


def median_ratio(pairs: Sequence[Pair]) -> float:
    """The median over the pairs of ours divided by the floor."""
    return statistics.median(pair.ours / pair.floor for pair in pairs)
