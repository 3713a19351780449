"""Hours and days of the site's zone as spans of time, across changes of its clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

#: By how much the clocks of some zones are moved (Lord Howe Island).
SMALLEST_SHIFT = timedelta(minutes=30)


def hour_of(moment: datetime) -> datetime:
    """When the hour began that `moment` is in, UTC: clocks of the site's zone showed a full one.

    Where clocks are moved by half an hour, the hour in which that happens is longer.
    """
    start = moment
    while True:
        local = timezone.localtime(start)
        past = timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
        if not past:
            return start.astimezone(UTC)
        start -= past


def hour_after(start: datetime) -> datetime:
    """When the hour ends that begins at `start`, and the next one begins."""
    end = start + timedelta(hours=1)
    while hour_of(end) != end:
        end += SMALLEST_SHIFT
    return end


def day_of(moment: datetime) -> date:
    """The day of the site's zone."""
    return timezone.localtime(moment).date()


def span_of(day: date) -> tuple[datetime, datetime]:
    """When the day begins and ends."""
    return _midnight(day), _midnight(day + timedelta(days=1))


def _midnight(day: date) -> datetime:
    """The first moment of a day: where clocks go forward at midnight, it begins later."""
    start = timezone.make_aware(datetime.combine(day, time.min)).astimezone(UTC)
    while timezone.localtime(start).date() < day:
        start += SMALLEST_SHIFT
    return start
