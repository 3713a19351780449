"""Prompts with recordings, and what has become of these."""

from __future__ import annotations

from typing import Any

from django.core.files.base import ContentFile

from tests.services.audio.sounds import wav
from tests.services.menus.building import line, load
from voicegather.models import AudioFile, MediaUpload, Menu, PromptVariant
from voicegather.services import dispatch
from voicegather.services.audio import media_name_of, read_sound, store_sound
from voicegather.services.audio.keeping import bring_to_telnyx


def record(content: bytes = b"") -> tuple[Menu, str]:
    """A menu whose question is a recording, and the recording's name at Telnyx."""
    menu = load(line())
    name = replace_recording(content or wav())
    return menu, media_name_of(name)


def replace_recording(content: bytes) -> str:
    """Have the menu's question be another recording, uploaded just now."""
    file = ContentFile(content)
    sound = read_sound(file, size=len(content))
    name = store_sound(file, sound)
    PromptVariant.objects.update(kind="audio", audio_file=name, duration_ms=sound.duration_ms)
    bring_to_telnyx([name])
    return name


def settle() -> None:
    """Let the background work end."""
    assert dispatch.wait_until_idle()


def upload_of(connection: str = "default") -> MediaUpload:
    return MediaUpload.objects.get(audio=AudioFile.objects.get(), connection=connection)


def words(menu: Menu) -> dict[str, Any]:
    """What the live version says to the menu's question."""
    menu.refresh_from_db()
    assert menu.live_version is not None
    found: dict[str, Any] = menu.live_version.document["prompts"]["question"]["en-US"]
    return found
