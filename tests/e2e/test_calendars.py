"""A calendar's page in a browser: hours by keyboard, holidays, the tester and the switch."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.e2e.conftest import OpenAs
from voicegather.models import Calendar, CalendarSwitch

MAY = tuple(f"{verb}_calendar" for verb in ("view", "add", "change", "switch"))
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
#: As most sites have it: no script and no style of the page's own.
NARROW = {"viewport": {"width": 420, "height": 900}}


@pytest.fixture
def office(transactional_db: None) -> Calendar:
    week = {"monday": [["08:00", "12:00"]], "saturday": [["22:00", "02:00"]]}
    return Calendar.objects.create(
        key="office", name="Office", zone="America/Chicago", weekly=week, country="US"
    )


def test_hours_are_written_by_keyboard_and_copied_to_the_weekdays(
    office: Calendar, open_as: OpenAs
) -> None:
    page = open_as(reverse("admin:voicegather_calendar_change", args=[office.pk]), *MAY)
    expect(page.locator("#id_tuesday_0_start")).to_be_hidden()

    page.get_by_role("button", name="Add a window: Monday").press("Enter")
    page.keyboard.type("1 pm")
    page.keyboard.press("Tab")
    page.keyboard.type("17")
    page.get_by_role("button", name="Copy to weekdays: Monday").press("Enter")
    page.get_by_role("button", name="Remove the window: Saturday").first.press("Enter")
    page.get_by_role("button", name="Save and continue editing").click()

    expect(page.locator("#id_friday_1_end")).to_have_value("17:00")
    office.refresh_from_db()
    assert office.weekly == {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in WEEKDAYS}


def test_more_windows_are_added_than_the_page_came_with(office: Calendar, open_as: OpenAs) -> None:
    page = open_as(reverse("admin:voicegather_calendar_change", args=[office.pk]), *MAY, **NARROW)

    for start in (1, 3, 5, 7):
        page.get_by_role("button", name="Add a window: Sunday").click()
        page.keyboard.type(str(start))
        page.keyboard.press("Tab")
        page.keyboard.type(str(start + 1))
    page.get_by_role("button", name="Save and continue editing").click()

    expect(page.locator("#id_sunday_3_end")).to_have_value("08:00")
    office.refresh_from_db()
    assert [start for start, _end in office.weekly["sunday"]] == [
        "01:00",
        "03:00",
        "05:00",
        "07:00",
    ]


def test_an_exception_and_a_holiday_are_written_in_their_rows(
    office: Calendar, open_as: OpenAs
) -> None:
    page = open_as(reverse("admin:voicegather_calendar_change", args=[office.pk]), *MAY)

    page.get_by_label("Christmas Day").uncheck()
    page.locator("#id_exceptions-0-first").fill("2030-05-02")
    page.locator("#id_exceptions-0-name").fill("Training")
    page.get_by_role("button", name="Add a row").click()
    page.locator("#id_exceptions-2-first").fill("2030-06-02")
    page.locator("#id_exceptions-2-what").select_option("exit")
    page.locator("#id_exceptions-2-exit").fill("training")
    page.get_by_role("button", name="Save and continue editing").click()

    expect(page.locator("#id_exceptions-1-exit")).to_have_value("training")
    office.refresh_from_db()
    assert office.holidays == {"Christmas Day": {"observed": False}}
    assert office.exceptions == {
        "2030-05-02": {"name": "Training", "hours": []},
        "2030-06-02": {"exit": "training"},
    }


def test_without_scripts_spare_windows_and_rows_do(office: Calendar, open_as: OpenAs) -> None:
    address = reverse("admin:voicegather_calendar_change", args=[office.pk])
    page = open_as(address, *MAY, java_script_enabled=False)

    page.locator("#id_sunday_0_start").fill("9")
    page.locator("#id_sunday_0_end").fill("10")
    page.locator("#id_exceptions-1-first").fill("2030-05-02")
    page.get_by_role("button", name="Save and continue editing").click()

    expect(page.locator("#id_sunday_0_end")).to_have_value("10:00")
    office.refresh_from_db()
    assert office.weekly["sunday"] == [["09:00", "10:00"]]
    assert office.exceptions == {"2030-05-02": {"hours": []}}


def test_the_switch_is_used_and_taken_back_with_one_click_from_the_list(
    office: Calendar, open_as: OpenAs
) -> None:
    page = open_as(reverse("admin:voicegather_calendar_hours", args=[office.pk]), *MAY)
    page.get_by_label("The calendar says:").select_option("closed")
    page.get_by_label("Why").fill("Flood")
    page.get_by_role("button", name="Switch now").click()
    expect(page.get_by_role("alert")).to_contain_text("Flood")

    page.goto(reverse("admin:voicegather_calendar_changelist"))
    page.get_by_role("button", name="Switch back").click()

    expect(page).to_have_url(re.compile("/hours/$"))
    expect(page.get_by_text("The hours of “Office” decide again.")).to_be_visible()
    assert CalendarSwitch.objects.get().ended_at is not None


def test_the_tester_explains_a_time_that_does_not_exist(office: Calendar, open_as: OpenAs) -> None:
    page = open_as(reverse("admin:voicegather_calendar_hours", args=[office.pk]), *MAY, **NARROW)

    page.get_by_label("When clocks in America/Chicago show").fill("2027-03-14T02:30")
    page.get_by_role("button", name="Tell").click()

    answer = page.locator(".calendar-answer")
    expect(answer).to_contain_text(
        "This time does not exist: clocks are put on from 02:00 to 03:00"
    )
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 420
