"""What the engine gets of a calendar: holidays, ranges of days, the switch; live, and cheap."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from voicegather.engine.hours import Rule
from voicegather.models import Calendar, CalendarSwitch
from voicegather.services import moments
from voicegather.services.calendars import exits_of, hours_of
from voicegather.services.menus.versions import LiveMenus

pytestmark = pytest.mark.django_db


def at(text: str) -> int:
    return moments.to_ms(datetime.fromisoformat(text).replace(tzinfo=UTC))


def make(**fields: Any) -> Calendar:
    week = {day: [["00:00", "24:00"]] for day in ("monday", "thursday", "friday", "saturday")}
    return Calendar.objects.create(**{"key": "desk", "weekly": week, **fields})


def told(calendar: Calendar, text: str) -> tuple[str, Rule, str]:
    hours = hours_of(calendar, at=at(text))
    assert hours is not None
    verdict = hours.at(at(text))
    return verdict.exit, verdict.rule, verdict.name


def test_a_national_holiday_is_closed_on_its_observed_day_too() -> None:
    calendar = make(country="US")

    for day in ("2026-07-03", "2026-07-04"):
        assert told(calendar, f"{day}T12:00") == ("closed", Rule.HOLIDAY, "Independence Day")


def test_a_holiday_may_be_ticked_off_or_have_hours_or_an_exit() -> None:
    calendar = make(
        country="US",
        holidays={
            "Independence Day": {"observed": False},
            "Christmas Day": {"exit": "christmas"},
            "Thanksgiving Day": {"hours": [["09:00", "11:00"]]},
        },
    )

    assert told(calendar, "2026-07-04T12:00") == ("open", Rule.WEEKLY, "")
    assert told(calendar, "2026-12-25T12:00") == ("christmas", Rule.HOLIDAY, "Christmas Day")
    assert told(calendar, "2026-11-26T10:00") == ("open", Rule.HOLIDAY, "Thanksgiving Day")
    assert told(calendar, "2026-11-26T11:00") == ("closed", Rule.HOLIDAY, "Thanksgiving Day")


def test_a_state_has_holidays_that_its_country_has_not() -> None:
    assert told(make(country="US"), "2026-02-12T12:00")[1] is Rule.WEEKLY
    there = make(key="illinois", country="US", subdivision="IL")
    assert told(there, "2026-02-12T12:00") == ("closed", Rule.HOLIDAY, "Lincoln's Birthday")


def test_exceptions_go_before_holidays_and_the_shortest_before_longer_ones() -> None:
    calendar = make(
        country="US",
        exceptions={
            "2026-12-20": {"to": "2026-12-31", "name": "Winter", "hours": [["10:00", "12:00"]]},
            "2026-12-24": {"name": "Eve", "exit": "eve"},
        },
    )

    assert told(calendar, "2026-12-25T11:00") == ("open", Rule.EXCEPTION, "Winter")
    assert told(calendar, "2026-12-24T11:00") == ("eve", Rule.EXCEPTION, "Eve")
    assert told(calendar, "2027-01-01T11:00") == ("closed", Rule.HOLIDAY, "New Year's Day")


@pytest.mark.parametrize("year", [1975, 2026, 2050])
def test_holidays_are_those_of_the_years_around_the_moment(year: int) -> None:
    assert told(make(country="US"), f"{year}-12-25T12:00")[1] is Rule.HOLIDAY


def test_the_switch_holds_from_its_moment_to_its_end() -> None:
    calendar = make()
    CalendarSwitch.objects.create(
        calendar=calendar,
        exit="emergency",
        reason="Flood",
        since=datetime(2026, 10, 8, 10, tzinfo=UTC),
        until=datetime(2026, 10, 8, 12, tzinfo=UTC),
    )

    found = [told(calendar, f"2026-10-08T{clock}")[0] for clock in ("09:59", "10:00", "12:00")]
    assert found == ["open", "emergency", "open"]


def test_a_change_holds_for_the_next_look_up() -> None:
    calendar = make()
    moment = at("2026-10-08T12:00")
    menus = LiveMenus()
    first = menus.hours("desk", moment)
    calendar.weekly = {}
    calendar.save()
    second = menus.hours("desk", moment)

    assert first is not None
    assert second is not None
    assert (first.exit_at(moment), second.exit_at(moment)) == ("open", "closed")


def test_a_look_up_costs_two_queries_however_much_is_written(
    django_assert_num_queries: Any,
) -> None:
    days = {f"2026-{month:02d}-{day:02d}": {} for month in range(1, 13) for day in range(1, 29)}
    make(country="US", exceptions=days)

    with django_assert_num_queries(2):
        LiveMenus().hours("desk", at("2026-10-08T12:00"))


def test_its_exits_are_those_of_days_holidays_and_the_list() -> None:
    calendar = make(
        exceptions={"2026-12-24": {"exit": "eve"}, "2026-12-23": {"exit": "Not one"}},
        holidays={"Christmas Day": {"exit": "christmas"}},
        exits=["emergency", "failure"],
    )

    assert exits_of(calendar) == ("open", "closed", "christmas", "emergency", "eve")
