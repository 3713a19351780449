"""Voices that Telnyx speaks with: their providers, what each can be told, and well-known ones."""

from voicegather.services.voices.checking import (
    VOICE_PATTERN,
    mismatch,
    settings_problems,
    voice_problem,
)
from voicegather.services.voices.providers import (
    PROVIDERS,
    VoiceProvider,
    provider_named,
    provider_of,
)
from voicegather.services.voices.settings import Shape, VoiceSetting
from voicegather.services.voices.suggestions import WellKnownVoice, suggested_voices

__all__ = [
    "PROVIDERS",
    "VOICE_PATTERN",
    "Shape",
    "VoiceProvider",
    "VoiceSetting",
    "WellKnownVoice",
    "mismatch",
    "provider_named",
    "provider_of",
    "settings_problems",
    "suggested_voices",
    "voice_problem",
]
