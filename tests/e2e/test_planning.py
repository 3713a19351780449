"""Publishing later and by two, in a browser, by the keyboard and in a narrow window."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.e2e.conftest import OpenAs, picture
from tests.services.menus.building import line, load
from voicegather.models import Menu, PromptVariant
from voicegather.services.menus import publish_menu

MAY = ("view_menu", "change_menu", "view_step", "publish_menu")


def test_writing_a_time_chooses_it(transactional_db: None, open_as: OpenAs) -> None:
    menu = load(line())
    publish_menu(menu=menu)
    PromptVariant.objects.update(text="Please press 1.")
    page = open_as(reverse("admin:voicegather_menu_publish", args=[menu.pk]), *MAY)

    page.locator("#id_publish_at").fill("2030-12-24T18:00")

    expect(page.get_by_label("At", exact=True)).to_be_checked()
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".success")).to_contain_text("goes live on Dec. 24, 2030")


@pytest.mark.parametrize("width", [420, 1280])
def test_what_is_planned_is_asked_for_and_approved(
    transactional_db: None, open_as: OpenAs, width: int
) -> None:
    menu = load(line())
    publish_menu(menu=menu)
    PromptVariant.objects.update(text="Please press 1.")
    Menu.objects.update(requires_approval=True)
    url = reverse("admin:voicegather_menu_publish", args=[menu.pk])
    ana = open_as(url, *MAY, viewport={"width": width, "height": 900})
    ana.get_by_label("At", exact=True).press("Space")
    ana.locator("#id_publish_at").fill("2030-12-24T18:00")
    ana.get_by_label("Note").fill("Christmas greetings.")
    picture(ana, f"plan-form-{width}")
    assert ana.evaluate("document.documentElement.scrollWidth") <= width
    ana.get_by_role("button", name="Ask for approval").press("Enter")
    expect(ana.locator(".success")).to_contain_text("another publisher approves it")

    ben = open_as(url, *MAY, viewport={"width": width, "height": 900}, color_scheme="dark")
    expect(ben.locator(".vp-plan")).to_contain_text("Christmas greetings.")
    picture(ben, f"plan-approve-{width}")
    assert ben.evaluate("document.documentElement.scrollWidth") <= width
    ben.get_by_role("button", name="Approve").press("Enter")
    expect(ben.locator(".success")).to_contain_text("goes live on Dec. 24, 2030")
    picture(ben, f"plan-planned-{width}")
    ben.get_by_role("button", name="Cancel this plan").press("Enter")
    expect(ben.locator(".success")).to_contain_text("Cancelled")
