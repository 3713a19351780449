"""How long steps took, as a histogram that adds up: fixed bins, each a tenth longer than the last.

A median read from it is within five per cent of the exact one, between a tenth of a second and
four hours; what is shorter or longer counts as these.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

SHORTEST_MS = 100
LONGEST_MS = 4 * 3_600_000
GROWTH = 1.1
_LOG = math.log(GROWTH)
LAST = math.ceil(math.log(LONGEST_MS / SHORTEST_MS) / _LOG)


def bin_of(milliseconds: float) -> int:
    """The bin of a duration: 0 up to a tenth of a second, LAST from four hours on."""
    if milliseconds <= SHORTEST_MS:
        return 0
    return min(math.ceil(math.log(milliseconds / SHORTEST_MS) / _LOG), LAST)


def seconds_of(number: int) -> float:
    """What a duration in this bin counts as, in seconds: the middle, as ratios go."""
    if number == 0:
        return SHORTEST_MS / 1000
    return SHORTEST_MS * math.pow(GROWTH, number - 0.5) / 1000


def median_seconds(bins: Mapping[int, int]) -> float | None:
    """The median of what is in the bins, the lower one of two; None where nothing is."""
    total = sum(bins.values())
    passed = 0
    for number in sorted(bins):
        passed += bins[number]
        if 2 * passed >= total:
            return seconds_of(number)
    return None
