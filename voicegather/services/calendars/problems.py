"""What cannot stand in a calendar, each with how to write it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from voicegather.engine.hours import MIDNIGHT, WEEKDAYS
from voicegather.models import Calendar
from voicegather.services.calendars.exits import is_exit_name
from voicegather.services.calendars.observances import is_country, subdivisions_of

#: Days of one exception, and how many there may be of exceptions and of windows a day.
LONGEST_EXCEPTION = 400
MOST_EXCEPTIONS = 400
MOST_WINDOWS = 12
#: Further exits, and national holidays with a rule of their own.
MOST_EXITS = 100
MOST_HOLIDAYS = 400
LONGEST_NAME = 120

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_EXCEPTION_KEYS = frozenset({"to", "name", "hours", "exit"})
_HOLIDAY_KEYS = frozenset({"observed", "hours", "exit"})
_HOW_TO_WRITE = '[["08:00", "12:00"], ["13:00", "17:00"]]'


def calendar_problems(calendar: Calendar) -> tuple[str, ...]:
    """Everything about a calendar that cannot stand."""
    return (
        *_zone_problems(calendar.zone),
        *_weekly_problems(calendar.weekly),
        *_exception_problems(calendar.exceptions),
        *_country_problems(calendar.country, calendar.subdivision),
        *_holiday_problems(calendar.holidays),
        *_exits_problems(calendar.exits),
    )


def is_zone(zone: str) -> bool:
    """Whether `zone` names an IANA time zone."""
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return False
    return True


def _zone_problems(zone: str) -> Iterator[str]:
    if not is_zone(zone):
        yield _("“%s” is not a time zone: write one such as America/Chicago") % zone


def _weekly_problems(weekly: Any) -> Iterator[str]:
    if not isinstance(weekly, dict):
        yield _("weekly hours must map days to windows")
        return
    for day, windows in weekly.items():
        if day not in WEEKDAYS:
            yield _("“%s” is not a day of the week: write monday to sunday") % day
        yield from _window_problems(day, windows)


def _exception_problems(exceptions: Any) -> Iterator[str]:
    if not isinstance(exceptions, dict):
        yield _("exceptions must map dates to hours")
        return
    if len(exceptions) > MOST_EXCEPTIONS:
        yield _("there are more than %s exceptions: remove those that are over") % MOST_EXCEPTIONS
    for day, found in exceptions.items():
        first = date_in(day)
        if first is None:
            yield _("“%s” is not a date: write it like 2026-12-25") % day
        if not isinstance(found, dict) or not set(found) <= _EXCEPTION_KEYS:
            yield _('%s: write {"name": "Christmas", "hours": []}, or an "exit"') % day
            continue
        if not all(isinstance(found.get(key, ""), str) for key in ("name", "exit")):
            yield _("%s: name and exit must be text") % day
        elif len(found.get("name", "")) > LONGEST_NAME:
            yield _("%s: the name is too long") % day
        yield from _range_problems(day, first, found)
        yield from _rule_problems(day, found)


def _range_problems(day: str, first: date | None, found: dict[str, Any]) -> Iterator[str]:
    if "to" not in found:
        return
    last = date_in(found["to"])
    if last is None:
        yield _("%(day)s: “%(to)s” is not a date: write it like 2026-12-25") % {
            "day": day,
            "to": found["to"],
        }
    elif first and last < first:
        yield _("%s: the last day is before the first") % day
    elif first and last - first > timedelta(days=LONGEST_EXCEPTION):
        yield _("%(day)s: an exception lasts %(most)s days at most") % {
            "day": day,
            "most": LONGEST_EXCEPTION,
        }


def _country_problems(country: Any, subdivision: Any) -> Iterator[str]:
    if not country:
        if subdivision:
            yield _("a state or region needs its country")
        return
    if not is_country(country):
        yield _("the holidays of “%s” are not known: write a code such as US") % country
    elif subdivision and subdivision not in subdivisions_of(country):
        known = ", ".join(subdivisions_of(country)) or _("none")
        yield _("“%(part)s” is no part of %(country)s with holidays of its own: %(known)s") % {
            "part": subdivision,
            "country": country,
            "known": known,
        }


def _holiday_problems(holidays: Any) -> Iterator[str]:
    if not isinstance(holidays, dict):
        yield _("holidays must map names to hours")
        return
    if len(holidays) > MOST_HOLIDAYS:
        yield _("there are more than %s holidays: remove those that are simply closed") % (
            MOST_HOLIDAYS
        )
        return
    for name, found in holidays.items():
        if not isinstance(found, dict) or not set(found) <= _HOLIDAY_KEYS:
            yield _('%s: write {"observed": false}, or "hours", or an "exit"') % name
            continue
        if not isinstance(found.get("observed", True), bool):
            yield _('%s: "observed" must be true or false') % name
        if not isinstance(found.get("exit", ""), str):
            yield _("%s: the exit must be text") % name
        yield from _rule_problems(name, found)


def _exits_problems(exits: Any) -> Iterator[str]:
    if not isinstance(exits, list):
        yield _("further exits must be a list of names")
        return
    if len(exits) > MOST_EXITS:
        yield _("there are more than %s further exits: remove some") % MOST_EXITS
        return
    for name in exits:
        if not is_exit_name(name):
            yield _bad_exit(name)


def _rule_problems(what: str, found: dict[str, Any]) -> Iterator[str]:
    if found.get("exit") and isinstance(found["exit"], str) and not is_exit_name(found["exit"]):
        yield f"{what}: {_bad_exit(found['exit'])}"
    yield from _window_problems(what, found.get("hours", []))


def _bad_exit(name: Any) -> str:
    text = _("“%s” cannot be an exit: write small letters, digits and underscores, such as holiday")
    return str(text % name)


def date_in(text: Any) -> date | None:
    """The date that `text` is in the form 2026-12-25, None where it is none."""
    try:
        found = date.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.isoformat() == text else None


def _window_problems(day: str, windows: Any) -> Iterator[str]:
    if not isinstance(windows, list):
        yield f"{day}: " + _("write windows as %s") % _HOW_TO_WRITE
        return
    if len(windows) > MOST_WINDOWS:
        yield f"{day}: " + _("a day has %s windows at most") % MOST_WINDOWS
    for window in windows:
        if not (
            isinstance(window, list)
            and len(window) == 2
            and all(isinstance(each, str) and _CLOCK.fullmatch(each) for each in window)
            and window[0] != MIDNIGHT
        ):
            facts = {"window": window, "how": _HOW_TO_WRITE}
            yield f"{day}: " + _("%(window)s is not a window; write windows as %(how)s") % facts
        elif window[0] == window[1]:
            facts = {"window": window}
            text = _("%(window)s ends when it begins; a whole day is 00:00 to 24:00")
            yield f"{day}: {text % facts}"
