"""Times of the day as people write them, and back: “8”, “8.30”, “5 pm”, “08:00–12:00, 13–17”."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from django.utils.translation import gettext as _

from voicegather.engine.hours import MIDNIGHT
from voicegather.exceptions import VoicegatherError

Windows = list[list[str]]

_CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2})(?:[:.h ]?(?P<minute>[0-5][0-9]))?\s*(?P<half>[ap])?\.?(?(half)m?\.?)",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*(?:[-–—]|\bto\b)\s*", re.IGNORECASE)


class ClockError(VoicegatherError):
    """Nobody can tell which time is meant; says what to write."""


def read_clock(text: str) -> str:
    """The time as ``HH:MM``, up to ``24:00``. Raises ClockError."""
    found = _CLOCK.fullmatch(text.strip())
    hour = int(found["hour"]) if found else 25
    minute = int(found["minute"] or 0) if found else 0
    half = (found["half"] or "").lower() if found else ""
    if half:
        hour = hour % 12 + (12 if half == "p" else 0) if 1 <= hour <= 12 else 25
    if hour > 24 or (hour == 24 and minute):
        shown = text.strip()[:20]
        raise ClockError(_("“%s” is no time of the day: write one such as 08:00 or 17:30.") % shown)
    return f"{hour:02d}:{minute:02d}"


def read_window(start: str, end: str) -> list[str]:
    """One window; an end that is not after the start is on the next day. Raises ClockError."""
    if not start.strip() or not end.strip():
        raise ClockError(_("Write both times: when it opens, and when it closes."))
    begins, ends = read_clock(start), read_clock(end)
    if begins == MIDNIGHT:
        begins = "00:00"
    if ends == "00:00":
        ends = MIDNIGHT
    if begins == ends:
        raise ClockError(_("This ends when it begins: a whole day is 00:00 to 24:00."))
    return [begins, ends]


def read_windows(text: str) -> Windows:
    """Windows with commas between them, in their order. Raises ClockError."""
    found = []
    for part in re.split(r"[,;\n]", text):
        if not part.strip():
            continue
        ends = _BETWEEN.split(part.strip())
        if len(ends) != 2:
            shown = part.strip()[:20]
            raise ClockError(_("“%s” is no window: write one such as 08:00–12:00.") % shown)
        found.append(read_window(*ends))
    return in_order(found)


def in_order(windows: Windows) -> Windows:
    """By their beginnings. Raises ClockError where two overlap."""
    ordered = sorted(windows)
    for one, other in pairwise(ordered):
        if other[0] < one[1] or one[1] <= one[0]:
            facts = {"one": "–".join(one), "other": "–".join(other)}
            raise ClockError(_("%(one)s and %(other)s overlap: make them one.") % facts)
    return ordered


def windows_text(windows: Iterable[Iterable[str]]) -> str:
    """Windows as :func:`read_windows` reads them."""
    return ", ".join("–".join(window) for window in windows)
