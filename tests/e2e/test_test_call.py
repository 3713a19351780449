"""The telephone of a test call in a browser: keys, words, what is heard, and saving it."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenAs
from tests.services.menu_tests.saved import bank
from tests.services.menus.building import choice, load_steps
from voicegather.models import Menu, MenuTest

MAY = ("view_menu", "change_menu")
#: In place of the browser's voice: what it is told to say, and how often it is hushed.
VOICE = """
window.heard = [];
window.hushed = 0;
Object.defineProperty(window, "speechSynthesis", { value: {
  speak(words) { window.heard.push([words.lang, words.text]); setTimeout(() => words.onend(), 0); },
  cancel() { window.hushed += 1; },
} });
"""


@pytest.fixture
def menu(transactional_db: None) -> Menu:
    return bank()


def url(menu: Menu) -> str:
    return reverse("admin:voicegather_menu_test_call", args=[menu.pk])


def listen(page: Page) -> None:
    """Have the page speak into a list from its next load on."""
    page.add_init_script(VOICE)
    page.reload()


def begin(page: Page) -> None:
    page.get_by_role("button", name="Call", exact=True).click()
    expect(page.locator(".tc-keys")).to_be_visible()


def test_a_call_by_keyboard_alone(menu: Menu, open_as: OpenAs) -> None:
    page = open_as(url(menu), *MAY)
    listen(page)
    begin(page)
    expect(page.locator("#tc-live")).to_have_text("Press 1.")

    page.keyboard.press("1")
    expect(page.locator(".tc-side")).to_contain_text("account")
    page.keyboard.type("123456")
    expect(page.locator(".tc-act").last).to_contain_text("Pressed 123456")
    page.keyboard.type("4711")

    expect(page.locator(".tc-status")).to_have_text("The call is over: completed.")
    expect(page.locator("body")).not_to_contain_text("4711")
    assert page.evaluate("window.heard.slice(0, 2)") == [["en-US", "Press 1."]] * 2
    expect(page.get_by_role("button", name="Call again")).to_be_focused()


def test_a_muted_call_says_nothing_aloud_and_everything_in_words(
    menu: Menu, open_as: OpenAs
) -> None:
    page = open_as(url(menu), *MAY)
    listen(page)
    mute = page.get_by_role("button", name="Voice on")
    mute.click()
    begin(page)

    expect(page.locator(".tc-said")).to_have_text("Press 1.")
    expect(page.get_by_role("button", name="Voice off")).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("window.heard") == []


def test_what_is_said_to_a_model_is_typed(transactional_db: None, open_as: OpenAs) -> None:
    exits = [choice(exit=name) for name in ("no_input", "invalid", "failure", "done")]
    fields = [{"name": "age", "description": "Age", "type": "integer"}]
    step = {"kind": "ai_gather", "fields": fields, "greeting": "question", "choices": exits}
    page = open_as(url(load_steps({"talk": step}, entry="talk")), *MAY)
    begin(page)
    expect(page.get_by_label("Say", exact=True)).to_be_visible()

    page.get_by_label("Say", exact=True).fill("I am 30.")
    page.keyboard.press("Enter")
    expect(page.locator(".tc-act")).to_have_text(["Said “I am 30.”"])
    page.get_by_label("age *").fill("30")
    page.get_by_role("button", name="The model is done").click()

    expect(page.locator(".tc-result")).to_contain_text("age = 30")
    expect(page.locator(".tc-status")).to_contain_text("The call is over")


def test_the_diagram_shows_where_the_call_is_and_was(menu: Menu, open_as: OpenAs) -> None:
    page = open_as(url(menu), *MAY, "view_step")
    ids = dict(menu.steps.values_list("key", "pk"))
    begin(page)
    page.keyboard.press("1")

    expect(page.locator(".tc-here")).to_have_attribute("data-node", str(ids["account"]))
    expect(page.locator(".tc-been")).to_have_attribute("data-node", str(ids["department"]))


def test_of_two_tabs_the_older_one_is_told_and_goes_on_from_there(
    menu: Menu, open_as: OpenAs
) -> None:
    page = open_as(url(menu), *MAY)
    begin(page)
    expect(page).to_have_url(re.compile(r"/test-call/\d+/$"))
    other = page.context.new_page()
    other.goto(page.url)
    other.keyboard.press("1")
    expect(other.locator(".tc-side")).to_contain_text("account")

    page.keyboard.press("2")

    expect(page.get_by_role("alert")).to_contain_text("went on meanwhile")
    expect(page.locator(".tc-side")).to_contain_text("account")
    page.keyboard.press("9")
    expect(page.locator(".tc-act").last).to_contain_text("Pressed 9")


def test_a_menu_that_is_deleted_meanwhile_is_told(menu: Menu, open_as: OpenAs) -> None:
    page = open_as(url(menu), *MAY)
    begin(page)
    menu.delete()

    page.keyboard.press("1")

    expect(page.get_by_role("alert")).to_contain_text("The menu is gone")


def test_a_call_is_saved_as_a_test_and_run(menu: Menu, open_as: OpenAs) -> None:
    page = open_as(url(menu), *MAY)
    begin(page)
    page.keyboard.press("2")
    expect(page.locator(".tc-status")).to_contain_text("The call is over")

    page.get_by_text("Save this call as a test…").click()
    page.get_by_label("Name").fill("Goodbye")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("link", name="Look at it").click()

    expect(page.get_by_role("status")).to_contain_text("1 test passes on the draft.")
    assert MenuTest.objects.get().name == "Goodbye"
