from __future__ import annotations

from voicegather.exceptions import VoicegatherError


class RecordingError(VoicegatherError):
    """Something cannot be done with a recording; the message says what to do."""


class NotNowError(RecordingError):
    """It did not work this time: the same may work in a moment."""
