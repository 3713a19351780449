"""Steps in which a model talks: fields, what it is told, how it speaks and listens, consent."""

from __future__ import annotations

from collections import Counter
from typing import Any

from voicegather.engine.edges import Match, field_of
from voicegather.engine.entries import KEYS
from voicegather.engine.graph import StepNode, Words, WordsKind
from voicegather.engine.steps.ai_gather import AiField, AiGatherSettings, FieldType
from voicegather.engine.steps.ai_gather_fields import can_be
from voicegather.engine.steps.assistant import AssistantSettings, SpeaksFirst
from voicegather.engine.steps.assistant_settings import ASSISTANT_ID
from voicegather.engine.steps.conversing_settings import LANGUAGES
from voicegather.engine.template import FILTERS, has_stray_braces, placeholders
from voicegather.engine.variables import VARIABLE_NAME
from voicegather.handlers import known_validators
from voicegather.services.menus.lint.subject import Subject
from voicegather.services.menus.lint.ways import own_edges
from voicegather.services.voices import VOICE_PATTERN

#: Telnyx docs: gather_using_ai, greeting.
_SSML_VOICES = ("AWS.Polly.", "Polly.")
#: Telnyx docs: transcription models.
TRANSCRIPTION_MODELS = frozenset(
    """
    flux deepgram/flux deepgram/nova-3 deepgram/nova-2 speechmatics/standard speechmatics/enhanced
    speechmatics/linden-1 assemblyai/universal-3-5-pro assemblyai/universal-streaming xai/grok-stt
    soniox/stt-rt-v4 nvidia/parakeet-v3 omi-health/omi-med-stt-v1 humain/realtime reson8/turns
    cohere/ar-stt azure/fast azure/realtime google/latest_long distil-whisper/distil-large-v2
    openai/whisper-large-v3-turbo
    """.split()  # noqa: SIM905 - twenty quoted names in a column say no more
)
#: Telnyx docs: assistants, dynamic variables.
RESERVED_PREFIX = "telnyx_"


def check_ai_gather(subject: Subject, node: StepNode, settings: AiGatherSettings) -> None:
    """An AI gather: its fields, choices on them, words, and what all such steps share."""
    for name, count in Counter(each.name for each in settings.fields).items():
        if count > 1:
            message = f"“{name}” stands here {count} times: give each field a name of its own"
            subject.error("field_twice", node.key, "fields", message)
    for index, field in enumerate(settings.fields):
        _check_field(subject, node, f"fields.{index}", field)
    _check_field_choices(subject, node, settings)
    if settings.language and settings.language not in LANGUAGES:
        message = f"“{settings.language}” is not one that Telnyx listens for: write it like en"
        subject.error("language", node.key, "language", message)
    for name in ("greeting", "retry_prompt", "closing"):
        _check_words(subject, node, name, getattr(settings, name), settings.voice)
    _check_shared(subject, node, settings)


def check_assistant(subject: Subject, node: StepNode, settings: AssistantSettings) -> None:
    """An assistant: its id, what it is told, its greeting, and what all such steps share."""
    if not ASSISTANT_ID.fullmatch(settings.assistant):
        message = (
            f"“{settings.assistant}” is not an assistant’s id: copy it from Telnyx, assistant- and "
            "what follows"
        )
        subject.error("assistant_id", node.key, "assistant", message)
    if settings.greeting and settings.speaks_first is not SpeaksFirst.ASSISTANT:
        message = (
            f"is never said, {settings.speaks_first.value} speaks first: remove one of the two"
        )
        subject.error("greeting_unsaid", node.key, "greeting", message)
    for name, text in settings.dynamic_variables.items():
        place = f"dynamic_variables.{name}"
        if name.startswith(RESERVED_PREFIX):
            message = f"names that begin with {RESERVED_PREFIX} are Telnyx’s own: choose another"
            subject.error("dynamic_variable", node.key, place, message)
        elif not VARIABLE_NAME.fullmatch(name):
            message = f"“{name}” cannot be a variable: use letters, digits and underscores"
            subject.error("dynamic_variable", node.key, place, message)
        _check_template(subject, node, place, text)
    _check_words(subject, node, "greeting", settings.greeting, settings.voice or "the assistant’s")
    _check_shared(subject, node, settings)


def _check_field(subject: Subject, node: StepNode, place: str, field: AiField) -> None:
    choosing = field.type is FieldType.CHOICE
    if choosing and not any(each.strip() for each in field.choices):
        message = "has no choices: name the answers allowed"
        subject.error("field_choices", node.key, f"{place}.choices", message)
    elif not choosing and field.choices:
        message = f"are for the type choice, this is {field.type.value}: change one of the two"
        subject.error("field_choices", node.key, f"{place}.choices", message)
    elif choosing and not all(can_be(field, each) for each in field.choices):
        message = "must be texts that neither begin nor end with a blank, each of them once"
        subject.error("field_choices", node.key, f"{place}.choices", message)
    if field.validator and field.validator not in known_validators():
        names = ", ".join(sorted(known_validators())) or "none"
        message = f"this site has no validator “{field.validator}”: register it; known: {names}"
        subject.error("validator_unknown", node.key, f"{place}.validator", message)
    if not field.description.strip():
        message = "has no words: say what the model shall ask for"
        subject.error("field_description", node.key, f"{place}.description", message)


def _check_field_choices(subject: Subject, node: StepNode, settings: AiGatherSettings) -> None:
    fields = {each.name: each for each in settings.fields}
    for index, edge in enumerate(own_edges(node)):
        field = fields.get(field_of(edge.value)) if edge.match is Match.FIELD else None
        value = edge.value.partition("=")[2]
        if field is not None and not can_be(field, value):
            allowed = ", ".join(field.choices) or field.type.value
            message = f"“{field.name}” is never “{value}”: it is one of {allowed}"
            if field.type is not FieldType.CHOICE:
                message = f"“{field.name}” is never kept as “{value}”, it is of type {allowed}"
            subject.error("never_taken", node.key, f"choices[{index}]", message)


def _check_words(subject: Subject, node: StepNode, field: str, prompt: str, voice: str) -> None:
    """What a model's command speaks is words; SSML needs a voice that reads it there."""
    for language, words in subject.graph.prompts.get(prompt, {}).items():
        where = f"prompt “{prompt}” in {language}"
        if words.kind in (WordsKind.AUDIO, WordsKind.MEDIA):
            message = f"{where} is a recording: a model can only speak words"
            subject.error("model_words", node.key, field, message)
        elif words.kind is WordsKind.SSML and not _reads_ssml(words, voice):
            message = f"{where} is SSML: a model reads that with AWS.Polly voices only"
            subject.error("model_words", node.key, field, message)


def _reads_ssml(words: Words, voice: str) -> bool:
    return (voice or words.voice).startswith(_SSML_VOICES)


def _check_shared(subject: Subject, node: StepNode, settings: Any) -> None:
    _check_template(subject, node, "instructions", settings.instructions)
    _check_voice(subject, node, settings)
    model = settings.transcription_model
    if model and model not in TRANSCRIPTION_MODELS:
        message = f"“{model}” is not a model that Telnyx lists"
        subject.warn("transcription_model", node.key, "transcription_model", message)
    if settings.consent_prompt and settings.consent_key not in KEYS:
        message = f"“{settings.consent_key}” is not a key: use one of 0-9, * and #"
        subject.error("consent_key", node.key, "consent_key", message)


def _check_voice(subject: Subject, node: StepNode, settings: Any) -> None:
    if settings.voice and not VOICE_PATTERN.fullmatch(settings.voice):
        message = (
            f"“{settings.voice}” is not a voice: write Provider.Model.Voice, "
            "such as AWS.Polly.Joanna-Neural"
        )
        subject.error("voice", node.key, "voice", message)
    if settings.voice_settings and not settings.voice:
        message = "belong to a voice: give one, or remove them"
        subject.error("voice_settings", node.key, "voice_settings", message)
    elif settings.voice_settings and not settings.voice_settings.get("type"):
        subject.error("voice_settings", node.key, "voice_settings", "need a type, such as azure")


def _check_template(subject: Subject, node: StepNode, place: str, text: str) -> None:
    if has_stray_braces(text):
        message = "has {{ or }} that form no variable: write {{ name }} or {{ name|digits }}"
        subject.error("braces", node.key, place, message)
    for each in placeholders(text):
        if each.filter and each.filter not in FILTERS:
            known = ", ".join(sorted(FILTERS))
            message = f"uses the filter “{each.filter}”: known is {known}"
            subject.error("unknown_filter", node.key, place, message)
