"""Prompts written by the rules of the admin, whole or by parts."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from tests.api.conftest import Api, Asking
from tests.services.audio.sounds import wav
from tests.services.menus.building import line, load
from voicegather.models import Prompt, PromptVariant

WELCOME = {
    "key": "welcome",
    "name": "Welcome",
    "team": None,
    "variants": [
        {
            "language": "en-US",
            "kind": "text",
            "text": "  Hello, {{ caller }}. ",
            "voice": "Telnyx.KokoroTTS.af",
            "voice_language": "",
            "voice_settings": {"type": "telnyx", "voice_speed": 0.9},
            "audio_file": "",
            "audio_url": "",
            "media_name": "",
            "duration_ms": 0,
        }
    ],
}


@pytest.fixture
def writer(api: Api) -> Asking:
    return api("add_prompt", "change_prompt", "delete_prompt", "view_prompt", teams=("ours",))


def test_a_prompt_comes_back_as_it_was_written(writer: Asking) -> None:
    made = writer.ask("post", "prompts/", WELCOME)
    read = writer.ask("get", "prompts/welcome/")

    assert (made.status_code, read.status_code) == (201, 200)
    assert made.json() == read.json()
    assert {name: value for name, value in read.json().items() if name != "updated_at"} == WELCOME
    assert read.json()["updated_at"].endswith("Z")


def test_what_was_read_can_be_written_again(writer: Asking) -> None:
    writer.ask("post", "prompts/", WELCOME)
    read = writer.ask("get", "prompts/welcome/").json()

    assert writer.ask("put", "prompts/welcome/", read).status_code == 200


def test_a_prompt_is_replaced_whole(writer: Asking) -> None:
    writer.ask("post", "prompts/", WELCOME)
    kept = PromptVariant.objects.get()
    variants = [{"language": "es-US", "text": "Hola"}, {"language": "en-US", "text": "Hi"}]

    writer.ask("put", "prompts/welcome/", {"key": "welcome", "variants": variants})

    prompt = Prompt.objects.get()
    assert prompt.name == ""
    assert list(prompt.variants.values_list("language", "text", "voice", "voice_settings")) == [
        ("en-US", "Hi", "", {}),
        ("es-US", "Hola", "", {}),
    ]
    assert prompt.variants.get(language="en-US").pk == kept.pk


def test_a_part_of_a_prompt_is_changed_alone(writer: Asking) -> None:
    writer.ask("post", "prompts/", WELCOME)

    answer = writer.ask("patch", "prompts/welcome/", {"name": "Greeting"})

    assert (answer.status_code, answer.json()["name"]) == (200, "Greeting")
    assert answer.json()["variants"] == WELCOME["variants"]


def test_a_prompt_is_removed(writer: Asking) -> None:
    writer.ask("post", "prompts/", WELCOME)

    assert writer.ask("delete", "prompts/welcome/").status_code == 204
    assert not PromptVariant.objects.exists()


def test_each_write_is_in_the_sites_log(writer: Asking) -> None:
    writer.ask("post", "prompts/", WELCOME)
    writer.ask("patch", "prompts/welcome/", {"name": "Greeting"})
    writer.ask("delete", "prompts/welcome/")

    flags = LogEntry.objects.order_by("pk").values_list("action_flag", "object_repr")
    assert list(flags) == [(1, "Welcome"), (2, "Greeting"), (3, "Greeting")]


@pytest.mark.parametrize(
    ("variant", "place", "says"),
    [
        ({"text": ""}, "text", "A variant of this kind needs this."),
        ({"kind": "audio"}, "audio_file", "A variant of this kind needs this."),
        ({"kind": "media"}, "media_name", "A variant of this kind needs this."),
        ({"language": "english"}, "language", "“english” is not a language such as en-US."),
        ({"voice_settings": {"speed": 1}}, "voice_settings", "Name the provider: "),
        ({"voice_settings": [1]}, "voice_settings", "Write a JSON object: "),
        ({"kind": "audio", "audio_url": "ftp//x"}, "audio_url", "Enter a valid URL."),
        ({"text": "x" * 3001}, "text", "Ensure this field has no more than 3000 characters."),
        ({"text": 5}, "text", "Not a valid string."),
        (
            {"kind": "audio", "audio_file": "voicegather/prompts/none.wav"},
            "audio_file",
            "There is no such uploaded file.",
        ),
        (
            {"kind": "audio", "audio_file": "voicegather/prompts/../secret.wav"},
            "audio_file",
            "There is no such uploaded file.",
        ),
    ],
)
def test_a_variant_that_cannot_be_heard_is_refused(
    variant: dict[str, Any], place: str, says: str, writer: Asking
) -> None:
    row = {"language": "en-US", "kind": "text", "text": "Hello"} | variant

    answer = writer.ask("post", "prompts/", {"key": "welcome", "variants": [row]})

    (reason,) = answer.json()["errors"]
    assert (answer.status_code, reason["pointer"]) == (400, f"#/variants/0/{place}")
    assert reason["detail"].startswith(says)
    assert not Prompt.objects.exists()


def test_one_language_has_one_variant(writer: Asking) -> None:
    row = {"language": "en-US", "text": "Hello"}

    answer = writer.ask("post", "prompts/", {"key": "welcome", "variants": [row, row]})

    assert answer.json()["errors"] == [
        {
            "pointer": "#/variants/1/language",
            "detail": "There is a variant of this language already.",
        }
    ]


def test_a_file_and_an_address_are_not_both_heard(writer: Asking) -> None:
    name = default_storage.save("voicegather/prompts/hello.wav", ContentFile(wav(2.5)))
    both = {"kind": "audio", "audio_file": name, "audio_url": "https://www.example.com/a.wav"}

    answer = writer.ask("post", "prompts/", {"key": "a", "variants": [{"language": "en", **both}]})
    both["audio_url"] = ""
    alone = writer.ask("post", "prompts/", {"key": "a", "variants": [{"language": "en", **both}]})

    assert answer.json()["errors"] == [
        {"pointer": "#/variants/0/audio_url", "detail": "Give a file or a URL, not both."}
    ]
    assert (alone.status_code, alone.json()["variants"][0]["audio_file"]) == (201, name)


def test_an_uploaded_file_tells_its_length_itself(writer: Asking) -> None:
    name = default_storage.save("voicegather/prompts/hello.wav", ContentFile(wav(2.5)))
    row = {"language": "en", "kind": "audio", "audio_file": name, "duration_ms": 7}

    answer = writer.ask("post", "prompts/", {"key": "a", "variants": [row]})

    assert answer.json()["variants"][0]["duration_ms"] == 2_500


def test_a_file_that_is_no_sound_is_refused_with_what_to_do(writer: Asking) -> None:
    name = default_storage.save("voicegather/prompts/hello.wav", ContentFile(b"MZ" + bytes(99)))
    row = {"language": "en", "kind": "audio", "audio_file": name}

    answer = writer.ask("post", "prompts/", {"key": "a", "variants": [row]})

    assert answer.json()["errors"] == [
        {
            "pointer": "#/variants/0/audio_file",
            "detail": "This is a program, not a WAV or MP3: save the sound as WAV or MP3.",
        }
    ]
    assert not Prompt.objects.exists()


def test_a_variant_of_a_part_needs_its_language_too(writer: Asking) -> None:
    writer.ask("post", "prompts/", WELCOME)

    answer = writer.ask("patch", "prompts/welcome/", {"variants": [{"text": "Hi"}]})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "#/variants/0/language"
    assert PromptVariant.objects.get().text == WELCOME["variants"][0]["text"]  # type: ignore[index]


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("Welcome!", "Use small letters, digits and underscores"),
        ("welcome", "Prompt with this Key already exists."),
        ("", "This field may not be blank."),
        ("k" * 51, "Ensure this field has no more than 50 characters."),
    ],
)
def test_a_key_is_written_as_menus_name_it_and_once(key: str, says: str, writer: Asking) -> None:
    Prompt.objects.create(key="welcome")

    answer = writer.ask("post", "prompts/", {"key": key})

    (reason,) = answer.json()["errors"]
    assert (reason["pointer"], reason["detail"].startswith(says)) == ("#/key", True)


def test_a_key_never_changes(writer: Asking) -> None:
    writer.ask("post", "prompts/", WELCOME)

    answer = writer.ask("patch", "prompts/welcome/", {"key": "other"})

    assert answer.json()["errors"] == [
        {
            "pointer": "#/key",
            "detail": "Menus name a prompt by its key: make another prompt instead.",
        }
    ]


@pytest.mark.parametrize(("team", "status"), [("ours", 201), ("theirs", 400), (5, 400), ([], 400)])
def test_a_prompt_is_given_to_own_teams_only(
    team: object, status: int, writer: Asking, api: Api
) -> None:
    api(teams=("theirs",))

    answer = writer.ask("post", "prompts/", {"key": "welcome", "team": team})

    assert answer.status_code == status
    assert Prompt.objects.exists() == (status == 201)


def test_a_prompt_that_a_step_uses_is_not_deleted(writer: Asking) -> None:
    load(line())

    answer = writer.ask("delete", "prompts/question/")

    assert (answer.status_code, answer.json()["code"]) == (409, "prompt_in_use")
    assert answer.json()["detail"] == (
        "“question” is used by step “ask” of “Line”: name another prompt there, then delete it."
    )
    assert Prompt.objects.filter(key="question").exists()


@pytest.mark.parametrize(
    ("columns", "pointer", "says"),
    [
        ({"voice": "x"}, "voice", "“x” is no voice: write Provider.Model.Voice"),
        (
            {"voice": "AWS.Polly.Joanna", "voice_settings": {"type": "azure"}},
            "voice_settings",
            "These settings are of the type “azure”, but the voice is one of Amazon Polly.",
        ),
        (
            {"voice_settings": {"type": "telnyx", "voice_speed": "fast"}},
            "voice_settings",
            "voice_speed: Write a number.",
        ),
        (
            {"kind": "ssml", "text": "<speak>\n<b>Hi</speak>"},
            "text",
            "Line 2, column 8: mismatched tag.",
        ),
    ],
)
def test_voices_and_ssml_are_checked_as_in_the_admin(
    columns: dict[str, Any], pointer: str, says: str, writer: Asking
) -> None:
    row = {"language": "en-US", "text": "Hi", **columns}

    answer = writer.ask("post", "prompts/", {"key": "a", "variants": [row]})

    (reason,) = answer.json()["errors"]
    assert reason["pointer"] == f"#/variants/0/{pointer}"
    assert reason["detail"].startswith(says)
