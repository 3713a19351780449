"""Opening hours as staff keep them, read into what the engine asks."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voicegather.engine.hours import WEEKDAYS, Day, Hours, Window
from voicegather.models import Calendar

logger = logging.getLogger(__name__)

_CLOCK = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]|24:00")
_EXCEPTION_KEYS = frozenset({"name", "hours", "exit"})
_HOW_TO_WRITE = gettext_lazy('write windows as [["08:00", "12:00"], ["13:00", "17:00"]]')


def hours_of(calendar: Calendar) -> Hours | None:
    """The calendar for the engine; None, and a line in the log, where it cannot be read."""
    problems = calendar_problems(calendar)
    if problems:
        logger.error("calendar %s cannot be read: %s", calendar.key, "; ".join(problems))
        return None
    return Hours(
        zone=calendar.zone,
        weekly={day: _windows(found) for day, found in calendar.weekly.items()},
        days={
            day: Day(found.get("name", ""), _windows(found.get("hours", [])), found.get("exit", ""))
            for day, found in calendar.exceptions.items()
        },
    )


def calendar_problems(calendar: Calendar) -> tuple[str, ...]:
    """Everything about a calendar that cannot stand, each with how to write it."""
    return (
        *_zone_problems(calendar.zone),
        *_weekly_problems(calendar.weekly),
        *_exception_problems(calendar.exceptions),
    )


def _windows(found: list[list[str]]) -> tuple[Window, ...]:
    return tuple(Window(start, end) for start, end in found)


def _zone_problems(zone: str) -> Iterator[str]:
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        yield _("“%(zone)s” is not a time zone: write one such as America/Chicago") % {"zone": zone}


def _weekly_problems(weekly: Any) -> Iterator[str]:
    if not isinstance(weekly, dict):
        yield _("weekly hours must map days to windows")
        return
    for day, windows in weekly.items():
        if day not in WEEKDAYS:
            yield _("“%(day)s” is not a day of the week: write monday to sunday") % {"day": day}
        yield from _window_problems(day, windows)


def _exception_problems(exceptions: Any) -> Iterator[str]:
    if not isinstance(exceptions, dict):
        yield _("exceptions must map dates to hours")
        return
    for day, found in exceptions.items():
        if not _is_date(day):
            yield _("“%(day)s” is not a date: write it like 2026-12-25") % {"day": day}
        if not isinstance(found, dict) or not set(found) <= _EXCEPTION_KEYS:
            yield _('%(day)s: write {"name": "Christmas", "hours": []}, or an "exit"') % {
                "day": day
            }
            continue
        if not all(isinstance(found.get(key, ""), str) for key in ("name", "exit")):
            yield _("%(day)s: name and exit must be text") % {"day": day}
        yield from _window_problems(day, found.get("hours", []))


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _window_problems(day: str, windows: Any) -> Iterator[str]:
    if not isinstance(windows, list):
        yield f"{day}: {_HOW_TO_WRITE}"
        return
    for window in windows:
        if not (
            isinstance(window, list)
            and len(window) == 2
            and all(isinstance(each, str) and _CLOCK.fullmatch(each) for each in window)
        ):
            yield _("%(day)s: %(window)s is not a window; %(how)s") % {
                "day": day,
                "window": window,
                "how": _HOW_TO_WRITE,
            }
        elif window[0] >= window[1]:
            yield _(
                "%(day)s: %(window)s ends before it begins; split what runs past midnight at 24:00"
            ) % {"day": day, "window": window}
