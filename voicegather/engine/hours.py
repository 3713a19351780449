"""Opening hours: is a calendar open at a moment, and by which rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

OPEN = "open"
CLOSED = "closed"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True, slots=True)
class Window:
    """Open from `start` to before `end`, wall-clock ``HH:MM``; ``24:00`` ends a day."""

    start: str
    end: str


@dataclass(frozen=True, slots=True)
class Day:
    """One date that differs from its weekday: its own windows (none: closed), or its own exit."""

    name: str = ""
    windows: tuple[Window, ...] = ()
    exit: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly hours in an IANA zone, with exceptions by ISO date."""

    zone: str
    weekly: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    days: Mapping[str, Day] = field(default_factory=dict)

    def exit_at(self, at: int) -> str:
        """``open``, ``closed`` or the exit of an exception, at `at` (milliseconds, UTC)."""
        local = datetime.fromtimestamp(at / 1000, UTC).astimezone(ZoneInfo(self.zone))
        day = self.days.get(local.date().isoformat())
        if day is not None and day.exit:
            return day.exit
        windows = day.windows if day is not None else self.weekly.get(WEEKDAYS[local.weekday()], ())
        clock = local.strftime("%H:%M")
        return OPEN if any(each.start <= clock < each.end for each in windows) else CLOSED
