"""Phone numbers in the admin: any form of them, and who answers now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from tests.factories import make_call, make_menu, make_version
from voicegather.models import Calendar, Diversion, Menu, PhoneNumber

LogIn = Callable[..., Client]
NOW = datetime(2026, 10, 8, 15, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def region(settings: Any) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "DEFAULT_REGION": "US"}


@pytest.fixture
def menus(db: None) -> tuple[Menu, Menu]:
    day, night = make_menu("clinic"), make_menu("night")
    make_version(day)
    make_version(night)
    return day, night


@pytest.fixture
def office(db: None) -> Calendar:
    week = {"thursday": [["08:00", "17:00"]]}
    return Calendar.objects.create(key="office", zone="America/Chicago", weekly=week)


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:voicegather_phonenumber_{name}", args=args)


def test_a_pasted_number_is_kept_in_e164(admin_client: Client) -> None:
    form = {"number": " (312) 555-0100", "connection": "default", "is_active": "on"}

    admin_client.post(address("add"), form)

    assert PhoneNumber.objects.get().number == "+13125550100"


@pytest.mark.parametrize(
    ("number", "complaint"),
    [
        ("312 555", "too few or too many digits"),
        ("clinic", "“clinic” is not a phone number."),
        ("(312) 555-0199", "Phone number with this Number already exists."),
        ("x" * 41, "Ensure this value has at most 40 characters"),
    ],
)
def test_what_is_no_number_stays_typed_with_the_reason(
    number: str, complaint: str, admin_client: Client
) -> None:
    PhoneNumber.objects.create(number="+13125550199")

    form = {"number": number, "connection": "default", "name": "Desk"}
    page = admin_client.post(address("add"), form).content.decode()

    assert complaint in page
    assert 'value="Desk"' in page
    assert PhoneNumber.objects.count() == 1


def test_a_number_of_a_range_that_the_library_does_not_know_can_still_be_edited(
    admin_client: Client,
) -> None:
    number = PhoneNumber.objects.create(number="+11005550100")

    form = {"number": "+11005550100", "connection": "default", "name": "Old"}
    admin_client.post(address("change", number.pk), form)

    number.refresh_from_db()
    assert number.name == "Old"


@pytest.mark.parametrize("term", ["(312) 555-0100", "312.555", "+1 312 555 01", "5550100", "Desk"])
def test_a_search_finds_any_form_of_a_number(term: str, admin_client: Client) -> None:
    PhoneNumber.objects.create(number="+13125550100", name="Desk")
    PhoneNumber.objects.create(number="+441632960123", name="Abroad")

    page = admin_client.get(address("changelist"), {"q": term})

    assert [each.number for each in page.context["cl"].result_list] == ["+13125550100"]


def test_calls_are_found_by_a_number_as_people_write_it(admin_client: Client) -> None:
    call = make_call()

    page = admin_client.get(reverse("admin:voicegather_call_changelist"), {"q": "(312) 555-0101"})

    assert list(page.context["cl"].result_list) == [call]


def test_lists_show_numbers_as_people_of_the_region_write_them(
    menus: tuple[Menu, Menu], admin_client: Client
) -> None:
    PhoneNumber.objects.create(number="+13125550100", menu=menus[0])
    make_call()
    shown = '<span class="nowrap" title="+13125550100">(312) 555-0100</span>'

    for model in ("phonenumber", "call", "menu"):
        page = admin_client.get(reverse(f"admin:voicegather_{model}_changelist"))
        assert shown in page.content.decode()
    page = admin_client.get(reverse("admin:voicegather_menu_change", args=[menus[0].pk]))
    assert shown in page.content.decode()


@pytest.mark.parametrize(
    ("hour", "told"),
    [
        (15, "open: Clinic v1 (closes at 17:00)"),
        (23, "closed: Night v1 (opens Thursday, October"),
    ],
)
def test_the_page_of_a_number_says_who_answers_now(
    hour: int,
    told: str,
    menus: tuple[Menu, Menu],
    office: Calendar,
    admin_client: Client,
) -> None:
    day, night = menus
    number = PhoneNumber.objects.create(
        number="+13125550100", menu=day, calendar=office, closed_menu=night
    )

    with time_machine.travel(NOW.replace(hour=hour), tick=False):
        for page in (address("change", number.pk), address("changelist")):
            assert told.partition("Thursday,")[0] in admin_client.get(page).content.decode()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"is_active": False}, "nobody: the number is not active"),
        ({}, "no menu: callers hear that the number is not in service, or busy"),
        ({"menu": "draft"}, "Draft, which is not published: callers get no menu"),
    ],
)
def test_a_number_that_reaches_nobody_says_so(
    fields: dict[str, Any], told: str, admin_client: Client
) -> None:
    if "menu" in fields:
        fields = {"menu": make_menu(fields["menu"])}
    number = PhoneNumber.objects.create(number="+13125550100", **fields)

    assert told in admin_client.get(address("change", number.pk)).content.decode()


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        ("calendar", "Choose the menu that answers outside the calendar’s hours."),
        ("closed_menu", "Choose the calendar that says when this menu answers."),
    ],
)
def test_hours_and_the_menu_outside_them_come_together(
    given: str,
    complaint: str,
    menus: tuple[Menu, Menu],
    office: Calendar,
    admin_client: Client,
) -> None:
    values = {"calendar": office.pk, "closed_menu": menus[1].pk}
    form = {"number": "(312) 555-0100", "connection": "default", given: str(values[given])}

    page = admin_client.post(address("add"), form).content.decode()

    assert complaint in page
    assert not PhoneNumber.objects.exists()


def test_what_other_teams_own_stays_with_the_number(
    menus: tuple[Menu, Menu], office: Calendar, as_staff: LogIn
) -> None:
    theirs = Group.objects.create(name="theirs")
    day, night = menus
    for row in (night, office):
        row.team = theirs
        row.save()
    number = PhoneNumber.objects.create(
        number="+13125550100", menu=day, calendar=office, closed_menu=night
    )
    client = as_staff("view_phonenumber", "change_phonenumber", "view_menu", "view_calendar")

    page = client.get(address("change", number.pk)).content.decode()
    form = {"number": "+13125550100", "connection": "default", "name": "New", "menu": str(day.pk)}
    client.post(address("change", number.pk), form)

    number.refresh_from_db()
    assert "as a calendar of another team says" in page
    assert "Night" not in page
    assert (number.name, number.calendar, number.closed_menu) == ("New", office, night)


def test_the_list_asks_as_much_for_many_numbers_as_for_one(
    menus: tuple[Menu, Menu],
    office: Calendar,
    admin_client: Client,
    django_assert_max_num_queries: Any,
) -> None:
    for count in (1, 20):
        for index in range(count):
            PhoneNumber.objects.update_or_create(
                number=f"+131255501{index:02d}",
                defaults={"menu": menus[0], "calendar": office, "closed_menu": menus[1]},
            )
        with django_assert_max_num_queries(16):
            admin_client.get(address("changelist"))


def test_the_page_of_a_call_says_which_hours_chose_its_menu(admin_client: Client) -> None:
    opening = {"calendar": "office", "exit": "closed", "rule": "holiday", "name": "Labor Day"}
    call = make_call(opening=opening)

    url = reverse("admin:voicegather_call_change", args=[call.pk])
    page = admin_client.get(url).content.decode()

    assert "closed: holiday “Labor Day” (calendar office)" in page


def test_an_emergency_that_sends_every_call_elsewhere_is_told(
    menus: tuple[Menu, Menu], admin_client: Client
) -> None:
    day, night = menus
    PhoneNumber.objects.create(number="+13125550100", menu=day)
    Diversion.objects.create(menu=night, reason="Flood", started_at=NOW)

    page = admin_client.get(address("changelist")).content.decode()

    assert "Night: an emergency sends every call there" in page
