"""Recordings of callers: fetched from Telnyx, kept in the site's storage, listened to, deleted."""

from __future__ import annotations

from voicegather.services.recordings.errors import RecordingError
from voicegather.services.recordings.forgetting import delete_at_telnyx, forget
from voicegather.services.recordings.listening import (
    NotAllowedError,
    open_sound,
    read_transcripts,
)
from voicegather.services.recordings.responding import sound_response

__all__ = [
    "NotAllowedError",
    "RecordingError",
    "delete_at_telnyx",
    "forget",
    "open_sound",
    "read_transcripts",
    "sound_response",
]
