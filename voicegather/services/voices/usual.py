"""The voice of who chooses none."""

from __future__ import annotations

from django.db.models import Count

from voicegather.models import PromptVariant
from voicegather.services.voices.suggestions import suggested_voices


def usual_voice(language: str) -> str:
    """What most prompts of `language` are spoken with, else a well-known voice of it, else ""."""
    spoken = PromptVariant.objects.filter(language=language).exclude(voice="")
    most = spoken.order_by().values("voice").annotate(times=Count("pk")).order_by("-times", "voice")
    if found := most.first():
        return str(found["voice"])
    family = language.partition("-")[0].lower()
    nearest = suggested_voices(language)[0]
    return nearest.voice if nearest.language.partition("-")[0].lower() == family else ""
