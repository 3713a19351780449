from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group

from tests.services.menus.building import VOICE, finding, line, lint, load, words
from voicegather.models import Menu, Prompt, PromptVariant
from voicegather.services.menus import lint_menu
from voicegather.services.menus.lint.audio_checks import audio_problems

pytestmark = pytest.mark.django_db


def menu_saying(**columns: Any) -> Menu:
    """A menu whose question has these columns."""
    menu = load(line())
    PromptVariant.objects.update(**columns)
    return menu


def test_a_prompt_that_does_not_exist_is_refused_at_each_step_that_names_it() -> None:
    steps = line()["steps"]
    steps["bye"]["prompt"] = "question"

    assert lint(load(line(prompts={}, steps=steps))) == {
        ("error", "ask", "prompt", "prompt_missing"),
        ("error", "bye", "prompt", "prompt_missing"),
    }


@pytest.mark.parametrize("team", ["sales", None])
def test_a_prompt_of_another_team_is_refused_at_each_step_without_its_words(
    team: str | None,
) -> None:
    steps = line()["steps"]
    steps["bye"]["prompt"] = "question"
    menu = load(line(steps=steps, prompts={"question": words("{{ stray")}))
    menu.team = Group.objects.create(name=team) if team else None
    Prompt.objects.update(team=Group.objects.create(name="billing"))

    assert lint(menu) == {
        ("error", "ask", "prompt", "prompt_of_another_team"),
        ("error", "bye", "prompt", "prompt_of_another_team"),
    }
    assert {each.message for each in lint_menu(menu)} == {
        "prompt “question” belongs to another team: use one of the menu’s team or of everyone"
    }


@pytest.mark.parametrize("owner", ["sales", None])
def test_a_prompt_of_the_own_team_or_of_everyone_can_be_used(owner: str | None) -> None:
    menu = load(line())
    menu.team = Group.objects.create(name="sales")
    Prompt.objects.update(team=menu.team if owner else None)

    assert lint(menu) == set()


def test_a_prompt_must_speak_every_enabled_language() -> None:
    menu = load(line(languages=["en-US", "es-US"]))

    assert lint(menu) == {("error", "ask", "prompt", "prompt_language_missing")}
    assert finding(menu, "prompt_language_missing").message == (
        "prompt “question” in es-US is missing: add it, or disable the language"
    )


def test_a_language_that_is_not_enabled_is_nobodys_concern() -> None:
    prompt = words() | {"es-US": {"text": "", "voice": ""}}

    assert lint(load(line(prompts={"question": prompt}))) == set()


def test_a_fault_of_a_prompt_is_told_once() -> None:
    steps = line()["steps"]
    steps["bye"]["prompt"] = "question"
    menu = load(line(steps=steps, prompts={"question": words("")}))

    assert lint(menu) == {("error", "ask", "prompt", "prompt_empty")}


@pytest.mark.parametrize(("characters", "codes"), [(3000, set()), (3001, {"prompt_too_long"})])
def test_text_may_have_three_thousand_characters(characters: int, codes: set[str]) -> None:
    assert {each.code for each in lint_menu(menu_saying(text="a" * characters))} == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("   ", "prompt_empty"),
        ("Hello {{ caller", "braces"),
        ("Hello {{ 1st }}", "braces"),
        ("Hello }}", "braces"),
        ("Hello {{ caller|shout }}", "unknown_filter"),
    ],
)
def test_words_that_cannot_be_spoken_are_refused(text: str, code: str) -> None:
    assert lint(menu_saying(text=text)) == {("error", "ask", "prompt", code)}


def test_single_braces_are_only_braces() -> None:
    assert lint(menu_saying(text="Hello {caller}, {{ caller|digits }}")) == set()


@pytest.mark.parametrize("voice", ["", "Joanna", "AWS Polly", "AWS.", ".Polly", "AWS..Joanna"])
def test_a_voice_must_name_its_provider(voice: str) -> None:
    assert lint(menu_saying(voice=voice)) == {("error", "ask", "prompt", "voice")}


@pytest.mark.parametrize(
    "voice", [VOICE, "Telnyx.KokoroTTS.af", "Azure.en-US-AvaNeural", "xAI.eve"]
)
def test_voices_of_every_provider_are_fine(voice: str) -> None:
    assert lint(menu_saying(voice=voice)) == set()


@pytest.mark.parametrize("settings", [{"voice_speed": 1.2}, ["telnyx"], {"type": 1}])
def test_voice_settings_need_a_type(settings: Any) -> None:
    assert lint(menu_saying(voice_settings=settings)) == {
        ("error", "ask", "prompt", "voice_settings")
    }


def test_voice_settings_are_those_of_the_provider_of_the_voice() -> None:
    speed = {"type": "telnyx", "voice_speed": 1.2}

    assert lint(menu_saying(voice="Telnyx.KokoroTTS.af", voice_settings=speed)) == set()
    assert lint(menu_saying(voice=VOICE, voice_settings=speed)) == {
        ("warning", "ask", "prompt", "voice_settings")
    }
    assert lint(menu_saying(voice_settings={"type": "telnyx", "voice_speed": "fast"})) == {
        ("error", "ask", "prompt", "voice_settings"),
        ("warning", "ask", "prompt", "voice_settings"),
    }


def test_a_voice_language_that_telnyx_does_not_list_is_doubted() -> None:
    assert lint(menu_saying(voice_language="es-MX")) == set()
    assert lint(menu_saying(voice_language="tlh")) == {
        ("warning", "ask", "prompt", "voice_language")
    }


def test_ssml_is_doubted_with_voices_that_are_not_known_to_take_it() -> None:
    ssml = {"kind": "ssml", "text": "<speak>Hi</speak>"}

    assert lint(menu_saying(**ssml)) == set()
    assert lint(menu_saying(**ssml, voice="Telnyx.KokoroTTS.af")) == {
        ("warning", "ask", "prompt", "ssml_voice")
    }


def test_malformed_ssml_is_refused() -> None:
    menu = menu_saying(kind="ssml", text="<speak>Hi")

    assert lint(menu) == {("error", "ask", "prompt", "ssml")}


@pytest.mark.parametrize("url", ["ftp://example.com/a.wav", "/a.wav", "https:///a.wav"])
def test_audio_that_telnyx_cannot_fetch_is_refused(url: str) -> None:
    assert lint(menu_saying(kind="audio", audio_url=url)) == {
        ("error", "ask", "prompt", "audio_url")
    }


def test_an_address_may_have_two_thousand_characters() -> None:
    base = "https://www.example.com/"

    def problems(characters: int) -> list[tuple[str, str]]:
        url = base + "a" * (characters - len(base))
        return list(audio_problems(PromptVariant(kind="audio", audio_url=url)))

    assert problems(2000) == []
    assert problems(2001) == [
        ("audio_url", "has an address of 2001 characters, Telnyx takes 2,000")
    ]


@pytest.mark.parametrize("name", ["Expires", "X-Amz-Expires", "se"])
def test_audio_whose_address_expires_is_refused(name: str) -> None:
    menu = menu_saying(kind="audio", audio_url=f"https://example.com/a.wav?{name}=600")

    assert finding(menu, "audio_url").message == (
        "prompt “question” in en-US has an address that expires: a version needs one that lasts"
    )


@pytest.mark.parametrize("kind", ["audio", "media"])
def test_a_recorded_prompt_without_a_recording_is_refused(kind: str) -> None:
    assert lint(menu_saying(kind=kind)) == {("error", "ask", "prompt", "prompt_empty")}


def test_audio_by_address_and_by_media_name_are_fine() -> None:
    assert lint(menu_saying(kind="audio", audio_url="http://127.0.0.1/a.wav?seconds=4")) == set()
    assert lint(menu_saying(kind="media", media_name="hello")) == set()
