"""Names made of their content for files that came into the storage under others."""

from __future__ import annotations

from pathlib import PurePosixPath

from django.core.files import File

from voicegather.models import PromptVariant
from voicegather.services.audio.sounds import SoundError
from voicegather.services.audio.storing import digest_of, sound_of


def pin_variant(variant: PromptVariant) -> None:
    """Have an uploaded file stand under its SHA-256, and the variant name it; the old one stays.

    Where the file is gone nothing changes.
    """
    storage = variant.audio_file.storage
    old = PurePosixPath(str(variant.audio_file.name))
    if not storage.exists(str(old)):
        return
    with storage.open(str(old)) as content:
        name = str(old.with_name(digest_of(content) + old.suffix.lower()))
        if name != str(old) and not storage.exists(name):
            content.seek(0)
            name = storage.save(name, File(content))
    if name != str(old):
        variant.audio_file.name = name
        variant.save(update_fields=["audio_file", "updated_at"])
    _learn(name)


def _learn(name: str) -> None:
    """Keep what can be known of it; the linter tells what cannot be played."""
    try:
        sound_of(name)
    except SoundError:
        return
