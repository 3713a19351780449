"""The table of an AI gather's fields in a browser: added, removed and ordered by keyboard."""

from __future__ import annotations

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenAs
from tests.factories import make_menu
from voicegather.models import Step

FIELDS = [
    {"name": "full_name", "description": "First and last name"},
    {"name": "birthday", "type": "date", "description": "Date of birth"},
]
MAY = ("view_step", "change_step", "view_menu")


@pytest.fixture
def step(transactional_db: None) -> Step:
    config = {"fields": FIELDS, "attempts": 3}
    return Step.objects.create(menu=make_menu(), key="intake", kind="ai_gather", config=config)


def url(step: Step) -> str:
    return reverse("admin:voicegather_step_change", args=[step.pk])


def rows(page: Page) -> Locator:
    return page.locator("[data-rows=rows-fields] tbody tr:visible")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.locator(".messagelist .success")).to_be_visible()


def names(step: Step) -> list[str]:
    step.refresh_from_db()
    return [field["name"] for field in step.config["fields"]]


def test_rows_are_added_moved_and_removed_by_keyboard(step: Step, open_as: OpenAs) -> None:
    page = open_as(url(step), *MAY)
    expect(rows(page)).to_have_count(2)

    page.locator("[data-rows=rows-fields] button.rows-add").press("Enter")
    expect(rows(page)).to_have_count(3)
    page.keyboard.type("reason")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    rows(page).nth(2).get_by_label("Description").fill("Why they call")
    rows(page).nth(2).get_by_role("button", name="Move up").press("Enter")
    page.keyboard.press("Enter")
    rows(page).nth(2).get_by_role("button", name="Remove").press("Space")
    expect(rows(page)).to_have_count(2)
    save(page)

    assert names(step) == ["reason", "full_name"]
    assert step.config["attempts"] == 3


def test_what_is_wrong_is_shown_at_its_row_and_nothing_typed_is_lost(
    step: Step, open_as: OpenAs
) -> None:
    page = open_as(url(step), *MAY)
    rows(page).nth(1).get_by_label("Name").fill("")
    rows(page).nth(1).get_by_label("Description").fill("When they were born")

    page.get_by_role("button", name="Save and continue editing").click()

    expect(rows(page).nth(1)).to_contain_text("is required")
    expect(rows(page).nth(1).get_by_label("Description")).to_have_value("When they were born")
    assert names(step) == ["full_name", "birthday"]


def test_without_script_there_are_spare_rows(step: Step, open_as: OpenAs) -> None:
    page = open_as(url(step), *MAY, java_script_enabled=False)
    expect(rows(page)).to_have_count(5)

    rows(page).nth(0).get_by_label("Remove").check()
    rows(page).nth(2).get_by_label("Name").fill("reason")
    rows(page).nth(2).get_by_label("Description").fill("Why they call")
    rows(page).nth(2).get_by_label("Order").fill("0")
    save(page)

    assert names(step) == ["reason", "birthday"]
