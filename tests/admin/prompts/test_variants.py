"""A prompt in one language: its words, its voice, and what the voice is told."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.admin.filled import filled
from tests.services.menus.building import ask, choice, line, load, words
from voicegather.models import Prompt, PromptVariant

ADD = "admin:voicegather_promptvariant_add"
CHANGE = "admin:voicegather_promptvariant_change"


@pytest.fixture
def variant(db: None) -> PromptVariant:
    prompt = Prompt.objects.create(key="welcome")
    return PromptVariant.objects.create(
        prompt=prompt, language="en-US", text="Hello.", voice="AWS.Polly.Joanna-Neural"
    )


def save(client: Client, variant: PromptVariant, **typed: str) -> Any:
    url = reverse(CHANGE, args=[variant.pk])
    answer = client.post(url, filled(client.get(url), "promptvariant_form", **typed))
    variant.refresh_from_db()
    return answer


def page_after(client: Client, variant: PromptVariant, **typed: str) -> str:
    answer = save(client, variant, **typed)
    assert answer.status_code == 200
    page: str = answer.content.decode()
    return page


def test_saving_what_was_opened_changes_nothing(
    admin_client: Client, variant: PromptVariant
) -> None:
    stored = {"type": "azure", "region": "eastus", "later": {"deep": [1]}}
    PromptVariant.objects.update(
        voice="Azure.en-US-AvaNeural", voice_settings=stored, text="One.\nTwo.", voice_language="x"
    )
    before = PromptVariant.objects.values().get()

    assert save(admin_client, variant).status_code == 302

    after = PromptVariant.objects.values().get()
    assert after == before | {"updated_at": after["updated_at"]}


@pytest.mark.parametrize(
    ("voice", "stored"),
    [
        ("AWS.Polly.Joanna", {"type": "aws"}),
        ("Telnyx.KokoroTTS.af", {"type": "telnyx", "voice_speed": 1}),
        ("Soniox.tts-rt-v2.Emma", {"type": "soniox", "speed": 1.1, "reduce_silence": False}),
        ("Tomorrow.Voice", {"type": "tomorrow", "warmth": 3}),
        ("Humain.sara-en", {"type": "humain", "x": 1}),
        ("", {"type": "telnyx", "voice_speed": 0.9}),
        ("xAI.eve", {}),
    ],
)
def test_settings_of_every_provider_survive_the_form(
    voice: str, stored: dict[str, Any], admin_client: Client, variant: PromptVariant
) -> None:
    PromptVariant.objects.update(voice=voice, voice_settings=stored)

    save(admin_client, variant, text="Other words.")

    assert (variant.text, variant.voice_settings) == ("Other words.", stored)
    assert sorted(map(str, variant.voice_settings.items())) == sorted(map(str, stored.items()))


def test_settings_are_chosen_in_the_fields_of_the_provider(
    admin_client: Client, variant: PromptVariant
) -> None:
    typed = {
        "voice_provider": "telnyx",
        "voice": "Telnyx.NaturalHD.astra",
        "setting_telnyx_voice_speed": "0.9",
        "setting_minimax_speed": "2",
    }

    save(admin_client, variant, **typed)

    assert variant.voice == "Telnyx.NaturalHD.astra"
    assert variant.voice_settings == {"type": "telnyx", "voice_speed": 0.9}


def test_without_scripts_a_new_voice_needs_no_other_provider(
    admin_client: Client, variant: PromptVariant
) -> None:
    save(admin_client, variant, voice="xAI.rex", setting_xai_language="en")

    assert (variant.voice, variant.voice_settings) == (
        "xAI.rex",
        {"type": "xai", "language": "en"},
    )


@pytest.mark.parametrize(
    ("typed", "complaint"),
    [
        ({"voice": "x"}, "“x” is no voice: write Provider.Model.Voice"),
        (
            {"voice_provider": "azure"},
            "“AWS.Polly.Joanna-Neural” is no voice of Microsoft Azure, whose voices are written "
            "like Azure.en-US-BrianMultilingualNeural.",
        ),
        ({"voice": "xAI.eve", "voice_settings": '{"type": "azure"}'}, "are of the type “azure”"),
        ({"voice": "A.b", "voice_settings": '{"speed": 1}'}, "Name the provider:"),
        ({"voice_settings": "[1]"}, "Write a JSON object"),
        ({"voice_settings": "{"}, "Enter a valid JSON"),
        (
            {"voice": "Telnyx.KokoroTTS.af", "setting_telnyx_voice_speed": "7"},
            "Ensure this value is less than or equal to 2.0.",
        ),
        (
            {"voice": "Telnyx.KokoroTTS.af", "setting_telnyx_voice_speed": "fast"},
            "Enter a number.",
        ),
        ({"voice": "Azure.x", "setting_azure_gender": "Any"}, "Select a valid choice."),
        ({"text": "x" * 3001}, "Telnyx speaks up to 3,000 characters: shorten it."),
        ({"text": "nul\0"}, "Null characters are not allowed."),
    ],
)
def test_what_cannot_stand_is_said_and_nothing_is_lost(
    typed: dict[str, str], complaint: str, admin_client: Client, variant: PromptVariant
) -> None:
    page = page_after(admin_client, variant, **({"text": "Typed long."} | typed))

    assert complaint.replace("“", "“") in page.replace("&quot;", '"')
    assert "Typed long." in page or "text" in typed
    assert variant.text == "Hello."


@pytest.mark.parametrize(
    ("ssml", "complaint"),
    [
        ("Hi", "SSML must begin with &lt;speak&gt; and end with &lt;/speak&gt;."),
        ("<speak>\n<b>Hi</speak>", "Line 2, column 8: mismatched tag."),
        (
            '<!DOCTYPE s [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><speak>&b;</speak>',
            "SSML must begin with",
        ),
        ("<speak>&bomb;</speak>", "Line 1, column 8: undefined entity."),
    ],
)
def test_ssml_is_checked_at_its_field_with_its_place(
    ssml: str, complaint: str, admin_client: Client, variant: PromptVariant
) -> None:
    page = page_after(admin_client, variant, kind="ssml", text=ssml)

    assert complaint in page
    assert variant.kind == "text"


def test_words_in_any_script_are_kept_as_they_are(
    admin_client: Client, variant: PromptVariant
) -> None:
    text = "“Hi” <b>&amp;</b> 🎙️ שלום مرحبا 'x'"

    save(admin_client, variant, text=text)
    page = admin_client.get(reverse(CHANGE, args=[variant.pk])).content.decode()

    assert variant.text == text
    assert "<b>&amp;</b>" not in page
    assert 'dir="auto"' in page


def test_lines_end_as_in_files(admin_client: Client, variant: PromptVariant) -> None:
    save(admin_client, variant, text="a\r\n" * 1000 + "b" * 1000)

    assert variant.text == "a\n" * 1000 + "b" * 1000


def test_what_the_words_can_name_is_offered_and_the_unknown_is_named(
    admin_client: Client,
) -> None:
    steps = {
        "ask": ask(choice(digits="1"), variable="account"),
        "pin": ask(choice(digits="1"), variable="pin", sensitivity="secret"),
        "bye": {"kind": "hangup"},
    }
    says = "{{ account|digits }} {{ plan }} {{ pin }} {{ acount }}"
    variables = [{"name": "plan", "default": "gold", "help": "Their plan."}]
    load(line(steps=steps, variables=variables, prompts={"question": words(says)}))
    variant = PromptVariant.objects.get()

    page = admin_client.get(reverse(CHANGE, args=[variant.pk])).content.decode()

    for name in ("caller", "account", "plan"):
        assert f'data-name="{name}"' in page
    assert 'data-name="pin"' not in page
    assert 'title="Their plan."' in page
    assert "No menu that speaks this prompt knows: acount" in page
    assert "“pin” is not to be spoken: the step “pin” keeps it from being seen." in page
    assert "<mark>1, 2, 3, 4</mark> <mark>gold</mark>" in page


def test_a_language_is_added_with_its_prompt_and_language_filled_in(
    admin_client: Client, variant: PromptVariant
) -> None:
    url = f"{reverse(ADD)}?prompt={variant.prompt_id}&language=es-US"
    page = admin_client.get(url)
    assert "Hello." in page.content.decode()

    admin_client.post(url, filled(page, "promptvariant_form", text="Hola."))

    added = PromptVariant.objects.get(language="es-US")
    assert (added.prompt, added.text) == (variant.prompt, "Hola.")


def test_many_languages_ask_as_often_as_one(admin_client: Client, variant: PromptVariant) -> None:
    url = reverse("admin:voicegather_prompt_change", args=[variant.prompt_id])
    counts = []
    admin_client.get(url)
    for languages in ((), ("es-US", "fr-CA", "de-DE", "it-IT")):
        for language in languages:
            PromptVariant.objects.create(prompt=variant.prompt, language=language, text="x")
        with CaptureQueriesContext(connection) as asked:
            admin_client.get(url)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_who_may_only_look_sees_the_words(as_staff: Any, variant: PromptVariant) -> None:
    client = as_staff("view_promptvariant", "view_prompt")

    page = client.get(reverse(CHANGE, args=[variant.pk])).content.decode()

    assert "Hello." in page
    assert "<textarea" not in page


def test_a_new_prompt_may_have_no_words_yet(admin_client: Client) -> None:
    url = reverse("admin:voicegather_prompt_add")
    page = admin_client.get(url)
    assert "null" not in filled(page, "prompt_form").values()

    admin_client.post(url, filled(page, "prompt_form", key="welcome"))

    assert Prompt.objects.get().variants.count() == 0


@pytest.mark.parametrize("page", ["own", "prompt"])
def test_a_language_stands_once_in_a_prompt(
    page: str, admin_client: Client, variant: PromptVariant
) -> None:
    other = PromptVariant.objects.create(prompt=variant.prompt, language="es-US", text="Hola.")
    url = reverse(CHANGE, args=[other.pk])
    typed = filled(admin_client.get(url), "promptvariant_form", language="en-US")
    if page == "prompt":
        url = reverse("admin:voicegather_prompt_change", args=[variant.prompt_id])
        languages = {"variants-0-language": "es-US", "variants-1-language": "en-US"}
        typed = filled(admin_client.get(url), "prompt_form", **languages)

    answer = admin_client.post(url, typed)

    assert answer.status_code == 200
    assert "already" in answer.content.decode()
    assert [each.language for each in PromptVariant.objects.order_by("pk")] == ["en-US", "es-US"]


def test_two_who_write_the_same_words_do_not_overwrite_each_other(
    admin_client: Client, variant: PromptVariant
) -> None:
    url = reverse("admin:voicegather_prompt_change", args=[variant.prompt_id])
    mine = filled(admin_client.get(url), "prompt_form", **{"variants-0-text": "Mine."})
    speed = {"type": "telnyx", "voice_speed": 0.8}
    PromptVariant.objects.update(text="Theirs.", voice="Telnyx.KokoroTTS.af", voice_settings=speed)

    answer = admin_client.post(url, mine)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Somebody was faster" in page
    assert "Mine." in page
    assert "Theirs." in page
    variant.refresh_from_db()
    assert (variant.text, variant.voice_settings) == ("Theirs.", speed)


@pytest.mark.parametrize("prompt", ["abc", "²", "0", "9" * 30, "%00", "theirs"])
def test_no_other_prompt_can_be_asked_for(
    prompt: str, as_staff: Any, variant: PromptVariant
) -> None:
    theirs = Prompt.objects.create(key="theirs", team=Group.objects.create(name="Theirs"))
    client = as_staff("add_promptvariant", "view_promptvariant", "view_prompt")
    asked = str(theirs.pk) if prompt == "theirs" else prompt

    answer = client.get(f"{reverse(ADD)}?prompt={asked}&language=%00")

    assert answer.status_code == 200
    assert "selected>theirs" not in answer.content.decode()
