"""The emergency switch on its page, and the banner that every page of ours carries meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.test import Client
from django.urls import reverse

import voicegather
from tests.services.menus.building import line, load
from voicegather.models import Diversion, Menu, PhoneNumber
from voicegather.services import moments
from voicegather.services.menus import publish_menu

AsStaff = Callable[..., Client]
SWITCH = reverse("admin:voicegather_diversion_switch")
TEMPLATES = Path(voicegather.__file__).parent / "templates" / "admin" / "voicegather"


@pytest.fixture
def menu(db: None) -> Menu:
    menu = load(line(menu="emergency", name="Emergency"))
    publish_menu(menu=menu)
    PhoneNumber.objects.create(number="+13125550100", name="Main line", menu=menu)
    return menu


@pytest.fixture
def warden(as_staff: AsStaff) -> Client:
    return as_staff("divert_numbers", "view_menu", "view_phonenumber", "view_diversion")


def form(to: Menu, **fields: str) -> dict[str, str]:
    return {"menu": str(to.pk), "reach": "all", "reason": "Fire.", "confirmed": "on", **fields}


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def test_it_is_switched_on_with_a_reason_and_back_with_one_click(
    menu: Menu, warden: Client
) -> None:
    page = warden.get(SWITCH)
    assert "+13125550100 Main line" in text_of(page)
    assert "Every number (1 number)" in text_of(page)

    on = warden.post(SWITCH, form(menu), follow=True)
    diversion = Diversion.objects.get()
    assert "Calls in progress stay where they are." in text_of(on)
    assert "New calls to every number go to “Emergency”." in text_of(on)
    off = warden.post(reverse("admin:voicegather_diversion_end", args=[diversion.pk]), follow=True)

    assert "answered by their numbers’ own menus again" in text_of(off)
    assert "New calls to every number" not in text_of(off)
    again = warden.post(
        reverse("admin:voicegather_diversion_end", args=[diversion.pk]), follow=True
    )
    assert "That had ended already." in text_of(again)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"confirmed": ""}, "Tick this to switch it on."),
        ({"reason": " "}, "This field is required."),
        ({"reason": "a\0b"}, "Null characters are not allowed."),
        ({"until": "2001-01-01T10:00"}, "That end has passed"),
        ({"menu": "0"}, "Select a valid choice"),
        ({"menu": "9" * 30}, "Select a valid choice"),
        ({"reach": "77"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_said_in_place_and_nothing_is_switched(
    fields: dict[str, str], complaint: str, menu: Menu, warden: Client
) -> None:
    page = warden.post(SWITCH, {key: value for key, value in form(menu, **fields).items() if value})

    assert page.status_code == 200
    assert complaint in text_of(page)
    assert not Diversion.objects.exists()


def test_who_may_not_divert_sees_the_banner_without_the_button(
    menu: Menu, as_staff: AsStaff
) -> None:
    client = as_staff("view_menu")
    diversion = Diversion.objects.create(menu=menu, reason="Fire.", started_at=moments.now())
    end = reverse("admin:voicegather_diversion_end", args=[diversion.pk])

    page = text_of(client.get(reverse("admin:voicegather_menu_changelist")))

    assert "New calls to every number go to “Emergency”." in page
    assert "Back to their own menus" not in page
    assert "Emergency…" not in page
    assert client.get(SWITCH).status_code == 403
    assert client.post(end).status_code == 403


def test_another_teams_diversion_and_numbers_are_not_there(menu: Menu, warden: Client) -> None:
    theirs = Group.objects.create(name="theirs")
    PhoneNumber.objects.create(number="+13125550102", team=theirs)
    diversion = Diversion.objects.create(
        menu=menu, team=theirs, reason="Fire.", started_at=moments.now()
    )

    page = text_of(warden.get(SWITCH))

    assert "+13125550102" not in page
    assert "And 1 number of another team." in page
    assert "Fire." not in page
    end = reverse("admin:voicegather_diversion_end", args=[diversion.pk])
    assert warden.post(end).status_code == 404


def test_a_member_diverts_the_numbers_of_the_team(menu: Menu, warden: Client) -> None:
    team = Group.objects.create(name="clinic")
    User.objects.get().groups.add(team)
    PhoneNumber.objects.create(number="+13125550102", team=team)

    warden.post(SWITCH, form(menu, reach=str(team.pk), reason="<b>Flood</b>"))

    assert Diversion.objects.get().team == team
    page = text_of(warden.get(SWITCH))
    assert "New calls to the numbers of clinic go to “Emergency”." in page
    assert "&lt;b&gt;Flood&lt;/b&gt;" in page


def test_the_lists_of_numbers_and_menus_lead_to_it(menu: Menu, warden: Client) -> None:
    for model in ("phonenumber", "menu", "diversion"):
        page = warden.get(reverse(f"admin:voicegather_{model}_changelist")).content.decode()
        assert f'href="{SWITCH}"' in page


def test_every_page_of_ours_says_so(menu: Menu, admin_client: Client) -> None:
    Diversion.objects.create(menu=menu, reason="Fire.", started_at=moments.now())
    number = PhoneNumber.objects.get()
    urls = [
        reverse("admin:app_list", args=["voicegather"]),
        reverse("admin:voicegather_phonenumber_changelist"),
        reverse("admin:voicegather_phonenumber_add"),
        reverse("admin:voicegather_phonenumber_change", args=[number.pk]),
        reverse("admin:voicegather_phonenumber_delete", args=[number.pk]),
        reverse("admin:voicegather_phonenumber_history", args=[number.pk]),
        reverse("admin:voicegather_menu_change", args=[menu.pk]),
        reverse("admin:voicegather_menu_publish", args=[menu.pk]),
        reverse("admin:voicegather_menu_test_call", args=[menu.pk]),
    ]
    for url in urls:
        assert "New calls to every number go to “Emergency”." in text_of(admin_client.get(url)), url


def test_no_template_of_ours_goes_past_the_banner() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text()
        extends = re.match(r'{% extends "([^"]+)" %}', text)
        if extends and not extends[1].startswith("admin/voicegather/"):
            assert "{% diversions %}" in text, path.name
