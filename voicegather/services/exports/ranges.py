"""Dates as people write them, as the moments that bound an export."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from voicegather.exceptions import VoicegatherError


class ExportError(VoicegatherError):
    """An export cannot be made as it was asked for; the message says what to write instead."""


def first_moment(text: str) -> datetime:
    """The beginning of an ISO date in the current time zone, or the ISO datetime itself."""
    return _aware(_read(text))


def moment_after(text: str) -> datetime:
    """The end of an ISO date (that day included), or the ISO datetime itself (not included)."""
    day = _as_date(text)
    try:
        return _aware(_at_midnight(day + timedelta(days=1)) if day else _read(text))
    except OverflowError:
        raise _out_of_range(text) from None


def _read(text: str) -> datetime:
    day = _as_date(text)
    if day is not None:
        return _at_midnight(day)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ExportError(
            _(
                "“%(text)s” is no date: "
                "write 2026-03-01, 2026-03-01T09:30 or 2026-03-01T09:30+01:00."
            )
            % {"text": text}
        ) from None


def _as_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _at_midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)


def _aware(value: datetime) -> datetime:
    try:
        aware = timezone.make_aware(value) if timezone.is_naive(value) else value
        return aware.astimezone(UTC)
    except OverflowError:
        raise _out_of_range(value.isoformat()) from None


def _out_of_range(text: str) -> ExportError:
    return ExportError(
        _("“%(text)s” is out of range: write a year between 2 and 9998.") % {"text": text}
    )
