"""Recorded prompts: what a file holds, and where it is kept."""

from __future__ import annotations

from voicegather.services.audio.accounts import accounts_in_use, delivers_by_media
from voicegather.services.audio.names import media_name_of, stored_name_of
from voicegather.services.audio.pinning import pin_variant
from voicegather.services.audio.reading import read_sound
from voicegather.services.audio.sounds import MOST_BYTES, Sound, SoundError, doubts_of
from voicegather.services.audio.storing import (
    as_sound,
    folder,
    is_uploaded,
    known_sounds,
    sound_of,
    storage,
    store_sound,
)
from voicegather.services.audio.whereabouts import (
    NOT_AT_TELNYX,
    Whereabouts,
    what_is_missing,
    whereabouts_of,
)

__all__ = [
    "MOST_BYTES",
    "NOT_AT_TELNYX",
    "Sound",
    "SoundError",
    "Whereabouts",
    "accounts_in_use",
    "as_sound",
    "delivers_by_media",
    "doubts_of",
    "folder",
    "is_uploaded",
    "known_sounds",
    "media_name_of",
    "pin_variant",
    "read_sound",
    "sound_of",
    "storage",
    "store_sound",
    "stored_name_of",
    "what_is_missing",
    "whereabouts_of",
]
