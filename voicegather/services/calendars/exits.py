"""The exits that a calendar can say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from voicegather.engine.edges import Match
from voicegather.engine.hours import CLOSED, OPEN
from voicegather.models import Calendar
from voicegather.models.menus import KEY_PATTERN

#: What steps leave by for other reasons: as the exit of a calendar nobody could tell them apart.
TAKEN = frozenset({"failure", "no_input", "invalid", "done", "operator", Match.OTHERWISE.value})


def exits_of(calendar: Calendar) -> tuple[str, ...]:
    """Every exit that the calendar may say: open, closed, then its own in order of the alphabet.

    Those of the emergency switch count by the calendar's list of further exits.
    """
    own = {name for name in _named(calendar) if is_exit_name(name)}
    return (OPEN, CLOSED, *sorted(own - {OPEN, CLOSED}))


def is_exit_name(name: Any) -> bool:
    """Whether a calendar may have an exit of this name."""
    return isinstance(name, str) and bool(re.fullmatch(KEY_PATTERN, name)) and name not in TAKEN


def _named(calendar: Calendar) -> Iterator[Any]:
    if isinstance(calendar.exits, list):
        yield from calendar.exits
    for days in (calendar.exceptions, calendar.holidays):
        if isinstance(days, dict):
            yield from (day.get("exit") for day in days.values() if isinstance(day, dict))
