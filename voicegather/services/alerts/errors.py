from __future__ import annotations

from voicegather.exceptions import VoicegatherError


class AlertError(VoicegatherError):
    """What was asked for cannot be done; the words say why."""


class NotSentError(VoicegatherError):
    """A message did not reach its place; a later try may."""


class NeverSentError(VoicegatherError):
    """A message cannot reach its place as the settings are: trying again is of no use."""
