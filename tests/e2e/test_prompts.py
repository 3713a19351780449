"""Prompts in a browser: the grid, and the form of words with and without scripts."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

from tests.e2e.conftest import OpenAs, picture
from tests.services.menus.building import line, load
from voicegather.models import Menu, Prompt, PromptVariant
from voicegather.services.menus import publish_menu

WORDS = ("view_promptvariant", "add_promptvariant", "change_promptvariant")
MAY = ("view_prompt", "change_prompt", *WORDS, "view_menu", "view_step", "publish_menu")
#: A browser's voice that says nothing and remembers what it was given.
VOICE = """
window.said = [];
const voice = { speak: (each) => window.said.push([each.text, each.lang]), cancel: () => {} };
Object.defineProperty(window, "speechSynthesis", { value: voice });
"""


@pytest.fixture
def variant(transactional_db: None) -> PromptVariant:
    """Of a menu that is live in English, and speaks Spanish in its draft."""
    publish_menu(menu=load(line()))
    Menu.objects.update(
        languages=["en-US", "es-US"], variables=[{"name": "plan", "default": "gold"}]
    )
    return PromptVariant.objects.get()


def form_of(variant: PromptVariant) -> str:
    return reverse("admin:voicegather_promptvariant_change", args=[variant.pk])


def words(page: Page) -> Locator:
    return page.get_by_label("Text:", exact=True)


def test_words_are_counted_named_and_heard_while_they_are_typed(
    variant: PromptVariant, open_as: OpenAs
) -> None:
    page = open_as("/admin/", *MAY)
    page.add_init_script(VOICE)
    page.goto(form_of(variant))
    area = page.get_by_label("Text:", exact=True)

    area.fill("Your plan: 🎙️")
    expect(page.locator(".pw-length")).to_have_text("13")
    page.get_by_role("button", name="Insert plan").click()
    expect(area).to_have_value("Your plan: 🎙️{{ plan }}")
    expect(area).to_be_focused()
    page.get_by_role("button", name="Insert caller").focus()
    page.keyboard.press("Enter")
    page.keyboard.type(" {{ nobody|digits }}")
    expect(page.locator(".pw-preview mark")).to_have_text(["gold", "+13125550101", "1, 2, 3, 4"])
    expect(page.locator(".pw-unknown")).to_have_text(
        "No menu that speaks this prompt knows: nobody"
    )
    page.get_by_role("button", name="Listen").click()
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    assert page.evaluate("window.said") == [["Your plan: 🎙️gold+13125550101 1, 2, 3, 4", "en-US"]]
    area.fill("x" * 3001)
    expect(page.locator(".pw-over")).to_contain_text("3001 / 3000")
    picture(page, "words")


@pytest.mark.parametrize("scripts", [True, False])
def test_the_fields_in_sight_are_those_of_the_kind_and_of_the_voice(
    variant: PromptVariant, open_as: OpenAs, scripts: bool
) -> None:
    page = open_as(form_of(variant), *MAY, java_script_enabled=scripts)
    speed = page.get_by_label("Telnyx: Speed")
    expect(words(page)).to_be_visible()
    expect(page.get_by_label("Audio URL")).to_be_hidden()
    expect(speed).to_be_hidden()

    page.get_by_label("Provider of the voice").select_option("telnyx")
    expect(speed).to_be_visible()
    page.get_by_label("Kind").select_option("audio")
    expect(words(page)).to_be_hidden()
    expect(speed).to_be_hidden()
    expect(page.get_by_label("Audio URL")).to_be_visible()
    page.get_by_label("Kind").select_option("media")
    expect(page.get_by_label("Telnyx media name")).to_be_visible()
    page.get_by_label("Kind").select_option("ssml")
    page.get_by_label("Voice:", exact=True).fill("Telnyx.NaturalHD.astra")
    speed.fill("0.9")
    words(page).fill("<speak>\n<b>Hi</speak>")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator(".errorlist").last).to_have_text("Line 2, column 8: mismatched tag.")
    expect(speed).to_have_value("0.9")
    words(page).fill("<speak>Hi</speak>")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator(".success")).to_be_visible()
    variant.refresh_from_db()
    assert (variant.kind, variant.voice) == ("ssml", "Telnyx.NaturalHD.astra")
    assert variant.voice_settings == {"type": "telnyx", "voice_speed": 0.9}


def test_the_provider_follows_the_voice(variant: PromptVariant, open_as: OpenAs) -> None:
    page = open_as(form_of(variant), *MAY)

    page.get_by_label("Voice:", exact=True).fill("Azure.en-US-AvaNeural")

    expect(page.get_by_label("Provider of the voice")).to_have_value("azure")
    expect(page.get_by_label("Microsoft Azure: Region")).to_be_visible()
    page.get_by_label("Provider of the voice").select_option("xai")
    offered = "[...document.getElementById('id_voice').list.options].map((each) => each.value)"
    assert page.evaluate(offered) == ["xAI.eve", "xAI.ara", "xAI.rex", "xAI.sal", "xAI.leo"]


@pytest.mark.parametrize("width", [420, 1280])
def test_from_a_gap_in_the_grid_to_callers_who_hear_it(
    variant: PromptVariant, open_as: OpenAs, width: int
) -> None:
    page = open_as(
        reverse("admin:voicegather_prompt_changelist"),
        *MAY,
        viewport={"width": width, "height": 900},
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    picture(page, f"grid-{width}")
    page.get_by_role("link", name=re.compile("missing")).click()
    expect(page.get_by_label("Language:", exact=True)).to_have_value("es-US")
    page.get_by_label("Text:", exact=True).fill("Marque 1.")
    page.get_by_label("Voice:", exact=True).fill("AWS.Polly.Lupe-Neural")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_role("link", name=re.compile("missing"))).to_have_count(0)
    expect(page.locator(".warning")).to_contain_text("1 live menu still speaks the old words.")
    page.goto(reverse("admin:voicegather_prompt_change", args=[variant.prompt_id]))
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    picture(page, f"prompt-{width}")
    page.get_by_role("link", name="Publish this menu…").click()
    page.get_by_role("button", name="Publish what is ticked").click()
    expect(page.locator(".vm-outcomes")).to_contain_text("live as version 2")
    page.goto(reverse("admin:voicegather_prompt_change", args=[variant.prompt_id]))
    expect(page.get_by_text("Callers still hear other words")).to_have_count(0)


def test_a_new_prompt_is_written_on_one_page(transactional_db: None, open_as: OpenAs) -> None:
    page = open_as(reverse("admin:voicegather_prompt_add"), "add_prompt", *MAY)
    page.locator("#id_key").fill("welcome")
    page.locator("#id_variants-0-language").fill("en-US")
    page.locator("#id_variants-0-text").fill("Hello.")
    page.get_by_text("Add another Language").click()
    page.locator("#id_variants-1-language").fill("es-US")
    page.locator("#id_variants-1-text").fill("Hola.")
    expect(page.locator("#variants-1 .pw-length")).to_have_text("5")
    expect(page.locator("#variants-1 .pw-preview")).to_have_text("Hola.")

    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator(".success")).to_be_visible()
    assert [each.text for each in Prompt.objects.get().variants.all()] == ["Hello.", "Hola."]
