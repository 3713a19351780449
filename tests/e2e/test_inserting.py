"""The plus signs of the diagram, by the keyboard."""

from __future__ import annotations

import re

from django.urls import reverse
from playwright.sync_api import expect

from tests.e2e.conftest import OpenAs
from tests.services.menus.building import line, load
from voicegather.models import Choice, Step

MAY = (
    "view_menu",
    "change_menu",
    "view_step",
    "change_step",
    "add_step",
    "add_choice",
    "view_choice",
    "change_choice",
    "view_prompt",
)


def test_a_step_is_added_after_another_from_the_diagram(
    transactional_db: None, open_as: OpenAs
) -> None:
    menu = load(line())
    page = open_as(reverse("admin:voicegather_menu_diagram", args=[menu.pk]), *MAY)
    plus = page.get_by_role("link", name="Add a step after “ask”")
    expect(plus).to_be_visible()
    plus.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Prompt", exact=False).first.select_option(label="question")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page).to_have_url(re.compile(r"/diagram/$"))
    new = Step.objects.get(kind="message")
    assert Choice.objects.filter(step__key="ask", target=new).exists()
    expect(
        page.get_by_role("link", name=re.compile("Add a step after “message_1”"))
    ).to_be_visible()
