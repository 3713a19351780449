"""Recorded prompts: what a file holds, and where it is kept."""

from __future__ import annotations

from voicegather.services.audio.reading import read_sound
from voicegather.services.audio.sounds import MOST_BYTES, Sound, SoundError, doubts_of
from voicegather.services.audio.storing import (
    folder,
    is_uploaded,
    known_sounds,
    sound_of,
    storage,
    store_sound,
)

__all__ = [
    "MOST_BYTES",
    "Sound",
    "SoundError",
    "doubts_of",
    "folder",
    "is_uploaded",
    "known_sounds",
    "read_sound",
    "sound_of",
    "storage",
    "store_sound",
]
