"""Many menus in a browser: a file loaded and taken back, a phrase replaced and published."""

from __future__ import annotations

from pathlib import Path

from django.urls import reverse
from playwright.sync_api import expect

from tests.e2e.conftest import OpenAs
from tests.services.menus.building import as_text, line, load, words
from voicegather.models import Menu, PromptVariant
from voicegather.services.menus import dump_menu, publish_menu

LOADER = ("view_menu", "add_menu", "change_menu", "add_prompt", "change_prompt")
REPLACER = ("view_menu", "view_step", "publish_menu", "view_prompt", "change_prompt")


def test_a_file_is_mended_in_place_looked_at_loaded_and_taken_back(
    transactional_db: None, open_as: OpenAs, tmp_path: Path
) -> None:
    menu = load(line())
    before = dump_menu(menu)
    file = tmp_path / "line.yaml"
    text = as_text(line(prompts={"question": words("Press 1, please.")}))
    file.write_text(text.replace("kind: hangup", "kind: hangpu"), encoding="utf-8")

    page = open_as(reverse("admin:voicegather_menu_load"), *LOADER)
    page.get_by_label("File:").set_input_files(file)
    page.get_by_role("button", name="Show what it changes").click()
    page.locator("a[data-line]").click()
    selected = "(a => a.value.slice(a.selectionStart, a.selectionEnd).trim())"
    assert page.get_by_label("Text:").evaluate(selected) == "kind: hangpu"
    page.keyboard.insert_text("    kind: hangup")
    page.get_by_role("button", name="Show what it changes").click()
    expect(page.locator("ins")).to_have_text("1, please.")
    page.get_by_role("button", name="Load", exact=True).click()
    expect(page.get_by_role("heading", name="“Line” is as the file says")).to_be_visible()
    assert PromptVariant.objects.get().text == "Press 1, please."

    page.get_by_role("button", name="Go back to how it was…").click()
    expect(page.locator("del")).to_have_text("1, please.")
    page.get_by_role("button", name="Load", exact=True).click()
    expect(page.get_by_role("heading", name="“Line” is as the file says")).to_be_visible()
    assert dump_menu(Menu.objects.get()) == before


def test_a_phrase_is_replaced_published_and_taken_back(
    transactional_db: None, open_as: OpenAs
) -> None:
    for slug in ("alpha", "beta"):
        publish_menu(menu=load(line(menu=slug, name=slug.capitalize())))

    page = open_as(reverse("admin:voicegather_prompt_words"), *REPLACER)
    page.get_by_label("Find:").fill("press 1")
    page.get_by_label("Replace by:").fill("Touch one")
    page.get_by_role("button", name="Show what replacing changes").click()
    page.get_by_role("button", name="Replace what is ticked").click()
    expect(page.get_by_role("link", name="Alpha")).to_be_visible()
    replacement = page.url
    page.get_by_role("link", name="Publish them…").click()
    page.get_by_role("button", name="Publish what is ticked").click()
    expect(page.get_by_role("heading", name="2 menus published")).to_be_visible()

    page.goto(replacement)
    page.get_by_role("button", name="Undo the replacement").click()
    expect(page.get_by_text("1 text is as it was.")).to_be_visible()
    assert PromptVariant.objects.get().text == "Press 1."
