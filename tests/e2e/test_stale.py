"""Two windows with one step: the second to save is told, and chooses by the keyboard."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.e2e.conftest import OpenAs, picture
from tests.services.menus.building import line, load
from voicegather.models import Step

MAY = ("view_step", "change_step", "view_choice", "change_choice", "view_menu")


@pytest.mark.parametrize("width", [420, 1280])
def test_saving_over_somebody_else_takes_a_tick_and_enter_never_does_it(
    transactional_db: None, open_as: OpenAs, width: int
) -> None:
    step = Step.objects.get(menu=load(line()), key="ask")
    url = reverse("admin:voicegather_step_change", args=[step.pk])
    hers = open_as(url, *MAY)
    mine = open_as(url, *MAY, viewport={"width": width, "height": 900})

    hers.get_by_label("Name:").first.fill("Opening question")
    hers.locator("#id_choices-0-value").fill("8")
    hers.get_by_role("button", name="Save and continue editing").click()
    expect(hers.locator(".success")).to_be_visible()
    mine.get_by_label("Name:").first.fill("First question")
    mine.get_by_label("Name:").first.press("Enter")

    alert = mine.get_by_role("alert")
    expect(alert).to_contain_text("staff0 changed this on")
    expect(alert.locator("tbody tr").first).to_contain_text("Opening question")
    expect(mine.get_by_label("Name:").first).to_have_value("First question")
    assert mine.evaluate("document.documentElement.scrollWidth") <= width
    picture(mine, f"stale-{width}")
    mine.get_by_label("Name:").first.press("Enter")
    expect(alert).to_be_visible()
    mine.get_by_label("Save mine over it").press("Space")
    mine.get_by_role("button", name="Save and continue editing").click()
    expect(mine.locator(".success")).to_be_visible()
    step.refresh_from_db()
    assert step.name == "First question"
