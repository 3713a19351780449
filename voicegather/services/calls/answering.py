"""Which menu answers a number of ours: one always, or by opening hours one of two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from voicegather.engine.hours import CLOSED, OPEN
from voicegather.models import Menu, PhoneNumber
from voicegather.services.calendars import hours_of


@dataclass(frozen=True, slots=True)
class Answering:
    """`opening` is what the number's calendar said, as the call keeps it; None without one."""

    menu: Menu | None
    opening: dict[str, Any] | None = None


def answering(number: PhoneNumber, *, at: int) -> Answering:
    """Who answers a call to `number` that begins at `at` (milliseconds, UTC).

    Only `open` is open: at any other exit, and by a calendar that cannot be read, the menu for
    closed hours answers, where there is one. At most one query, for the emergency switch.
    """
    if number.calendar is None:
        return Answering(number.menu)
    hours = hours_of(number.calendar, at=at)
    verdict = hours.at(at) if hours else None
    exit_name = verdict.exit if verdict else CLOSED
    opening = {
        "calendar": number.calendar.key,
        "exit": exit_name,
        "rule": verdict.rule.value if verdict else "",
        "name": verdict.name if verdict else "",
    }
    menu = number.menu if exit_name == OPEN else number.closed_menu or number.menu
    return Answering(menu, opening)
