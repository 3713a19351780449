"""Publishing in a browser: from the menu's page, by the keyboard, and back again."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.e2e.conftest import OpenAs
from tests.services.menus.building import line, load
from voicegather.models import Menu, MenuVersion, PromptVariant
from voicegather.services.menus import publish_menu

MAY = ("view_menu", "change_menu", "view_step", "publish_menu", "view_menuversion")


@pytest.fixture
def menu(transactional_db: None) -> Menu:
    """Live, with other words in its draft."""
    menu = load(line())
    publish_menu(menu=menu, note="The first.")
    PromptVariant.objects.update(text="Please press 1.")
    return menu


def test_what_is_published_is_what_was_seen_and_can_be_taken_back(
    menu: Menu, open_as: OpenAs
) -> None:
    page = open_as(reverse("admin:voicegather_menu_change", args=[menu.pk]), *MAY)
    page.locator(".menu-head").get_by_role("button", name="Save and publish…").click()
    expect(page).to_have_url(re.compile(r"/publish/$"))
    expect(page.locator("ins")).to_have_text("Please press ")
    PromptVariant.objects.update(text="Please press 1 now.")
    page.get_by_label("Note").fill("Friendlier.")
    page.get_by_label("Note").press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("alert")).to_contain_text("Somebody changed the draft")
    expect(page.get_by_label("Note")).to_have_value("Friendlier.")
    expect(page.locator("strong")).to_contain_text(["new since you opened this page"])
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".success")).to_contain_text("is live as version 2")

    page.goto(reverse("admin:voicegather_menuversion_changelist"))
    page.get_by_role("link", name="Publish again").click()
    page.get_by_role("button", name="Publish this one again").click()
    expect(page.locator(".success")).to_contain_text("Version 1 of “Line” is live again")
    menu.refresh_from_db()
    assert menu.live_version == MenuVersion.objects.get(number=1)
    assert MenuVersion.objects.get(number=2).note == "Friendlier."


@pytest.mark.parametrize("width", [420, 1280])
def test_the_page_is_never_wider_than_the_window(menu: Menu, open_as: OpenAs, width: int) -> None:
    PromptVariant.objects.update(text="Please press 1 " + "x" * 300)
    url = reverse("admin:voicegather_menu_publish", args=[menu.pk])

    page = open_as(url, *MAY, viewport={"width": width, "height": 800})

    assert page.evaluate("document.documentElement.scrollWidth") <= width
