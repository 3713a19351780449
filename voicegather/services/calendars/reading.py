"""A calendar as the engine asks it, with the holidays of the years around a moment."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import Prefetch, QuerySet

from voicegather.engine.hours import Day, Hours, Rule, Switch, Window
from voicegather.models import Calendar, CalendarSwitch
from voicegather.services import moments
from voicegather.services.calendars.observances import observances
from voicegather.services.calendars.problems import calendar_problems, date_in

logger = logging.getLogger(__name__)

#: Years before and after a moment whose holidays and exceptions are read for it.
YEARS_AROUND = 1
#: Calendars kept as read, by what is written in them: a change is another one.
MOST_REMEMBERED = 512
_YEAR_MS = 31_556_952_000


def with_switches(calendars: QuerySet[Calendar]) -> QuerySet[Calendar]:
    """The calendars with the use of the switch that is in force, in one query for all."""
    active = CalendarSwitch.objects.filter(ended_at=None).select_related("switched_by")
    return calendars.prefetch_related(Prefetch("switches", active, to_attr="active_switches"))


def hours_of(calendar: Calendar, *, at: int) -> Hours | None:
    """The calendar for the engine, with the days of the years around `at` (milliseconds, UTC).

    None, and a line in the log, where it cannot be read. One query for the emergency switch, unless
    :func:`with_switches` asked for it.
    """
    columns = (calendar.weekly, calendar.exceptions, calendar.holidays, calendar.exits)
    written = json.dumps(columns, sort_keys=True)
    hours, problems = _read(
        calendar.zone, calendar.country, calendar.subdivision, written, year_of(at)
    )
    if hours is None:
        logger.error("calendar %s cannot be read: %s", calendar.key, "; ".join(problems))
        return None
    switch = active_switch(calendar)
    return Hours(hours.zone, hours.weekly, hours.days, _as_switch(switch)) if switch else hours


def year_of(at: int) -> int:
    """The year at `at` (milliseconds, UTC), within what dates can tell."""
    return min(max(1970 + at // _YEAR_MS, date.min.year + 2), date.max.year - 2)


def active_switch(calendar: Calendar) -> CalendarSwitch | None:
    """The use of the switch that nobody took back; its time may be over."""
    found: list[CalendarSwitch] | None = getattr(calendar, "active_switches", None)
    if found is None:
        found = list(calendar.switches.filter(ended_at=None)[:1])
    return found[0] if found else None


def _as_switch(row: CalendarSwitch) -> Switch:
    until = moments.to_ms(row.until) if row.until else None
    return Switch(row.exit, moments.to_ms(row.since), until, row.reason)


@lru_cache(maxsize=MOST_REMEMBERED)
def _read(
    zone: str, country: str, subdivision: str, written: str, year: int
) -> tuple[Hours | None, tuple[str, ...]]:
    weekly, exceptions, holidays, exits = json.loads(written)
    calendar = Calendar(
        zone=zone,
        country=country,
        subdivision=subdivision,
        weekly=weekly,
        exceptions=exceptions,
        holidays=holidays,
        exits=exits,
    )
    problems = calendar_problems(calendar)
    if problems:
        return None, problems
    years = range(year - YEARS_AROUND, year + YEARS_AROUND + 1)
    days = dict(_holidays(calendar, years))
    days.update(_exceptions(calendar, years))
    week = {day: _windows(found) for day, found in weekly.items()}
    return Hours(zone, week, days), ()


def _holidays(calendar: Calendar, years: range) -> Iterator[tuple[str, Day]]:
    """Of several holidays on one day the first that says something of its own decides."""
    found: dict[date, list[str]] = {}
    for year in years:
        for each in observances(calendar.country, calendar.subdivision, year):
            rule = calendar.holidays.get(each.key, {})
            if rule.get("observed", True):
                found.setdefault(each.day, []).append(each.key)
    for day, keys in found.items():
        telling = next((key for key in keys if key in calendar.holidays), keys[0])
        rule = calendar.holidays.get(telling, {})
        yield day.isoformat(), _day(telling, rule, Rule.HOLIDAY)


def _exceptions(calendar: Calendar, years: range) -> Iterator[tuple[str, Day]]:
    """Day by day; where exceptions overlap, the shortest is told last and holds."""
    spans = sorted(
        ((*_span(first, found), found) for first, found in calendar.exceptions.items()),
        key=lambda span: (span[0] - span[1], span[0]),
    )
    for first, last, found in spans:
        day = max(first, date(years.start, 1, 1))
        until = min(last, date(years.stop - 1, 12, 31))
        while day <= until:
            yield day.isoformat(), _day(found.get("name", ""), found, Rule.EXCEPTION)
            day += timedelta(days=1)


def _span(first: str, found: dict[str, Any]) -> tuple[date, date]:
    begins = date.fromisoformat(first)
    return begins, date_in(found.get("to")) or begins


def _day(name: str, found: dict[str, Any], rule: Rule) -> Day:
    return Day(name, _windows(found.get("hours", [])), found.get("exit", ""), rule)


def _windows(found: list[list[str]]) -> tuple[Window, ...]:
    return tuple(Window(start, end) for start, end in found)
