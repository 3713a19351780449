from __future__ import annotations

from voicegather.exceptions import VoicegatherError


class ReplayError(VoicegatherError):
    """A replay cannot be started; the message says what to do."""
