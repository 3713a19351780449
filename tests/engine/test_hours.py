"""Opening hours are wall-clock hours, through both changes of the clocks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from voicegather.engine.hours import WEEKDAYS, Day, Hours, Window

CHICAGO = "America/Chicago"
EVERY_DAY = {day: (Window("08:00", "17:00"),) for day in WEEKDAYS}


def at(moment: str) -> int:
    """A UTC moment in milliseconds."""
    return int(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("moment", "exit_name"),
    [
        ("2026-01-15T13:59:59", "closed"),
        ("2026-01-15T14:00:00", "open"),
        ("2026-01-15T22:59:59", "open"),
        ("2026-01-15T23:00:00", "closed"),
        ("2026-07-15T12:59:59", "closed"),
        ("2026-07-15T13:00:00", "open"),
        ("2026-07-15T22:00:00", "closed"),
    ],
)
def test_hours_follow_the_wall_clock_in_winter_and_summer(moment: str, exit_name: str):
    assert Hours(CHICAGO, EVERY_DAY).exit_at(at(moment)) == exit_name


@pytest.mark.parametrize(
    ("moment", "exit_name"),
    [
        ("2026-03-08T07:59:59", "closed"),  # 01:59 standard time
        ("2026-03-08T08:00:00", "open"),  # 03:00 daylight time: 02:00 to 03:00 does not exist
        ("2026-03-08T08:29:59", "open"),
        ("2026-03-08T08:30:00", "closed"),
    ],
)
def test_a_window_that_begins_in_the_missing_hour_opens_after_it(moment: str, exit_name: str):
    hours = Hours(CHICAGO, {"sunday": (Window("02:30", "03:30"),)})
    assert hours.exit_at(at(moment)) == exit_name


@pytest.mark.parametrize(
    ("moment", "exit_name"),
    [
        ("2026-11-01T05:59:59", "closed"),  # 00:59 daylight time
        ("2026-11-01T06:15:00", "open"),  # 01:15 daylight time
        ("2026-11-01T06:45:00", "closed"),  # 01:45 daylight time
        ("2026-11-01T07:15:00", "open"),  # 01:15 again, in standard time
        ("2026-11-01T07:30:00", "closed"),
    ],
)
def test_a_window_in_the_repeated_hour_opens_twice(moment: str, exit_name: str):
    hours = Hours(CHICAGO, {"sunday": (Window("01:00", "01:30"),)})
    assert hours.exit_at(at(moment)) == exit_name


def test_a_day_can_be_open_until_midnight():
    hours = Hours("UTC", {"monday": (Window("18:00", "24:00"),)})
    assert hours.exit_at(at("2026-01-05T23:59:59")) == "open"
    assert hours.exit_at(at("2026-01-06T00:00:00")) == "closed"


def test_a_day_can_have_a_break():
    hours = Hours("UTC", {"monday": (Window("08:00", "12:00"), Window("13:00", "17:00"))})
    found = [hours.exit_at(at(f"2026-01-05T{hour}:30")) for hour in ("11", "12", "13")]
    assert found == ["open", "closed", "open"]


def test_a_weekday_without_windows_is_closed():
    assert Hours("UTC").exit_at(at("2026-01-05T12:00")) == "closed"


def test_the_weekday_is_that_of_the_zone():
    hours = Hours("Pacific/Auckland", {"tuesday": (Window("00:00", "24:00"),)})
    assert hours.exit_at(at("2026-01-05T12:00")) == "open"
    assert hours.exit_at(at("2026-01-05T10:00")) == "closed"


def test_a_holiday_is_closed_whatever_its_weekday_says():
    hours = Hours(CHICAGO, EVERY_DAY, {"2026-12-25": Day("Christmas")})
    assert hours.exit_at(at("2026-12-25T18:00")) == "closed"
    assert hours.exit_at(at("2026-12-26T18:00")) == "open"


def test_an_exception_can_have_windows_of_its_own():
    day = Day("Inventory", windows=(Window("20:00", "22:00"),))
    hours = Hours("UTC", EVERY_DAY, {"2026-01-05": day})
    assert hours.exit_at(at("2026-01-05T12:00")) == "closed"
    assert hours.exit_at(at("2026-01-05T21:00")) == "open"


def test_an_exception_can_have_an_exit_of_its_own_all_day():
    hours = Hours("UTC", EVERY_DAY, {"2026-01-05": Day("Strike", exit="strike")})
    assert hours.exit_at(at("2026-01-05T03:00")) == "strike"
