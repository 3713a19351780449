"""Calendars in the admin: hours in rows, holidays, exceptions, the tester, and the switch."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from tests.factories import make_menu, make_version
from voicegather.models import Calendar, CalendarSwitch, PhoneNumber, Step
from voicegather.services.calendars.switching import switch_calendar

LogIn = Callable[..., Client]
#: A Thursday, 10:00 in Chicago.
NOW = datetime(2026, 10, 8, 15, 0, tzinfo=UTC)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@pytest.fixture(autouse=True)
def clock() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def office(db: None) -> Calendar:
    week = {day: [["08:00", "12:00"], ["13:00", "17:00"]] for day in DAYS[:5]}
    return Calendar.objects.create(
        key="office", name="Office", zone="America/Chicago", weekly=week, country="US"
    )


def form_of(**fields: str) -> dict[str, str]:
    """A calendar's form with no windows, rows or holidays."""
    form = {"key": "office", "name": "Office", "zone": "America/Chicago"}
    form |= {f"{day}_0_start": "" for day in DAYS}
    for table in ("exceptions", "holidays"):
        form |= {f"{table}-TOTAL_FORMS": "0", f"{table}-INITIAL_FORMS": "0"}
    return form | fields


def rows_of(table: str, *rows: dict[str, str]) -> dict[str, str]:
    form = {f"{table}-TOTAL_FORMS": str(len(rows)), f"{table}-INITIAL_FORMS": "0"}
    for index, row in enumerate(rows):
        form |= {f"{table}-{index}-{name}": value for name, value in row.items()}
    return form


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:voicegather_calendar_{name}", args=args)


def add(client: Client, **fields: str) -> str:
    return client.post(address("add"), form_of(**fields)).content.decode()


def test_windows_are_stored_in_order_however_they_are_written(admin_client: Client) -> None:
    windows = {"monday_0_start": "1 pm", "monday_0_end": "5:30 p.m."}
    windows |= {"monday_1_start": "8", "monday_1_end": "1200"}
    windows |= {"saturday_3_start": "22.00", "saturday_3_end": "2", "sunday_0_start": "0"}

    add(admin_client, **windows, sunday_0_end="24")

    assert Calendar.objects.get().weekly == {
        "monday": [["08:00", "12:00"], ["13:00", "17:30"]],
        "saturday": [["22:00", "02:00"]],
        "sunday": [["00:00", "24:00"]],
    }


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"monday_0_start": "8", "monday_0_end": ""}, "Write both times: when it opens"),
        ({"monday_0_start": "25", "monday_0_end": "26"}, "“25” is no time of the day"),
        ({"monday_0_start": "13 pm", "monday_0_end": "15"}, "“13 pm” is no time of the day"),
        ({"monday_0_start": "<b>", "monday_0_end": "\0"}, "“&lt;b&gt;” is no time of the day"),
        ({"monday_0_start": "8", "monday_0_end": "8:00"}, "This ends when it begins"),
        (
            {
                "monday_0_start": "8",
                "monday_0_end": "12",
                "monday_1_start": "11",
                "monday_1_end": "13",
            },
            "08:00–12:00 and 11:00–13:00 overlap: make them one.",
        ),
        ({"zone": "Mars/Olympus"}, "“Mars/Olympus” is not a time zone"),
        ({"zone": "../etc/passwd"}, "“../etc/passwd” is not a time zone"),
        ({"zone": "UTC\0"}, "Null characters are not allowed."),
        ({"country": "XX"}, "XX is not one of the available choices."),
        ({"country": "US", "subdivision": "Bavaria"}, "There are no holidays of “Bavaria”."),
        ({"subdivision": "IL"}, "a state or region needs its country"),
        ({"further_exits": "Emergency!"}, "“Emergency!” cannot be an exit"),
        ({"further_exits": "failure"}, "“failure” cannot be an exit"),
        ({"key": "Not a key"}, "Use small letters, digits and underscores"),
    ],
)
def test_what_cannot_be_is_said_at_its_place_and_stays_typed(
    fields: dict[str, str], complaint: str, admin_client: Client
) -> None:
    page = add(admin_client, **fields)

    assert complaint in page
    assert 'value="Office"' in page
    assert not Calendar.objects.exists()


@pytest.mark.parametrize(
    ("written", "zone"),
    [
        ("america/chicago", "America/Chicago"),
        ("chicago", "America/Chicago"),
        ("new york", "America/New_York"),
        ("US/Central", "US/Central"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_is_understood_by_a_part_of_its_name(
    written: str, zone: str, admin_client: Client
) -> None:
    add(admin_client, zone=written)

    assert Calendar.objects.get().zone == zone


def test_exceptions_are_days_and_ranges_of_days(admin_client: Client) -> None:
    rows = rows_of(
        "exceptions",
        {"first": "2026-12-25", "name": "Christmas", "what": "exit", "exit": "christmas"},
        {
            "first": "2026-12-21",
            "last": "2026-12-30",
            "name": "Winter",
            "what": "hours",
            "hours": "10–12, 1 pm to 3 pm",
        },
        {"first": "2026-11-27", "what": "closed"},
        {"first": "", "what": "closed"},
    )

    add(admin_client, **rows)

    assert Calendar.objects.get().exceptions == {
        "2026-11-27": {"hours": []},
        "2026-12-21": {
            "to": "2026-12-30",
            "name": "Winter",
            "hours": [["10:00", "12:00"], ["13:00", "15:00"]],
        },
        "2026-12-25": {"name": "Christmas", "exit": "christmas"},
    }


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ({"first": "soon"}, "Enter a valid date."),
        ({"first": "2026-12-25", "last": "2026-12-24"}, "This is before the first day."),
        ({"first": "2026-12-25", "what": "hours"}, "Write the hours of this day"),
        ({"first": "2026-12-25", "what": "exit"}, "Write small letters, digits and underscores"),
        ({"first": "2026-12-25", "hours": "8-12"}, "Choose “open at other hours”, or clear this."),
        ({"first": "2026-12-25", "what": "hours", "hours": "all day"}, "“all day” is no window"),
        ({"first": "2026-12-25", "last": "2028-12-24"}, "an exception lasts 400 days at most"),
        ({"first": "2026-12-26"}, "An exception begins on this day already."),
    ],
)
def test_an_exception_that_cannot_be_is_refused_at_its_row(
    row: dict[str, str], complaint: str, admin_client: Client
) -> None:
    rows = rows_of(
        "exceptions", {"first": "2026-12-26", "what": "closed"}, {"what": "closed"} | row
    )

    assert complaint in add(admin_client, **rows)
    assert not Calendar.objects.exists()


def test_holidays_of_the_country_are_offered_and_kept_where_they_differ(
    office: Calendar, admin_client: Client
) -> None:
    page = admin_client.get(address("change", office.pk))
    table = page.context["adminform"].form.holidays
    names = [form.holiday.key for form in table]
    assert names[0] == "Columbus Day"
    assert {"Christmas Day", "Thanksgiving Day"} <= set(names)

    rows = rows_of(
        "holidays",
        {"key": "Columbus Day", "what": "closed"},
        {"key": "Christmas Day", "observed": "on", "what": "exit", "exit": "christmas"},
        {"key": "Thanksgiving Day", "observed": "on", "what": "hours", "hours": "9-11"},
        {"key": "Labor Day", "observed": "on", "what": "closed"},
    )
    admin_client.post(address("change", office.pk), form_of(country="US", **rows))

    office.refresh_from_db()
    assert office.holidays == {
        "Columbus Day": {"observed": False},
        "Christmas Day": {"exit": "christmas"},
        "Thanksgiving Day": {"hours": [["09:00", "11:00"]]},
    }


def test_another_country_keeps_the_rules_of_holidays_that_it_has_too(
    office: Calendar, admin_client: Client
) -> None:
    rows = rows_of(
        "holidays",
        {"key": "Columbus Day", "what": "closed"},
        {"key": "Christmas Day", "observed": "on", "what": "exit", "exit": "christmas"},
    )

    admin_client.post(address("change", office.pk), form_of(country="GB", **rows))

    office.refresh_from_db()
    assert office.holidays == {"Christmas Day": {"exit": "christmas"}}


def test_a_holiday_that_the_library_does_not_know_any_more_stays(
    office: Calendar, admin_client: Client
) -> None:
    office.holidays = {"Old Day": {"exit": "old"}}
    office.save()

    page = admin_client.get(address("change", office.pk)).content.decode()

    assert "Old Day" in page
    assert "not known any more" in page


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-10-08T11:59", ["open", "weekly hours, Thursday 08:00–12:00", "closes at 12:00"]),
        ("2026-10-09T17:00", ["closed", "no window of Friday", "opens Tuesday 08:00"]),
        ("2026-10-12T10:00", ["closed", "holiday “Columbus Day”", "opens Tuesday 08:00"]),
        ("2026-12-24T10:00", ["closed", "exception “Training”"]),
        ("2027-03-14T02:30", ["This time does not exist: clocks are put on from 02:00 to 03:00"]),
        ("2026-11-01T01:30", ["This time comes twice", "CDT, UTC-0500", "CST, UTC-0600"]),
        ("never", ["Enter a valid date/time."]),
        ("9999-12-31T23:59", ["Choose a moment of our time."]),
    ],
)
def test_the_tester_tells_what_happens_by_which_rule_and_until_when(
    at: str, told: list[str], office: Calendar, as_staff: LogIn
) -> None:
    office.exceptions = {"2026-12-24": {"name": "Training", "hours": []}}
    office.save()

    page = as_staff("view_calendar").get(address("hours", office.pk), {"at": at})

    text = page.content.decode()
    assert [each for each in told if each not in text] == []


def test_the_coming_days_show_a_holiday_in_the_language_of_the_page(
    office: Calendar, admin_client: Client
) -> None:
    office.country, office.zone = "ES", "Europe/Madrid"
    office.save()

    url = address("hours", office.pk)
    page = admin_client.get(url, headers={"accept-language": "es"}).content.decode()

    assert "Fiesta Nacional de España" in page


def test_the_switch_is_used_shown_everywhere_and_taken_back(
    office: Calendar, as_staff: LogIn
) -> None:
    client = as_staff("view_calendar", "switch_calendar")
    form = {"exit": "closed", "reason": "Flood", "until": "2026-10-09T08:00"}

    client.post(address("switch", office.pk), form)

    switch = CalendarSwitch.objects.get()
    assert (switch.exit, switch.reason) == ("closed", "Flood")
    assert switch.until == datetime(2026, 10, 9, 13, tzinfo=UTC)
    pages = [address("change", office.pk), address("hours", office.pk), address("changelist")]
    for page in pages:
        text = client.get(page).content.decode()
        assert "Flood" in text
        assert "Switch back" in text

    client.post(address("back", office.pk), {"switch": str(switch.pk)})

    switch.refresh_from_db()
    assert (switch.ended_at, switch.ended_by) == (NOW, switch.switched_by)
    assert "Flood" not in client.get(address("change", office.pk)).content.decode()
    notes = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert list(notes) == [
        "Emergency switch: “closed” until 2026-10-09T13:00+00:00. Flood",
        "Emergency switch: switched back.",
    ]


def test_the_switch_is_over_at_its_moment(office: Calendar, as_staff: LogIn) -> None:
    client = as_staff("view_calendar", "switch_calendar")
    form = {"exit": "closed", "reason": "Flood", "until": "2026-10-08T11:00"}
    client.post(address("switch", office.pk), form)

    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        page = client.get(address("changelist")).content.decode()

    assert "Flood" not in page


@pytest.mark.parametrize(
    ("form", "complaint"),
    [
        ({"exit": "party", "reason": "x"}, "party is not one of the available choices."),
        ({"exit": "closed", "reason": " "}, "This field is required."),
        ({"exit": "closed", "reason": "x" * 201}, "at most 200 characters"),
        ({"exit": "closed", "reason": "\0"}, "Null characters are not allowed."),
        ({"exit": "closed", "reason": "x", "until": "2026-10-08T09:00"}, "That moment is over"),
        ({"exit": "closed", "reason": "x", "until": "2027-03-14T02:30"}, "does not exist"),
        ({}, "This field is required."),
    ],
)
def test_a_switch_that_cannot_be_used_so_is_refused(
    form: dict[str, str], complaint: str, office: Calendar, as_staff: LogIn
) -> None:
    client = as_staff("view_calendar", "switch_calendar")

    answer = client.post(address("switch", office.pk), form)

    assert answer.status_code == 409
    assert complaint in answer.content.decode()
    assert not CalendarSwitch.objects.exists()


def test_a_stale_page_does_not_take_back_what_somebody_else_switched(
    office: Calendar, admin_user: Any, as_staff: LogIn
) -> None:
    client = as_staff("view_calendar", "switch_calendar")
    first = switch_calendar(office, exit_name="closed", reason="Flood", author=admin_user)
    again = switch_calendar(office, exit_name="closed", reason="Flood", author=admin_user)
    second = switch_calendar(office, exit_name="open", reason="Dry", author=admin_user)

    answer = client.post(address("back", office.pk), {"switch": str(first.pk)}, follow=True)

    assert first == again
    assert "Somebody used the switch meanwhile" in answer.content.decode()
    assert list(CalendarSwitch.objects.filter(ended_at=None)) == [second]


@pytest.mark.parametrize("name", ["switch", "back"])
def test_the_switch_is_for_those_who_may(name: str, office: Calendar, as_staff: LogIn) -> None:
    client = as_staff("view_calendar", "change_calendar")

    assert client.post(address(name, office.pk), {"exit": "closed"}).status_code == 403


@pytest.mark.parametrize("name", ["hours", "switch", "back"])
def test_calendars_of_other_teams_do_not_exist(
    name: str, office: Calendar, as_staff: LogIn
) -> None:
    office.team = Group.objects.create(name="theirs")
    office.save()
    client = as_staff("view_calendar", "change_calendar", "switch_calendar")

    assert client.post(address(name, office.pk), {"exit": "open"}).status_code == 404


def test_who_may_only_look_sees_the_hours_and_no_form(office: Calendar, as_staff: LogIn) -> None:
    page = as_staff("view_calendar").get(address("change", office.pk)).content.decode()

    assert "Monday: 08:00–12:00, 13:00–17:00" in page
    assert "monday_0_start" not in page


def test_a_calendar_that_is_used_says_where_and_stays(
    office: Calendar, admin_client: Client
) -> None:
    menu, night = make_menu(), make_menu("night")
    step = Step.objects.create(menu=menu, key="hours", kind="branch", config={"calendar": "office"})
    make_version(night, {"hours": {"kind": "branch", "config": {"calendar": "office"}}})
    PhoneNumber.objects.create(number="+13125550100", menu=menu, closed_menu=night, calendar=office)

    page = admin_client.get(address("change", office.pk)).content.decode()
    refused = admin_client.post(address("delete", office.pk), {"post": "yes"}).content.decode()

    for row in (step, night, PhoneNumber.objects.get()):
        link = reverse(f"admin:voicegather_{row._meta.model_name}_change", args=[row.pk])
        assert f'href="{link}"' in page
        assert f'href="{link}"' in refused
    assert Calendar.objects.exists()


def test_an_unused_calendar_goes_with_the_uses_of_its_switch(
    office: Calendar, admin_user: Any, admin_client: Client
) -> None:
    switch_calendar(office, exit_name="closed", reason="Flood", author=admin_user)

    admin_client.post(address("delete", office.pk), {"post": "yes"})

    assert not Calendar.objects.exists()


def test_the_list_asks_as_much_for_many_calendars_as_for_one(
    office: Calendar,
    admin_client: Client,
    admin_user: Any,
    django_assert_max_num_queries: Any,
) -> None:
    with django_assert_max_num_queries(9):
        admin_client.get(address("changelist"))
    for number in range(10):
        calendar = Calendar.objects.create(key=f"office{number}", country="US")
        switch_calendar(calendar, exit_name="closed", reason="Flood", author=admin_user)

    with django_assert_max_num_queries(9):
        text = admin_client.get(address("changelist")).content.decode()
    assert text.count("Switch back") == 10


def test_the_page_of_hours_that_cannot_be_read_says_so(office: Calendar, as_staff: LogIn) -> None:
    Calendar.objects.update(zone="Chicago", weekly=[])

    page = as_staff("view_calendar").get(address("hours", office.pk), {"at": "2026-10-08T10:00"})

    assert "This calendar cannot be read" in page.content.decode()


def test_the_form_of_a_branch_offers_the_exits_of_own_calendars(
    office: Calendar, as_staff: LogIn
) -> None:
    office.exits, office.holidays = ["emergency"], {"Christmas Day": {"exit": "christmas"}}
    office.save()
    theirs = Group.objects.create(name="theirs")
    Calendar.objects.create(key="theirs", exits=["secret"], team=theirs)
    step = Step.objects.create(menu=make_menu(), key="hours", kind="branch", config={})
    names = (f"{verb}_{model}" for verb in ("view", "change") for model in ("step", "choice"))

    url = reverse("admin:voicegather_step_change", args=[step.pk])
    page = as_staff(*names, "view_menu").get(url).content.decode()

    offered = page.partition('<datalist id="choice-exits">')[2].partition("</datalist>")[0]
    values = ("open", "closed", "christmas", "emergency")
    assert offered == "".join(f'<option value="{name}">' for name in values)


def test_two_people_never_overwrite_each_others_hours(
    office: Calendar, admin_client: Client
) -> None:
    url = address("change", office.pk)
    mark = admin_client.get(url).context["opened_mark"]
    Calendar.objects.update(weekly={"monday": [["10:00", "11:00"]]})

    form = form_of(opened=mark, monday_0_start="8", monday_0_end="9")
    page = admin_client.post(url, form).content.decode()

    office.refresh_from_db()
    assert office.weekly == {"monday": [["10:00", "11:00"]]}
    assert "Nothing was saved" in page
    assert 'value="8"' in page


@pytest.mark.parametrize("name", ["change", "hours"])
def test_a_page_asks_as_much_for_many_uses_as_for_one(
    name: str,
    office: Calendar,
    admin_client: Client,
    admin_user: Any,
    django_assert_max_num_queries: Any,
) -> None:
    menu, night = make_menu(), make_menu("night")
    for count in (1, 12):
        for index in range(count):
            Step.objects.get_or_create(
                menu=menu, key=f"hours{index}", kind="branch", config={"calendar": "office"}
            )
            PhoneNumber.objects.get_or_create(
                number=f"+131255501{index:02d}", menu=menu, closed_menu=night, calendar=office
            )
            reason = f"Flood {count} {index}"
            switch_calendar(office, exit_name="closed", reason=reason, author=admin_user)
        with django_assert_max_num_queries(15):
            admin_client.get(address(name, office.pk))
