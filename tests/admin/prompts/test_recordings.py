"""Recordings uploaded on a prompt's page: what is taken, and what is refused without loss."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.services.audio.sounds import mp3, wav
from voicegather.models import AudioFile, Prompt, PromptVariant
from voicegather.services.audio import MOST_BYTES

ADD = "admin:voicegather_prompt_add"


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = str(tmp_path)


def form(**variant: Any) -> dict[str, Any]:
    row = {"language": "en-US", "kind": "audio", "text": "", "duration_ms": "0"} | variant
    whole = {"key": "welcome", "variants-TOTAL_FORMS": "1", "variants-INITIAL_FORMS": "0"}
    return whole | {f"variants-0-{name}": value for name, value in row.items()}


def changing(variant: PromptVariant, **changes: Any) -> dict[str, Any]:
    ids = {"id": str(variant.pk), "prompt": str(variant.prompt_id)}
    return form(**ids, **changes) | {"variants-INITIAL_FORMS": "1"}


def upload(content: bytes, name: str = "hello.wav") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "audio/wav")


def post(client: Client, data: dict[str, Any], prompt: Prompt | None = None) -> str:
    url = reverse("admin:voicegather_prompt_change", args=[prompt.pk]) if prompt else reverse(ADD)
    return client.post(url, data).content.decode()


def test_a_recording_is_kept_under_its_content_and_measured(admin_client: Client) -> None:
    post(admin_client, form(audio_file=upload(wav(2.5))))

    variant = PromptVariant.objects.get()
    known = AudioFile.objects.get()
    assert variant.audio_file.name == known.name == f"voicegather/prompts/{known.sha256}.wav"
    assert (variant.duration_ms, known.sample_rate, known.channels) == (2_500, 8_000, 1)
    assert variant.audio_file.read() == wav(2.5)


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd.wav", "🎙️ привет.wav", "a" * 300 + ".wav", "..\\x.exe", "a\0b.wav"]
)
def test_the_name_of_an_upload_plays_no_part(name: str, admin_client: Client) -> None:
    post(admin_client, form(audio_file=upload(mp3(), name)))

    assert PromptVariant.objects.get().audio_file.name == AudioFile.objects.get().name
    assert AudioFile.objects.get().name.endswith(".mp3")


def test_the_same_recording_is_stored_once(admin_client: Client) -> None:
    post(admin_client, form(audio_file=upload(wav())))
    post(admin_client, form(audio_file=upload(wav(), "other.wav")) | {"key": "other"})

    assert AudioFile.objects.count() == 1
    assert len(default_storage.listdir("voicegather/prompts")[1]) == 1


def test_a_refused_recording_loses_nothing_that_was_typed(admin_client: Client) -> None:
    words = "What the recording says."

    page = post(admin_client, form(text=words, audio_file=upload(b"MZ" + bytes(99))))

    assert "This is a program, not a WAV or MP3: save the sound as WAV or MP3." in page
    assert words in page
    assert not Prompt.objects.exists()
    assert not AudioFile.objects.exists()


def test_a_recording_that_is_too_large_is_refused_and_dropped(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = 0

    def counting(self: Any, raw: bytes, start: int) -> None:
        nonlocal kept
        kept += len(raw)

    handler = "django.core.files.uploadhandler.TemporaryFileUploadHandler.receive_data_chunk"
    monkeypatch.setattr(handler, counting)
    words = "What the recording says."

    page = post(admin_client, form(audio_file=upload(wav(1) + bytes(30_000_000)), text=words))

    assert "The file has 30.0 MB, Telnyx takes 20 MB" in page
    assert words in page
    assert 0 < kept <= MOST_BYTES


def test_a_recording_is_replaced_and_its_file_stays_for_what_was_published(
    admin_client: Client,
) -> None:
    post(admin_client, form(audio_file=upload(wav(1))))
    variant = PromptVariant.objects.get()
    old = variant.audio_file.name

    post(admin_client, changing(variant, audio_file=upload(wav(3))), variant.prompt)

    variant.refresh_from_db()
    assert (variant.audio_file.name != old, variant.duration_ms) == (True, 3_000)
    assert default_storage.exists(old)


def test_a_recording_is_removed(admin_client: Client) -> None:
    post(admin_client, form(audio_file=upload(wav(1))))
    variant = PromptVariant.objects.get()
    without = {"kind": "text", "text": "Hello", "audio_file-clear": "on"}

    post(admin_client, changing(variant, **without), variant.prompt)

    variant.refresh_from_db()
    assert not variant.audio_file
    assert default_storage.exists(AudioFile.objects.get().name)


def test_the_length_of_a_recording_is_its_own(admin_client: Client) -> None:
    post(admin_client, form(audio_file=upload(wav(1))))
    variant = PromptVariant.objects.get()

    post(admin_client, changing(variant, duration_ms="77"), variant.prompt)

    variant.refresh_from_db()
    assert variant.duration_ms == 1_000


def test_the_page_plays_the_recording_and_tells_of_it(admin_client: Client) -> None:
    post(admin_client, form(audio_file=upload(wav(65, rate=44_100, channels=2))))
    variant = PromptVariant.objects.get()

    page = admin_client.get(
        reverse("admin:voicegather_prompt_change", args=[variant.prompt_id])
    ).content.decode()

    assert f'<audio controls preload="none" src="{variant.audio_file.url}"' in page
    assert "1:05 · WAV · 44,100 Hz · 16 bits · stereo · 11.5 MB" in page
    assert "It has 2 channels, a telephone has one: save it as mono." in page


def test_pages_with_many_recordings_ask_as_often_as_with_one(admin_client: Client) -> None:
    prompt = Prompt.objects.create(key="welcome")
    url = reverse("admin:voicegather_prompt_change", args=[prompt.pk])
    counts = []
    admin_client.get(url)
    for languages in (("en-US",), ("es-US", "fr-CA", "de-DE", "it-IT")):
        for seconds, language in enumerate(languages, start=1):
            variant = PromptVariant(prompt=prompt, language=language, kind="audio")
            variant.audio_file.save(f"{language}.wav", upload(wav(seconds)))
        with CaptureQueriesContext(connection) as asked:
            admin_client.get(url)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_forged_form_is_still_refused(admin_user: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin_user)

    answers = [
        client.post(reverse(ADD), form(audio_file=upload(wav()))),
        client.post(reverse("admin:voicegather_promptvariant_add"), {}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert not Prompt.objects.exists()
