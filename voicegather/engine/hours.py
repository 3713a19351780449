"""Opening hours: is a calendar open at a moment, by which rule, and until when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from voicegather.engine.wallclock import bounds_of, clock_changes, local_at

OPEN = "open"
CLOSED = "closed"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MIDNIGHT = "24:00"

_DAY_MS = 86_400_000
#: Mostly something changes within it.
_WEEK_MS = 7 * _DAY_MS
_ONE_DAY = timedelta(days=1)


class Rule(StrEnum):
    """What decided; the later ones go before the earlier."""

    WEEKLY = "weekly"
    HOLIDAY = "holiday"
    EXCEPTION = "exception"
    SWITCH = "switch"


@dataclass(frozen=True, slots=True)
class Window:
    """Open from `start` to before `end`, wall-clock ``HH:MM``; ``24:00`` ends a day.

    One that ends no later than it begins runs into the next day.
    """

    start: str
    end: str

    @property
    def runs_over(self) -> bool:
        """Whether its end is on the day after its beginning."""
        return self.end <= self.start


@dataclass(frozen=True, slots=True)
class Day:
    """One date that differs from its weekday: its own windows (none: closed), or its own exit."""

    name: str = ""
    windows: tuple[Window, ...] = ()
    exit: str = ""
    rule: Rule = Rule.EXCEPTION


@dataclass(frozen=True, slots=True)
class Switch:
    """`exit` whatever the hours say, from `since` to before `until` (milliseconds, UTC)."""

    exit: str
    since: int
    until: int | None = None
    name: str = ""

    def holds(self, at: int) -> bool:
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The exit, and what decided it. `window` and its `day` (ISO) are those that it is open by."""

    exit: str
    rule: Rule
    name: str = ""
    window: Window | None = None
    day: str = ""

    def is_like(self, other: Verdict) -> bool:
        """Whether both are the same to a caller and for the same reason."""
        return (self.exit, self.rule, self.name) == (other.exit, other.rule, other.name)


@dataclass(frozen=True, slots=True)
class Hours:
    """Weekly hours in an IANA zone, with exceptions by ISO date, and a switch over all of it."""

    zone: str
    weekly: Mapping[str, tuple[Window, ...]] = field(default_factory=dict)
    days: Mapping[str, Day] = field(default_factory=dict)
    switch: Switch | None = None

    def exit_at(self, at: int) -> str:
        """``open``, ``closed`` or the exit of an exception, at `at` (milliseconds, UTC)."""
        return self.at(at).exit

    def at(self, at: int) -> Verdict:
        """What holds at `at` (milliseconds, UTC). A window that began yesterday runs to its end."""
        if self.switch is not None and self.switch.holds(at):
            return Verdict(self.switch.exit, Rule.SWITCH, self.switch.name)
        local = local_at(at, self.zone)
        clock, today = local.strftime("%H:%M"), local.date()
        begun = self._day(today - _ONE_DAY)
        for window in begun.windows:
            if window.runs_over and clock < window.end:
                return self._open(begun, window, today - _ONE_DAY)
        day = self._day(today)
        if day.exit:
            return Verdict(day.exit, day.rule, day.name, day=today.isoformat())
        for window in day.windows:
            if window.start <= clock and (window.runs_over or clock < window.end):
                return self._open(day, window, today)
        return Verdict(CLOSED, day.rule, day.name, day=today.isoformat())

    def changes(self, start: int, end: int) -> Iterator[tuple[int, Verdict]]:
        """What holds at `start`, then what begins to hold when, to before `end` (milliseconds)."""
        held = self.at(start)
        yield start, held
        for at in self._turns(start, end):
            verdict = self.at(at)
            if not verdict.is_like(held):
                yield at, verdict
                held = verdict

    def next_change(self, at: int, *, within_days: int) -> tuple[int, Verdict] | None:
        """When another exit than that at `at` begins, and by what; None within so many days."""
        held, last = self.exit_at(at), at + within_days * _DAY_MS
        for begin in range(at, last, _WEEK_MS):
            for found in self.changes(begin, min(begin + _WEEK_MS, last)):
                if found[1].exit != held:
                    return found
        return None

    def _day(self, day: date) -> Day:
        found = self.days.get(day.isoformat())
        if found is not None:
            return found
        return Day(windows=self.weekly.get(WEEKDAYS[day.weekday()], ()), rule=Rule.WEEKLY)

    def _open(self, day: Day, window: Window, date_: date) -> Verdict:
        return Verdict(OPEN, day.rule, day.name, window, date_.isoformat())

    def _turns(self, start: int, end: int) -> list[int]:
        """Every moment after `start` and before `end` at which anything could change."""
        found = {change.at for change in clock_changes(self.zone, start - _DAY_MS, end + _DAY_MS)}
        if self.switch is not None:
            found |= {self.switch.since, self.switch.until or self.switch.since}
        day, last = local_at(start, self.zone).date(), local_at(end, self.zone).date()
        edges = self._edges(day - _ONE_DAY)
        while day <= last:
            own = self._edges(day)
            for edge in {"00:00", *edges, *own}:
                found.update(bounds_of(_at_clock(day, edge), self.zone))
            day, edges = day + _ONE_DAY, own
        return sorted(at for at in found if start < at < end)

    def _edges(self, day: date) -> set[str]:
        return {edge for each in self._day(day).windows for edge in (each.start, each.end)}


def _at_clock(day: date, clock: str) -> datetime:
    if clock == MIDNIGHT:
        return datetime.combine(day + _ONE_DAY, time())
    return datetime.combine(day, time.fromisoformat(clock))
