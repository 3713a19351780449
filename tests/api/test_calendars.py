"""Calendars over the API: written, asked for a moment, switched, and removed when unused."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group

from tests.api.conftest import Api, Asking
from tests.factories import make_menu
from voicegather.models import Calendar, CalendarSwitch, PhoneNumber

OFFICE = {
    "key": "office",
    "name": "Office",
    "zone": "America/Chicago",
    "weekly": {"thursday": [["08:00", "17:00"]], "saturday": [["22:00", "02:00"]]},
    "exceptions": {"2026-12-24": {"to": "2026-12-31", "name": "Winter", "hours": []}},
    "country": "US",
    "subdivision": "IL",
    "holidays": {"Christmas Day": {"exit": "christmas"}},
    "exits": ["emergency"],
    "team": None,
}


@pytest.fixture
def writer(api: Api) -> Asking:
    verbs = ("view", "add", "change", "delete", "switch")
    return api(*(f"{verb}_calendar" for verb in verbs), teams=("ours",))


def test_a_calendar_comes_back_as_it_was_written(writer: Asking) -> None:
    made = writer.ask("post", "calendars/", OFFICE)

    assert (made.status_code, made.json()) == (201, {**OFFICE, "switch": None})
    assert writer.ask("get", "calendars/office/").json() == made.json()


def test_a_calendar_is_changed_and_removed(writer: Asking) -> None:
    writer.ask("post", "calendars/", OFFICE)

    changed = writer.ask("patch", "calendars/office/", {"zone": "UTC"})
    replaced = writer.ask("put", "calendars/office/", {"key": "office"})

    assert changed.json() == {**OFFICE, "zone": "UTC", "switch": None}
    assert (replaced.json()["weekly"], replaced.json()["country"]) == ({}, "")
    assert writer.ask("delete", "calendars/office/").status_code == 204
    assert not Calendar.objects.exists()


@pytest.mark.parametrize(
    ("fields", "pointer", "says"),
    [
        ({"zone": "Mars"}, "#/", "“Mars” is not a time zone"),
        ({"weekly": {"funday": []}}, "#/", "“funday” is not a day of the week"),
        ({"weekly": []}, "#/weekly", "Write a JSON object"),
        ({"exits": {}}, "#/", "further exits must be a list of names"),
        ({"exits": [None]}, "#/", "“None” cannot be an exit"),
        ({"country": "XX"}, "#/", "the holidays of “XX” are not known"),
        ({"holidays": {"Christmas Day": 5}}, "#/", "Christmas Day: write"),
        ({"holidays": {"Christmas Day": {"exit": 5}}}, "#/", "Christmas Day: the exit must be"),
        ({"holidays": {f"Day {n}": {} for n in range(401)}}, "#/", "there are more than 400"),
        ({"exits": [f"exit_{n}" for n in range(101)]}, "#/", "there are more than 100"),
        ({"exceptions": {"2026-12-24": {"to": 5}}}, "#/", "2026-12-24: “5” is not a date"),
        ({"key": "Not"}, "#/key", "Use small letters, digits and underscores"),
        ({"team": "theirs"}, "#/team", "You are in no team of this name."),
    ],
)
def test_a_calendar_that_cannot_be_is_refused(
    fields: dict[str, Any], pointer: str, says: str, writer: Asking
) -> None:
    answer = writer.ask("post", "calendars/", {"key": "office"} | fields)

    assert answer.status_code == 400
    (reason,) = answer.json()["errors"]
    assert reason["pointer"].rstrip("/") == pointer.rstrip("/")
    assert reason["detail"].startswith(says)
    assert not Calendar.objects.exists()


def test_a_key_stays(writer: Asking) -> None:
    writer.ask("post", "calendars/", OFFICE)

    answer = writer.ask("patch", "calendars/office/", {"key": "other"})

    assert answer.status_code == 400
    assert Calendar.objects.get().key == "office"


def test_it_tells_what_it_says_at_a_moment_and_when_that_changes(writer: Asking) -> None:
    writer.ask("post", "calendars/", OFFICE)

    told = writer.ask("get", "calendars/office/opening/?at=2026-11-26T16:00:00Z").json()

    assert told == {
        "at": "2026-11-26T16:00:00Z",
        "exit": "closed",
        "rule": "holiday",
        "name": "Thanksgiving Day",
        "next_change": "2026-11-29T04:00:00Z",
        "next_exit": "open",
    }


@pytest.mark.parametrize(
    "at",
    ["soon", "", "2026-13-01T00:00:00Z", "%00", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"],
)
def test_what_is_no_moment_is_refused(at: str, writer: Asking) -> None:
    writer.ask("post", "calendars/", OFFICE)

    answer = writer.ask("get", f"calendars/office/opening/?at={at}")

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "at")


def test_the_switch_is_used_and_taken_back(writer: Asking) -> None:
    writer.ask("post", "calendars/", OFFICE)

    used = writer.ask("put", "calendars/office/switch/", {"exit": "emergency", "reason": "Flood"})
    shown = writer.ask("get", "calendars/office/").json()["switch"]

    assert (used.status_code, used.json()) == (200, shown)
    assert (shown["exit"], shown["reason"], shown["until"]) == ("emergency", "Flood", None)
    assert writer.ask("delete", "calendars/office/switch/").status_code == 204
    again = writer.ask("delete", "calendars/office/switch/")
    assert (again.status_code, again.json()["code"]) == (409, "switch_moved")
    assert CalendarSwitch.objects.get().ended_at is not None


@pytest.mark.parametrize(
    "given",
    [
        {"exit": "party", "reason": "x"},
        {"exit": "closed", "reason": ""},
        {"exit": "closed", "reason": "x", "until": "2001-01-01T00:00:00Z"},
        {"exit": "closed", "reason": "x", "until": "9999-12-31T23:59:59Z"},
        {},
    ],
)
def test_a_switch_that_cannot_be_is_refused(given: dict[str, str], writer: Asking) -> None:
    writer.ask("post", "calendars/", OFFICE)

    assert writer.ask("put", "calendars/office/switch/", given).status_code == 400
    assert not CalendarSwitch.objects.exists()


def test_a_calendar_that_a_number_asks_stays(writer: Asking) -> None:
    writer.ask("post", "calendars/", OFFICE)
    PhoneNumber.objects.create(
        number="+13125550100",
        menu=make_menu(),
        closed_menu=make_menu("night"),
        calendar=Calendar.objects.get(),
    )

    answer = writer.ask("delete", "calendars/office/")

    assert (answer.status_code, answer.json()["code"]) == (409, "calendar_in_use")
    assert Calendar.objects.exists()


@pytest.mark.parametrize("path", ["", "opening/", "switch/"])
def test_calendars_of_other_teams_are_not_there(path: str, writer: Asking) -> None:
    Calendar.objects.create(key="office", team=Group.objects.create(name="others"))

    verb = "put" if path == "switch/" else "get"
    assert writer.ask(verb, f"calendars/office/{path}", {}).status_code == 404


def test_switching_takes_its_own_permission(api: Api) -> None:
    Calendar.objects.create(key="office")
    client = api("view_calendar", "change_calendar")

    given = {"exit": "closed", "reason": "Flood"}
    assert client.ask("put", "calendars/office/switch/", given).status_code == 403


def test_a_number_has_hours_and_a_menu_for_the_time_outside_them(api: Api) -> None:
    make_menu("clinic")
    make_menu("night")
    Calendar.objects.create(key="office")
    client = api("add_phonenumber", "view_phonenumber")
    number = {"number": "+1 (312) 555-0100", "menu": "clinic", "calendar": "office"}

    half = client.ask("post", "numbers/", number)
    whole = client.ask("post", "numbers/", {**number, "closed_menu": "night"})

    assert half.json()["errors"][0]["pointer"] == "#/closed_menu"
    assert whole.status_code == 201
    told = {name: whole.json()[name] for name in ("number", "calendar", "closed_menu")}
    assert told == {"number": "+13125550100", "calendar": "office", "closed_menu": "night"}
