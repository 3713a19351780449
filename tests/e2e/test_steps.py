"""Adding a step from a menu's page in a browser, and a prompt from the step."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.e2e.conftest import OpenAs
from tests.factories import make_menu
from voicegather.models import Choice, Menu, Prompt, Step

MAY = tuple(
    f"{act}_{model}"
    for model in ("menu", "step", "choice", "prompt", "promptvariant")
    for act in ("view", "add", "change")
)


@pytest.fixture
def menu(transactional_db: None) -> Menu:
    menu = make_menu()
    Step.objects.create(menu=menu, key="end", kind="hangup", is_entry=True)
    return menu


def test_a_step_is_added_from_the_page_with_a_new_prompt_and_leads_back(
    menu: Menu, open_as: OpenAs
) -> None:
    address = reverse("admin:voicegather_menu_change", args=[menu.pk])
    page = open_as(address, *MAY)
    page.locator("#steps").get_by_role("link", name="Gather digits").click()
    page.locator("#id_key").fill("ask")

    with page.expect_popup() as opened:
        page.locator("#add_id_setting_prompt").click()
    popup = opened.value
    popup.locator("#id_key").fill("hello")
    popup.get_by_role("button", name="Save").click()
    expect(page.locator("#id_setting_prompt option:checked")).to_have_text("hello")
    page.locator("#id_choices-0-match").select_option("any")
    page.locator("#id_choices-0-target").select_option(label="end")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page).to_have_url(re.compile(rf"{address}#steps$"))
    expect(page.locator("#steps")).to_contain_text("ask")
    assert Step.objects.get(key="ask").config == {"prompt": Prompt.objects.get().key}
    assert Choice.objects.get().target == Step.objects.get(key="end")
