"""Whether a voice is written as Telnyx takes it, and whether its settings are its provider's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from voicegather.services.voices.providers import PROVIDERS, provider_of

#: Telnyx docs: speak, voice: the provider, a model with some, and the voice's own name.
VOICE_PATTERN = re.compile(r"[A-Za-z][\w-]*(\.[^\s.]+)+")


def voice_problem(voice: str) -> str:
    """What is wrong with how `voice` is written, in a sentence; "" where nothing is."""
    if VOICE_PATTERN.fullmatch(voice):
        return ""
    return _(
        "“%(voice)s” is no voice: write Provider.Model.Voice, such as AWS.Polly.Joanna-Neural."
    ) % {"voice": voice}


def settings_problems(settings: Any) -> Iterator[tuple[str, str]]:
    """What is wrong with a voice's settings, as ``(setting, message)``; "" is the whole.

    Settings that are not known here may stand: a later Telnyx may know them.
    """
    if not isinstance(settings, dict):
        yield "", _('Write a JSON object: {"name": "value"}.')
        return
    if not settings:
        return
    named = settings.get("type")
    if not isinstance(named, str) or not named:
        yield "", _('Name the provider: {"type": "elevenlabs", …}.')
        return
    known = next((each for each in PROVIDERS if each.type == named), None)
    for each in known.settings if known else ():
        # Telnyx takes null for what is left out.
        if settings.get(each.name) is not None and (problem := each.problem(settings[each.name])):
            yield each.name, problem


def mismatch(voice: str, settings: Any) -> str:
    """That the settings are of another provider than the voice, in a sentence; "" if not."""
    owner = provider_of(voice)
    named = settings.get("type") if isinstance(settings, dict) else None
    if owner is None or not isinstance(named, str) or named in ("", owner.type):
        return ""
    if not owner.type and named not in {each.type for each in PROVIDERS}:
        return ""
    return _("These settings are of the type “%(type)s”, but the voice is one of %(owner)s.") % {
        "type": named,
        "owner": owner.label,
    }
