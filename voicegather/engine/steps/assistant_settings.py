"""What staff set on a step that hands the call to an assistant."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from voicegather.engine.config import Role, setting
from voicegather.engine.steps.consent import consent_key_setting, consent_prompt_setting
from voicegather.engine.steps.conversing_settings import (
    global_choices_setting,
    history_updates_setting,
    instructions_setting,
    interruptible_setting,
    transcription_language_setting,
    transcription_model_setting,
    voice_setting,
    voice_settings_setting,
)
from voicegather.engine.wording import marked as _

#: How Telnyx names assistants. Its own are assistant-<uuid>; what follows is left to it.
ASSISTANT_ID = re.compile(r"assistant-[A-Za-z0-9][A-Za-z0-9_-]*")


class SpeaksFirst(StrEnum):
    """Who begins: the assistant with its greeting, the caller, or the model with its own words."""

    ASSISTANT = _("assistant")
    CALLER = _("caller")
    MODEL = _("model")


@dataclass(frozen=True)
class AssistantSettings:
    assistant: str = setting(
        label=_("Assistant"),
        help=_("Its id at Telnyx: assistant- and what follows."),
        maximum=100,
    )
    instructions: str = instructions_setting()
    speaks_first: SpeaksFirst = setting(
        label=_("Who speaks first"),
        help=_(
            "assistant: it greets. caller: it waits for the caller. model: it thinks of its own "
            "first words."
        ),
        default=SpeaksFirst.ASSISTANT,
    )
    greeting: str = setting(
        label=_("Greeting"),
        help=_("A prompt of words that it begins with. Empty: its own greeting."),
        default="",
        role=Role.PROMPT,
    )
    dynamic_variables: Mapping[str, str] = setting(
        label=_("Dynamic variables"),
        help=_(
            "Text by name for the assistant’s own {{ variables }}; {{ variables }} of the call "
            "are filled in."
        ),
        default={},
        role=Role.TEMPLATE,
    )
    voice: str = voice_setting(
        _("Provider.Model.Voice, such as AWS.Polly.Joanna-Neural. Empty: the assistant’s own.")
    )
    voice_settings: Mapping[str, str] = voice_settings_setting()
    transcription_model: str = transcription_model_setting()
    transcription_language: str = transcription_language_setting()
    interruptible: bool = interruptible_setting()
    global_choices: bool = global_choices_setting()
    history_updates: bool = history_updates_setting()
    time_limit_seconds: int = setting(
        label=_("Time limit (seconds)"),
        help=_(
            "After so long the assistant is stopped and the step leaves by time_limit, or by "
            "done where no choice is on that."
        ),
        default=600,
        minimum=10,
        maximum=1_800,
    )
    consent_prompt: str = consent_prompt_setting()
    consent_key: str = consent_key_setting()
