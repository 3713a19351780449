"""Somebody's first menu, from nothing to callers and back, by clicks alone."""

from __future__ import annotations

import re
import time

from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenAs
from voicegather.models import Menu, MenuTest

MAY = (
    *(
        f"{act}_{model}"
        for model in ("menu", "step", "choice", "prompt", "promptvariant")
        for act in ("view", "add", "change")
    ),
    "view_menuversion",
    "delete_choice",
    "publish_menu",
)
#: Seconds in which a menu of three steps is to be live, built by clicks alone.
FEW_MINUTES = 180


def add_step(page: Page, kind: str, name: str, *, words: str = "") -> None:
    """From the menu's page, with a new prompt made in place where it says something."""
    page.locator("#steps").get_by_role("link", name=kind, exact=True).click()
    page.locator("#id_key").fill(name)
    if words:
        with page.expect_popup() as opened:
            page.locator("#add_id_setting_prompt").click()
        prompt = opened.value
        prompt.locator("#id_key").fill(f"{name}_words")
        if not prompt.locator("#id_variants-0-text").is_visible():
            prompt.get_by_role("link", name=re.compile("Add another")).click()
        prompt.locator("#id_variants-0-language").fill("en-US")
        prompt.locator("#id_variants-0-text").fill(words)
        prompt.get_by_role("button", name="Save").click()
        expect(page.locator("#id_setting_prompt option:checked")).to_have_text(f"{name}_words")


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".errornote")).to_have_count(0)


def lead(page: Page, row: int, match: str, value: str, target: str) -> None:
    page.locator(f"#id_choices-{row}-match").select_option(match)
    page.locator(f"#id_choices-{row}-value").fill(value)
    page.locator(f"#id_choices-{row}-target").select_option(label=target)


def publish(page: Page, note: str) -> None:
    page.locator(".menu-head").get_by_role("button", name="Save and publish…").click()
    page.get_by_label("Note").fill(note)
    page.get_by_role("button", name="Publish", exact=True).click()


def test_a_menu_of_three_steps_is_built_tried_broken_mended_published_and_rolled_back(
    transactional_db: None, open_as: OpenAs
) -> None:
    page = open_as(reverse("admin:voicegather_menu_changelist"), *MAY)
    began = time.monotonic()
    page.get_by_role("link", name="Add menu").first.click()
    page.locator("#id_name").press_sequentially("Front desk")
    expect(page.locator("#id_slug")).to_have_value("front-desk")
    page.get_by_role("button", name="Save", exact=True).click()

    add_step(page, "Hang up", "goodbye", words="Goodbye.")
    save(page)
    add_step(page, "Message", "hours", words="We are open from eight to five.")
    lead(page, 0, "exit", "done", "goodbye")
    save(page)
    add_step(page, "Gather digits", "welcome", words="Press 1 for our opening hours.")
    page.locator("#id_is_entry").check()
    lead(page, 0, "digits", "1", "hours")
    save(page)
    publish(page, "The first.")
    expect(page.locator(".success")).to_contain_text("is live as version 1")
    seconds = time.monotonic() - began
    assert seconds < FEW_MINUTES

    menu = Menu.objects.get()
    home = reverse("admin:voicegather_menu_change", args=[menu.pk])
    page.goto(home)
    page.get_by_role("link", name="Test call", exact=True).click()
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator(".tc-said").last).to_have_text("Press 1 for our opening hours.")
    page.keyboard.press("1")
    expect(page.locator(".tc-status")).to_have_text("The call is over: completed.")
    page.get_by_text("Save this call as a test…").click()
    page.locator("#tc-name").fill("Opening hours")
    page.locator(".tc-save").get_by_role("button", name="Save").click()
    expect(page.locator(".tc-saved")).to_contain_text("Saved as the test “Opening hours”.")
    assert MenuTest.objects.get().name == "Opening hours"

    page.goto(home)
    page.locator("#steps").get_by_role("link", name="hours", exact=True).first.click()
    page.locator("#id_choices-0-DELETE").check()
    save(page)
    expect(page.locator(".menu-mendings")).to_contain_text("nothing leads on from “done”")
    expect(page.locator(".menu-head")).to_contain_text("Mend the errors, then publish.")
    page.locator(".menu-mendings").get_by_role("link", name="hours").click()
    page.get_by_text("Add another Choice").click()
    lead(page, 0, "exit", "done", "welcome")
    save(page)
    expect(page.locator(".menu-mendings")).to_contain_text("no choice leads here")
    page.locator("#steps").get_by_role("link", name="welcome", exact=True).first.click()
    page.get_by_text("Add another Choice").click()
    lead(page, 1, "digits", "2", "goodbye")
    save(page)
    expect(page.locator("#steps")).to_contain_text("2 → goodbye")
    expect(page.locator(".menu-mendings")).to_have_count(0)

    page.get_by_role("link", name="Run all tests").click()
    expect(page.locator("#content")).to_contain_text("Step 3 is “welcome”, expected was “goodbye”.")
    page.get_by_role("button", name="Accept what it does now").click()
    expect(page.locator(".success")).to_contain_text("expects what happens now")
    page.goto(home)
    publish(page, "The hours lead back to the question.")
    expect(page.locator(".success")).to_contain_text("is live as version 2")

    page.goto(home)
    page.get_by_role("link", name="Versions", exact=True).click()
    page.get_by_role("link", name="Publish again").click()
    page.get_by_role("button", name="Publish this one again").click()
    expect(page.locator(".success")).to_contain_text("Version 1 of “Front desk” is live again")
    menu.refresh_from_db()
    assert menu.live_version is not None
    assert (menu.live_version.number, menu.live_version.note) == (1, "The first.")
