from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from django.core.files.base import ContentFile

from tests.services.menus.building import finding, line, lint, load
from voicegather.models import Menu, PromptVariant
from voicegather.services.menus import compile_menu, content_sha256, publish_menu

pytestmark = pytest.mark.django_db

SOUND = b"RIFF hello"


@pytest.fixture
def variant(settings: Any) -> PromptVariant:
    settings.VOICEGATHER = settings.VOICEGATHER | {"PUBLIC_URL": "https://www.example.com"}
    load(line())
    variant = PromptVariant.objects.get()
    variant.kind = "audio"
    variant.audio_file.save("hello.WAV", ContentFile(SOUND))
    return variant


def published_url() -> str:
    version = publish_menu(menu=Menu.objects.get())
    return version.document["prompts"]["question"]["en-US"]["url"]


def test_uploaded_audio_is_published_under_a_name_made_of_its_content(
    variant: PromptVariant,
) -> None:
    name = f"voicegather/prompts/{sha256(SOUND).hexdigest()}.wav"

    assert published_url() == f"https://www.example.com/media/{name}"
    variant.refresh_from_db()
    assert variant.audio_file.name == name
    assert variant.audio_file.read() == SOUND


def test_uploaded_audio_that_was_looked_at_under_its_own_name_is_published(
    variant: PromptVariant,
) -> None:
    menu = Menu.objects.get()
    seen = content_sha256(compile_menu(menu))

    version = publish_menu(menu=menu, expected_sha256=seen)

    assert version.sha256 == content_sha256(compile_menu(menu)) != seen


def test_another_upload_leaves_what_is_published_as_it_sounds(variant: PromptVariant) -> None:
    first = published_url()
    variant.refresh_from_db()
    kept = variant.audio_file.name
    variant.audio_file.save("hello.wav", ContentFile(b"RIFF other"))

    assert published_url() != first
    assert variant.audio_file.storage.open(kept).read() == SOUND


def test_publishing_again_makes_no_new_version_and_no_new_file(variant: PromptVariant) -> None:
    first = published_url()

    assert published_url() == first
    assert Menu.objects.get().versions.count() == 1


def test_audio_that_telnyx_cannot_reach_asks_for_the_public_url(
    variant: PromptVariant, settings: Any
) -> None:
    settings.VOICEGATHER = settings.VOICEGATHER | {"PUBLIC_URL": ""}

    found = finding(Menu.objects.get(), "audio_url")

    assert found.message == (
        f"prompt “question” in en-US has the address /media/{variant.audio_file.name}, which "
        "Telnyx cannot fetch: set VOICEGATHER['PUBLIC_URL'] to the site's address"
    )


def test_a_lost_file_is_an_error(variant: PromptVariant) -> None:
    variant.audio_file.storage.delete(variant.audio_file.name)

    assert lint(Menu.objects.get()) == {("error", "ask", "prompt", "audio_missing")}
