"""Two versions side by side, with what chance alone might explain."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from voicegather.selectors.analytics.figures import Figures

#: Below so many calls a share says little.
FEW = 30
#: Of the normal distribution: 95 times of 100 nothing lies farther out.
_Z = 1.96

Rate = tuple[Callable[[Figures], int], Callable[[Figures], int]]

#: The rates that are compared: the part, and of what.
RATES: dict[str, Rate] = {
    "containment": (lambda each: each.contained, lambda each: each.judged),
    "drop_off": (lambda each: each.dropped, lambda each: each.entered),
    "transfer_rate": (lambda each: each.transferred, lambda each: each.entered),
    "no_input_rate": (lambda each: each.no_input, lambda each: each.attempts),
    "invalid_rate": (lambda each: each.invalid, lambda each: each.attempts),
}


@dataclass(frozen=True, slots=True)
class Compared:
    """One rate of two versions, 0 to 1; `low` and `high` bound the difference by 95 %."""

    name: str
    one: float | None
    other: float | None
    low: float | None = None
    high: float | None = None
    is_few: bool = False

    @property
    def difference(self) -> float | None:
        """The one less the other."""
        return None if self.one is None or self.other is None else self.one - self.other

    @property
    def is_clear(self) -> bool:
        """Whether chance alone hardly explains the difference."""
        if self.is_few or self.low is None or self.high is None:
            return False
        return self.low > 0 or self.high < 0


def compare(one: Figures, other: Figures) -> list[Compared]:
    """Each rate of `one` beside that of `other`."""
    return [_compared(name, one, other) for name in RATES]


def _compared(name: str, one: Figures, other: Figures) -> Compared:
    part, whole = RATES[name]
    first, second = (part(one), whole(one)), (part(other), whole(other))
    rates = getattr(one, name), getattr(other, name)
    if not first[1] or not second[1]:
        return Compared(name, *rates)
    low, high = _bounds(first, second)
    return Compared(name, *rates, low, high, is_few=min(first[1], second[1]) < FEW)


def _bounds(one: tuple[int, int], other: tuple[int, int]) -> tuple[float, float]:
    """Newcombe's interval of the difference of two shares: from Wilson's of each."""
    (p, low, high), (q, lower, higher) = _wilson(*one), _wilson(*other)
    difference = p - q
    return (
        difference - math.hypot(p - low, higher - q),
        difference + math.hypot(high - p, q - lower),
    )


def _wilson(part: int, whole: int) -> tuple[float, float, float]:
    rate = part / whole
    square = _Z * _Z / whole
    middle = (rate + square / 2) / (1 + square)
    reach = _Z * math.sqrt(rate * (1 - rate) / whole + square / whole / 4) / (1 + square)
    return rate, middle - reach, middle + reach
