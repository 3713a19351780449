"""What the clock on the wall of a zone shows, through the days on which it is put on or back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

_DAY_MS = 86_400_000
_SECOND_MS = 1_000


@dataclass(frozen=True, slots=True)
class ClockChange:
    """At `at` (milliseconds, UTC) clocks go from `before` to `after`, both local and naive."""

    at: int
    before: datetime
    after: datetime

    @property
    def minutes(self) -> int:
        """How far the clocks are put on; less than 0 where they are put back."""
        return round((self.after - self.before).total_seconds() / 60)


def local_at(at: int, zone: str) -> datetime:
    """The aware local time at `at` (milliseconds, UTC)."""
    return datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(zone))


def moments_of(local: datetime, zone: str) -> tuple[int, ...]:
    """When clocks show `local` (naive), in milliseconds UTC, in order.

    Twice where they are put back over it, never where they are put on.
    """
    tz = ZoneInfo(zone)
    found: set[int] = set()
    for fold in (0, 1):
        instant = local.replace(tzinfo=tz, fold=fold).astimezone(UTC)
        if instant.astimezone(tz).replace(tzinfo=None, fold=0) == local:
            found.add(round(instant.timestamp() * 1000))
    return tuple(sorted(found))


def beginning_of(day: date, zone: str) -> int:
    """When the day begins, in milliseconds UTC; its midnight may be one that does not exist."""
    midnight = datetime.combine(day, time())
    found = moments_of(midnight, zone)
    if found:
        return found[0]
    around = _instant(midnight, zone)
    change = next(clock_changes(zone, around - _DAY_MS, around + _DAY_MS))
    return change.at


def bounds_of(local: datetime, zone: str) -> tuple[int, ...]:
    """As :func:`moments_of`; where clocks are put on, what the time would be on both sides."""
    return tuple(_instant(local.replace(fold=fold), zone) for fold in (0, 1))


def clock_changes(zone: str, start: int, end: int) -> Iterator[ClockChange]:
    """The changes of the clocks from `start` to before `end` (milliseconds, UTC), in order."""
    tz = ZoneInfo(zone)
    for low in range(start, end, _DAY_MS):
        high = min(low + _DAY_MS, end)
        before, after = _offset(low, tz), _offset(high, tz)
        if before != after:
            at = _turn(low, high, tz)
            moment = datetime.fromtimestamp(at / 1000, UTC).replace(tzinfo=None)
            yield ClockChange(at, moment + before, moment + after)


def _turn(low: int, high: int, tz: ZoneInfo) -> int:
    """The first second after `low` with the offset of `high`."""
    low, high = low // _SECOND_MS, -(-high // _SECOND_MS)
    wanted = _offset(high * _SECOND_MS, tz)
    while high - low > 1:
        middle = (low + high) // 2
        if _offset(middle * _SECOND_MS, tz) == wanted:
            high = middle
        else:
            low = middle
    return high * _SECOND_MS


def _offset(at: int, tz: ZoneInfo) -> timedelta:
    return datetime.fromtimestamp(at / 1000, tz).utcoffset() or timedelta()


def _instant(local: datetime, zone: str) -> int:
    return round(local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).timestamp() * 1000)
