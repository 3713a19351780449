"""What staff set on an AI gather: its fields as rows, what is said, and how it listens."""

from __future__ import annotations

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

#: Results are kept by the field's name.
MOST_NAME = 50


class FieldType(StrEnum):
    """What an answer must be."""

    STRING = _("string")
    INTEGER = _("integer")
    NUMBER = _("number")
    BOOLEAN = _("boolean")
    DATE = _("date")
    CHOICE = _("choice")


@dataclass(frozen=True)
class AiField:
    """One thing that the model asks for."""

    name: str = setting(
        label=_("Name"),
        help=_(
            "Of letters, digits and underscores: prompts, choices and results know the answer by "
            "it."
        ),
        maximum=MOST_NAME,
    )
    description: str = setting(
        label=_("Description"),
        help=_("What the model asks for: “The caller’s age in years”, say."),
        maximum=1_000,
    )
    type: FieldType = setting(
        label=_("Type"), help=_("What the answer must be."), default=FieldType.STRING
    )
    required: bool = setting(
        label=_("Required"),
        help=_(
            "The model asks on until it knows every required field. If no field is required, "
            "all are."
        ),
        default=True,
    )
    choices: tuple[str, ...] = setting(
        label=_("Choices"), help=_("For the type choice: the answers allowed."), default=()
    )
    validator: str = setting(
        label=_("Validator"),
        help=_("A function of this site that accepts, normalises or refuses the answer."),
        default="",
        maximum=100,
    )


@dataclass(frozen=True)
class AiGatherSettings:
    fields: tuple[AiField, ...] = setting(
        label=_("Fields"), help=_("What the model asks for, in this order.")
    )
    greeting: str = setting(
        label=_("Greeting"),
        help=_("A prompt of words that the model begins with. Empty: it begins by itself."),
        default="",
        role=Role.PROMPT,
    )
    closing: str = setting(
        label=_("Closing words"),
        help=_("A prompt of words said once every field is known."),
        default="",
        role=Role.PROMPT,
    )
    attempts: int = setting(
        label=_("Attempts allowed"),
        help=_(
            "After so many the step leaves by no_input or invalid. Only what is still missing "
            "is asked again."
        ),
        default=2,
        minimum=1,
        maximum=9,
    )
    retry_prompt: str = setting(
        label=_("When asked again"),
        help=_("A prompt of words in place of the greeting. Empty: the greeting again."),
        default="",
        role=Role.PROMPT,
    )
    instructions: str = instructions_setting()
    model: str = setting(
        label=_("Model"), help=_("The language model. Empty: Telnyx’s own choice."), default=""
    )
    voice: str = voice_setting(
        _("Provider.Model.Voice, such as AWS.Polly.Joanna-Neural. Empty: that of the greeting.")
    )
    voice_settings: Mapping[str, str] = voice_settings_setting()
    language: str = setting(
        label=_("Language"),
        help=_("What callers speak, two or three letters such as en. Empty: the call’s language."),
        default="",
    )
    transcription_model: str = transcription_model_setting()
    transcription_language: str = transcription_language_setting()
    interruptible: bool = interruptible_setting()
    global_choices: bool = global_choices_setting()
    response_timeout_ms: int = setting(
        label=_("Wait for an answer (ms)"),
        help=_("How long a silence lasts before the model gives up on an answer."),
        default=10_000,
        minimum=1_000,
        maximum=120_000,
    )
    partial_results: bool = setting(
        label=_("Follow the answers live"),
        help=_("Each answer is told as it is understood, and kept when the caller hangs up."),
        default=True,
    )
    history_updates: bool = history_updates_setting()
    deadline_seconds: int = setting(
        label=_("Deadline (seconds)"),
        help=_("After so long without a result an attempt leaves by failure."),
        default=300,
        minimum=30,
        maximum=1_800,
    )
    speak_secret: bool = setting(
        label=_("May be spoken although it is sensitive"),
        help=_("Allows prompts and assistants to hear of masked or secret answers."),
        default=False,
    )
    consent_prompt: str = consent_prompt_setting()
    consent_key: str = consent_key_setting()

    @property
    def required(self) -> frozenset[str]:
        """The names of the fields without which the step is not done; never empty."""
        marked = frozenset(each.name for each in self.fields if each.required)
        return marked or frozenset(each.name for each in self.fields)
