"""Which days somebody asks for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voicegather.exceptions import VoicegatherError

#: A year, and a leap day.
MOST_DAYS = 366
EARLIEST = date(2000, 1, 1)


class RangeError(VoicegatherError):
    """Days that nobody can be shown; its words say what to ask instead."""


class Preset(models.TextChoices):
    TODAY = "today", gettext_lazy("Today")
    WEEK = "7", gettext_lazy("7 days")
    MONTH = "30", gettext_lazy("30 days")
    THIS_MONTH = "month", gettext_lazy("This month")


@dataclass(frozen=True, slots=True)
class DayRange:
    """Days of the site's zone, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def preceding(self) -> DayRange:
        """As many days before these."""
        last = self.first - timedelta(days=1)
        return DayRange(last - timedelta(days=self.days - 1), last)

    def __iter__(self) -> Iterator[date]:
        return (self.first + timedelta(days=number) for number in range(self.days))

    @classmethod
    def of(cls, preset: Preset) -> DayRange:
        """The days of a preset, up to today."""
        today = timezone.localdate()
        match preset:
            case Preset.TODAY:
                return cls(today, today)
            case Preset.THIS_MONTH:
                return cls(today.replace(day=1), today)
            case _:
                return cls(today - timedelta(days=int(preset.value) - 1), today)


def read_range(since: str, until: str) -> DayRange:
    """The range of two dates as text (2026-11-30); "" leaves an end open: seven days, and today.

    Raises RangeError, with words for people, where the dates are none, backwards or too far apart.
    """
    last = _read(until) if until else max(timezone.localdate(), _read(since) if since else EARLIEST)
    first = _read(since) if since else last - timedelta(days=6)
    if first > last:
        told = _("The range is backwards: %(first)s comes after %(last)s. Exchange the two dates.")
        raise RangeError(told % {"first": first, "last": last})
    found = DayRange(first, last)
    if found.days > MOST_DAYS:
        told = _("These are %(days)s days; the most is %(most)s. Choose a shorter range.")
        raise RangeError(told % {"days": found.days, "most": MOST_DAYS})
    return found


def _read(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        told = _("“%(text)s” is not a date: write it like 2026-11-30.")
        raise RangeError(told % {"text": _shown(text)}) from None
    latest = timezone.localdate() + timedelta(days=1)
    if not EARLIEST <= found <= latest:
        told = _("%(day)s is out of reach: choose a day from %(first)s to today.")
        raise RangeError(told % {"day": found, "first": EARLIEST})
    return found


def _shown(text: str) -> str:
    return "".join(each for each in text[:20] if each.isprintable())
