"""The emergency switch by the keyboard, wide and narrow, light and dark."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.e2e.conftest import OpenAs, picture
from tests.services.menus.building import line, load
from voicegather.models import Diversion, PhoneNumber
from voicegather.services.menus import publish_menu

MAY = ("divert_numbers", "view_menu", "view_phonenumber", "view_diversion")


@pytest.mark.parametrize("width", [420, 1280])
def test_numbers_are_diverted_and_brought_back(
    transactional_db: None, open_as: OpenAs, width: int
) -> None:
    menu = load(line(menu="emergency", name="We are closed today"))
    publish_menu(menu=menu)
    for last in range(14):
        PhoneNumber.objects.create(number=f"+131255501{last:02}", name=f"Branch {last}", menu=menu)
    page = open_as(
        reverse("admin:voicegather_phonenumber_changelist"),
        *MAY,
        viewport={"width": width, "height": 860},
    )
    page.get_by_role("link", name="Emergency…").click()
    page.get_by_label("Emergency menu").select_option("We are closed today")
    page.get_by_label("Reason").fill("The building is without power.")
    picture(page, f"switch-{width}")
    page.get_by_role("button", name="Divert new calls").press("Enter")
    expect(page.get_by_text("Tick this to switch it on.")).to_be_visible()
    expect(page.get_by_label("Reason")).to_have_value("The building is without power.")
    page.get_by_label("Yes, new calls shall go to this menu at once").press("Space")
    page.get_by_role("button", name="Divert new calls").press("Enter")
    expect(page.locator(".vg-diverted")).to_contain_text("New calls to every number go to")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.emulate_media(color_scheme="dark")
    picture(page, f"emergency-dark-{width}")
    page.emulate_media(color_scheme="light")
    page.goto(reverse("admin:voicegather_phonenumber_changelist"))
    picture(page, f"emergency-{width}")
    page.get_by_role("button", name="Back to their own menus").press("Enter")
    expect(page.locator(".vg-diverted")).to_have_count(0)
    assert Diversion.objects.get().ended_at is not None
