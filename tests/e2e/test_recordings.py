"""A recording on its prompt's page: chosen, refused, heard, replaced."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenAs
from tests.services.audio.sounds import wav
from voicegather.models import Prompt, PromptVariant

PERMISSIONS = (
    "add_prompt",
    "change_prompt",
    "view_prompt",
    "add_promptvariant",
    "change_promptvariant",
    "view_promptvariant",
)


@pytest.fixture(autouse=True)
def files_on_disk(settings: Any, tmp_path: Any) -> None:
    """Elsewhere the suite keeps uploads in memory, which no address leads to."""
    settings.MEDIA_ROOT = tmp_path / "media"
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    settings.STORAGES = settings.STORAGES | {"default": disk}


def file(content: bytes, name: str) -> Any:
    return {"name": name, "mimeType": "audio/wav", "buffer": content}


@pytest.mark.parametrize("width", [1280, 420])
def test_a_refused_file_keeps_the_form_and_a_good_one_is_heard(open_as: OpenAs, width: int) -> None:
    page = open_as(
        "/admin/voicegather/prompt/add/",
        *PERMISSIONS,
        viewport={"width": width, "height": 900},
    )
    page.locator("#id_key").fill("welcome")
    page.locator("#id_name").fill("A “greeting”")
    page.locator("[name=variants-0-language]").fill("en-US")
    page.locator("[name=variants-0-kind]").select_option("audio")
    chooser = page.locator("[name=variants-0-audio_file]")
    chooser.set_input_files(file(b"MZ" + bytes(500), "hello.wav"))
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.get_by_text("This is a program, not a WAV or MP3")).to_be_visible()
    expect(page.locator("#id_name")).to_have_value("A “greeting”")
    expect(page.locator("[name=variants-0-language]")).to_have_value("en-US")

    page.locator("[name=variants-0-audio_file]").set_input_files(file(wav(2.5), "hello.exe"))
    page.get_by_role("button", name="Save and continue editing").click()

    expect(page.get_by_text("2.5 s · WAV · 8,000 Hz · 16 bits · mono · 40 kB")).to_be_visible()
    player = page.locator("audio")
    expect(player).to_be_visible()
    length = player.evaluate(
        "sound => new Promise(done => {"
        " sound.onloadedmetadata = () => done(sound.duration);"
        " sound.onerror = () => done(-1); sound.load(); sound.preload = 'metadata'; })"
    )
    assert length == 2.5
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert PromptVariant.objects.get().duration_ms == 2_500
    assert Prompt.objects.get().name == "A “greeting”"
