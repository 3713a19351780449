"""Past calls replayed in a browser: chosen, followed to the end, and told."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests import line as wire
from tests.e2e.conftest import OpenAs
from tests.services.replays.callers import call, lead, open_line, replay
from voicegather.models import Call, Menu

MAY = ("view_menu", "view_call", "view_step")


@pytest.fixture
def menu(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Menu:
    """Three callers, and a draft that leads one of them elsewhere."""
    wire.connect(monkeypatch)
    menu = open_line()
    for deeds in (["1", "123456", "4711"], ["2"], ["3", "4711"]):
        call(deeds)
    lead(menu, "department", "2", "account")
    return menu


def test_a_replay_from_the_menus_page_to_one_callers_two_ways(menu: Menu, open_as: OpenAs) -> None:
    page = open_as(reverse("admin:voicegather_menu_change", args=[menu.pk]), *MAY)
    page.get_by_role("link", name="Replay past calls").click()
    expect(page.get_by_role("status")).to_have_text("3 calls match and would be replayed.")
    page.get_by_label("At most").fill("2")
    page.get_by_role("button", name="Count again").click()
    expect(page.get_by_role("status")).to_have_text("2 calls match and would be replayed.")
    page.get_by_label("At most").fill("10000")
    page.get_by_role("button", name="Replay", exact=True).click()

    expect(page.locator(".rp-headline")).to_have_text("1 of 3 calls would go another way.")
    expect(page.locator("#diagram")).to_be_visible()
    expect(page.locator(".edge-changed")).to_have_count(1)
    expect(page.locator(".rp-differs .rp-step")).to_have_text(["bye", "account"])
    page.locator(".rp-example a").click()
    made = Call.objects.order_by("pk")[1]
    expect(page).to_have_url(re.compile(rf"/call/{made.pk}/change/"))


@pytest.mark.parametrize("width", [420, 1280])
def test_the_pages_are_never_wider_than_the_window(menu: Menu, open_as: OpenAs, width: int) -> None:
    found = replay(menu)
    for url in (
        reverse("admin:voicegather_menu_replays", args=[menu.pk]),
        reverse("admin:voicegather_replay_change", args=[found.pk]),
    ):
        page = open_as(url, *MAY, viewport={"width": width, "height": 800})

        assert page.evaluate("document.documentElement.scrollWidth") <= width
