"""Steps in which a model talks: fields, what it is told, how it speaks and listens, consent."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.utils.translation import gettext as _

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
from voicegather.services.wording import translated

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
            message = _(
                "“%(name)s” stands here %(count)s times: give each field a name of its own"
            ) % {"name": name, "count": count}
            subject.error("field_twice", node.key, "fields", message)
    for index, field in enumerate(settings.fields):
        _check_field(subject, node, f"fields.{index}", field)
    _check_field_choices(subject, node, settings)
    if settings.language and settings.language not in LANGUAGES:
        message = _("“%(language)s” is not one that Telnyx listens for: write it like en") % {
            "language": settings.language
        }
        subject.error("language", node.key, "language", message)
    for name in ("greeting", "retry_prompt", "closing"):
        _check_words(subject, node, name, getattr(settings, name), settings.voice)
    _check_shared(subject, node, settings)


def check_assistant(subject: Subject, node: StepNode, settings: AssistantSettings) -> None:
    """An assistant: its id, what it is told, its greeting, and what all such steps share."""
    if not ASSISTANT_ID.fullmatch(settings.assistant):
        message = _(
            "“%(assistant)s” is not an assistant’s id: copy it from Telnyx, assistant- and what "
            "follows"
        ) % {"assistant": settings.assistant}
        subject.error("assistant_id", node.key, "assistant", message)
    if settings.greeting and settings.speaks_first is not SpeaksFirst.ASSISTANT:
        message = _("is never said, %(speaks_first)s speaks first: remove one of the two") % {
            "speaks_first": settings.speaks_first.value
        }
        subject.error("greeting_unsaid", node.key, "greeting", message)
    for name, text in settings.dynamic_variables.items():
        place = f"dynamic_variables.{name}"
        if name.startswith(RESERVED_PREFIX):
            message = _(
                "names that begin with %(reserved_prefix)s are Telnyx’s own: choose another"
            ) % {"reserved_prefix": RESERVED_PREFIX}
            subject.error("dynamic_variable", node.key, place, message)
        elif not VARIABLE_NAME.fullmatch(name):
            message = _("“%(name)s” cannot be a variable: use letters, digits and underscores") % {
                "name": name
            }
            subject.error("dynamic_variable", node.key, place, message)
        _check_template(subject, node, place, text)
    _check_words(
        subject, node, "greeting", settings.greeting, settings.voice or _("the assistant’s")
    )
    _check_shared(subject, node, settings)


def _check_field(subject: Subject, node: StepNode, place: str, field: AiField) -> None:
    choosing = field.type is FieldType.CHOICE
    if choosing and not any(each.strip() for each in field.choices):
        message = _("has no choices: name the answers allowed")
        subject.error("field_choices", node.key, f"{place}.choices", message)
    elif not choosing and field.choices:
        message = _("are for the type choice, this is %(type)s: change one of the two") % {
            "type": field.type.value
        }
        subject.error("field_choices", node.key, f"{place}.choices", message)
    elif choosing and not all(can_be(field, each) for each in field.choices):
        message = _("must be texts that neither begin nor end with a blank, each of them once")
        subject.error("field_choices", node.key, f"{place}.choices", message)
    if field.validator and field.validator not in known_validators():
        names = ", ".join(sorted(known_validators())) or "none"
        message = _("this site has no validator “%(validator)s”: register it; known: %(names)s") % {
            "validator": field.validator,
            "names": names,
        }
        subject.error("validator_unknown", node.key, f"{place}.validator", message)
    if not field.description.strip():
        message = _("has no words: say what the model shall ask for")
        subject.error("field_description", node.key, f"{place}.description", message)


def _check_field_choices(subject: Subject, node: StepNode, settings: AiGatherSettings) -> None:
    fields = {each.name: each for each in settings.fields}
    for index, edge in enumerate(own_edges(node)):
        field = fields.get(field_of(edge.value)) if edge.match is Match.FIELD else None
        value = edge.value.partition("=")[2]
        if field is not None and not can_be(field, value):
            allowed = ", ".join(field.choices) or translated(field.type.value)
            message = _("“%(field)s” is never “%(value)s”: it is one of %(allowed)s") % {
                "field": field.name,
                "value": value,
                "allowed": allowed,
            }
            if field.type is not FieldType.CHOICE:
                message = _(
                    "“%(field)s” is never kept as “%(value)s”, it is of type %(allowed)s"
                ) % {"field": field.name, "value": value, "allowed": allowed}
            subject.error("never_taken", node.key, f"choices[{index}]", message)


def _check_words(subject: Subject, node: StepNode, field: str, prompt: str, voice: str) -> None:
    """What a model's command speaks is words; SSML needs a voice that reads it there."""
    for language, words in subject.graph.prompts.get(prompt, {}).items():
        where = _("prompt “%(prompt)s” in %(language)s") % {"prompt": prompt, "language": language}
        if words.kind in (WordsKind.AUDIO, WordsKind.MEDIA):
            message = _("%(where)s is a recording: a model can only speak words") % {"where": where}
            subject.error("model_words", node.key, field, message)
        elif words.kind is WordsKind.SSML and not _reads_ssml(words, voice):
            message = _("%(where)s is SSML: a model reads that with AWS.Polly voices only") % {
                "where": where
            }
            subject.error("model_words", node.key, field, message)


def _reads_ssml(words: Words, voice: str) -> bool:
    return (voice or words.voice).startswith(_SSML_VOICES)


def _check_shared(subject: Subject, node: StepNode, settings: Any) -> None:
    _check_template(subject, node, "instructions", settings.instructions)
    _check_voice(subject, node, settings)
    model = settings.transcription_model
    if model and model not in TRANSCRIPTION_MODELS:
        message = _("“%(model)s” is not a model that Telnyx lists") % {"model": model}
        subject.warn("transcription_model", node.key, "transcription_model", message)
    if settings.consent_prompt and settings.consent_key not in KEYS:
        message = _("“%(consent_key)s” is not a key: use one of 0-9, * and #") % {
            "consent_key": settings.consent_key
        }
        subject.error("consent_key", node.key, "consent_key", message)


def _check_voice(subject: Subject, node: StepNode, settings: Any) -> None:
    if settings.voice and not VOICE_PATTERN.fullmatch(settings.voice):
        message = _(
            "“%(voice)s” is not a voice: write Provider.Model.Voice, such as "
            "AWS.Polly.Joanna-Neural"
        ) % {"voice": settings.voice}
        subject.error("voice", node.key, "voice", message)
    if settings.voice_settings and not settings.voice:
        message = _("belong to a voice: give one, or remove them")
        subject.error("voice_settings", node.key, "voice_settings", message)
    elif settings.voice_settings and not settings.voice_settings.get("type"):
        subject.error("voice_settings", node.key, "voice_settings", _("need a type, such as azure"))


def _check_template(subject: Subject, node: StepNode, place: str, text: str) -> None:
    if has_stray_braces(text):
        message = _("has {{ or }} that form no variable: write {{ name }} or {{ name|digits }}")
        subject.error("braces", node.key, place, message)
    for each in placeholders(text):
        if each.filter and each.filter not in FILTERS:
            known = ", ".join(sorted(FILTERS))
            message = _("uses the filter “%(filter)s”: known is %(known)s") % {
                "filter": each.filter,
                "known": known,
            }
            subject.error("unknown_filter", node.key, place, message)
