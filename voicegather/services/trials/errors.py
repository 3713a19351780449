"""What keeps a test call from going on, each with what to do."""

from __future__ import annotations

from voicegather.exceptions import VoicegatherError


class ActError(VoicegatherError):
    """The act cannot be done as the call stands, or cannot be read; the call stays as it was."""


class TrialMovedError(VoicegatherError):
    """The test call went on elsewhere since it was shown, in another tab say."""


class TrialGoneError(VoicegatherError):
    """There is no such test call: it was cleared away, or its menu deleted. Start a new one."""
