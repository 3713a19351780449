"""Hours and days of the site's zone, also where clocks are moved."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from voicegather.services.analytics import day_of, hour_after, hour_of, span_of

#: A zone, and a day on which its clocks are moved or its offset is no full hour.
DAYS = [
    ("America/Chicago", date(2026, 3, 8), 23),
    ("America/Chicago", date(2026, 11, 1), 25),
    ("Asia/Kolkata", date(2026, 3, 1), 24),
    ("Asia/Kathmandu", date(2026, 3, 1), 24),
    ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
    ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
    # Clocks go forward at midnight: the day begins at one o'clock.
    ("Africa/Cairo", date(2026, 4, 24), 23),
]


@pytest.mark.parametrize(("zone", "day", "hours"), DAYS)
def test_the_hours_of_a_day_are_that_day_and_nothing_else(
    zone: str, day: date, hours: float
) -> None:
    with timezone.override(ZoneInfo(zone)):
        since, until = span_of(day)
        start, starts = since, []
        while start < until:
            starts.append(start)
            start = hour_after(start)

        assert (until - since, start) == (timedelta(hours=hours), until)
        assert [hour_of(each) for each in starts] == starts
        assert {day_of(each) for each in starts} == {day}
        assert day_of(until) == day + timedelta(days=1)


@pytest.mark.parametrize(("zone", "day", "hours"), DAYS)
def test_each_moment_is_in_the_hour_that_began_last(zone: str, day: date, hours: float) -> None:
    with timezone.override(ZoneInfo(zone)):
        moment, until = span_of(day)
        while moment < until:
            start = hour_of(moment)

            assert start <= moment < hour_after(start)
            assert timezone.localtime(start).minute == 0
            moment += timedelta(minutes=7)


def test_an_hour_begins_as_clocks_show_it() -> None:
    with timezone.override(ZoneInfo("Asia/Kolkata")):
        assert hour_of(datetime(2026, 3, 1, 12, 10, tzinfo=UTC)) == datetime(
            2026, 3, 1, 11, 30, tzinfo=UTC
        )
