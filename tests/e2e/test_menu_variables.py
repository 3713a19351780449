"""What a call may bring with it, in a browser: declared on a menu, offered where one is placed."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenAs
from tests.factories import make_menu, make_version
from voicegather.models import Menu, PhoneNumber

DECLARED = [
    {"name": "customer_name", "default": "there", "help": "How we address them"},
    {"name": "plan"},
]
MAY = ("view_menu", "change_menu")


@pytest.fixture
def menu(transactional_db: None) -> Menu:
    return make_menu(variables=DECLARED)


def url(menu: Menu) -> str:
    return reverse("admin:voicegather_menu_change", args=[menu.pk])


def rows(page: Page) -> Locator:
    return page.locator("[data-rows=rows-variables] tbody tr:visible")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def names(menu: Menu) -> list[str]:
    menu.refresh_from_db()
    return [each["name"] for each in menu.variables]


def test_rows_are_added_moved_and_removed_by_keyboard(menu: Menu, open_as: OpenAs) -> None:
    page = open_as(url(menu), *MAY)
    expect(rows(page)).to_have_count(2)

    page.locator("[data-rows=rows-variables] button.rows-add").press("Enter")
    page.keyboard.type("balance")
    page.keyboard.press("Tab")
    page.keyboard.type("0")
    rows(page).nth(2).get_by_role("button", name="Move up").press("Enter")
    rows(page).nth(0).get_by_role("button", name="Remove").press("Space")
    save(page)

    assert names(menu) == ["balance", "plan"]
    assert menu.variables[0]["default"] == "0"


def test_without_scripts_there_are_spare_rows(menu: Menu, open_as: OpenAs) -> None:
    page = open_as(url(menu), *MAY, java_script_enabled=False)
    expect(rows(page)).to_have_count(5)

    rows(page).nth(2).get_by_label("Name").fill("balance")
    rows(page).nth(0).get_by_label("Remove").check()
    save(page)

    assert names(menu) == ["plan", "balance"]


def test_what_is_wrong_stands_at_its_row(menu: Menu, open_as: OpenAs) -> None:
    page = open_as(url(menu), *MAY)

    rows(page).nth(1).get_by_label("Name").fill("first plan")
    page.get_by_role("button", name="Save and continue editing").click()

    expect(rows(page).nth(1)).to_contain_text("“first plan” cannot be a variable.")
    expect(rows(page).nth(0).get_by_label("Name")).to_have_value("customer_name")


def test_a_call_is_placed_with_what_the_menu_expects(menu: Menu, open_as: OpenAs) -> None:
    version = make_version(menu)
    version.document["variables"] = DECLARED
    version.save()
    PhoneNumber.objects.create(number="+13125550100", menu=menu)
    place = f"{reverse('admin:voicegather_call_place')}?menu={menu.pk}"

    page = open_as(place, "place_call", "view_menu", "view_call")

    expect(rows(page)).to_have_count(2)
    expect(rows(page).nth(0).get_by_label("Name")).to_have_value("customer_name")
    expect(rows(page).nth(0).get_by_label("Value")).to_have_value("there")
    expect(page.locator(".rows-meanings")).to_contain_text("How we address them")
