"""Prompts: there in every language, and in a form that Telnyx takes."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from voicegather.engine.graph import WordsKind
from voicegather.engine.template import FILTERS, has_stray_braces, placeholders
from voicegather.models import Prompt, PromptVariant
from voicegather.services.display import grouped
from voicegather.services.menus.draft import prompts_named
from voicegather.services.menus.lint.audio_checks import audio_problems
from voicegather.services.menus.lint.ssml import ssml_problem
from voicegather.services.menus.lint.subject import Subject
from voicegather.services.voices import VOICE_PATTERN, mismatch, provider_of, settings_problems

#: The longest text of one command (Telnyx docs: speak and gather_using_speak, payload).
MOST_CHARACTERS = 3_000
#: Telnyx docs: speak, language.
VOICE_LANGUAGES = frozenset(
    """
    arb cmn-CN cy-GB da-DK de-DE en-AU en-GB en-GB-WLS en-IN en-US es-ES es-MX es-US fr-CA fr-FR
    hi-IN is-IS it-IT ja-JP ko-KR nb-NO nl-NL pl-PL pt-BR pt-PT ro-RO ru-RU sv-SE tr-TR
    """.split()  # noqa: SIM905 - thirty quoted tags in a column say no more
)


def check_prompts(subject: Subject) -> None:
    """Every prompt that a step names: missing and foreign ones at each step, faults once."""
    judged: set[str] = set()
    for node in subject.nodes:
        for field, key in prompts_named(node.kind, node.config):
            prompt = subject.draft.prompts.get(key)
            if prompt is None:
                message = _("there is no prompt “%(key)s”: create it, or name another") % {
                    "key": key
                }
                subject.error("prompt_missing", node.key, field, message)
            elif prompt.team_id not in (None, subject.draft.menu.team_id):
                message = _(
                    "prompt “%(key)s” belongs to another team: use one of the menu’s team "
                    "or of everyone"
                ) % {"key": key}
                subject.error("prompt_of_another_team", node.key, field, message)
            elif key not in judged:
                judged.add(key)
                _check_prompt(subject, node.key, field, prompt)


def _check_prompt(subject: Subject, step: str, field: str, prompt: Prompt) -> None:
    variants = {variant.language: variant for variant in prompt.variants.all()}
    for language in subject.draft.languages:
        variant = variants.get(language)
        where = _("prompt “%(prompt)s” in %(language)s") % {
            "prompt": prompt.key,
            "language": language,
        }
        if variant is None:
            message = _said_of(where, _("is missing: add it, or disable the language"))
            subject.error("prompt_language_missing", step, field, message)
            continue
        if _is_sound(variant):
            problems = audio_problems(variant, subject.recordings)
        else:
            problems = _word_problems(variant)
        for code, problem in problems:
            subject.error(code, step, field, _said_of(where, problem))
        for code, problem in _doubts(variant):
            subject.warn(code, step, field, _said_of(where, problem))


def _said_of(variant: str, problem: str) -> str:
    # Translators: such as “prompt “hello” in en-US has no words: write them”.
    return _("%(variant)s %(problem)s") % {"variant": variant, "problem": problem}


def _is_sound(variant: PromptVariant) -> bool:
    return variant.kind in (WordsKind.AUDIO, WordsKind.MEDIA)


def _word_problems(variant: PromptVariant) -> Iterator[tuple[str, str]]:
    text = variant.text
    if not text.strip():
        yield "prompt_empty", _("has no words: write them")
        return
    if len(text) > MOST_CHARACTERS:
        yield (
            "prompt_too_long",
            _("has %(count)s characters, Telnyx takes %(most)s: shorten or split it")
            % {
                "count": grouped(len(text)),
                "most": grouped(MOST_CHARACTERS),
            },
        )
    if has_stray_braces(text):
        yield (
            "braces",
            _("has {{ or }} that form no variable: write {{ name }} or {{ name|digits }}"),
        )
    for each in placeholders(text):
        if each.filter and each.filter not in FILTERS:
            known = ", ".join(sorted(FILTERS))
            yield (
                "unknown_filter",
                _("uses the filter “%(filter)s”: known is %(known)s")
                % {"filter": each.filter, "known": known},
            )
    if variant.kind == WordsKind.SSML and (problem := ssml_problem(text)):
        yield "ssml", problem
    yield from _voice_problems(variant)


def _voice_problems(variant: PromptVariant) -> Iterator[tuple[str, str]]:
    if not VOICE_PATTERN.fullmatch(variant.voice):
        if variant.voice:
            message = _(
                "has the voice “%(voice)s”: write Provider.Model.Voice, such as "
                "AWS.Polly.Joanna-Neural"
            ) % {"voice": variant.voice}
        else:
            message = _("has no voice: write Provider.Model.Voice, such as AWS.Polly.Joanna-Neural")
        yield "voice", message
    settings = variant.voice_settings
    if not isinstance(settings, dict) or (settings and not isinstance(settings.get("type"), str)):
        yield "voice_settings", _('needs a type in its voice settings, such as {"type": "azure"}')
        return
    for name, problem in settings_problems(settings):
        known = {"name": name, "problem": problem}
        if name:
            message = _("has wrong voice settings, %(name)s: %(problem)s") % known
        else:
            message = _("has wrong voice settings: %(problem)s") % known
        yield "voice_settings", message


def _doubts(variant: PromptVariant) -> Iterator[tuple[str, str]]:
    if _is_sound(variant):
        return
    owner = provider_of(variant.voice)
    if variant.kind == WordsKind.SSML and not (owner and owner.speaks_ssml):
        yield "ssml_voice", _("is SSML, which Telnyx documents for AWS Polly and Azure voices only")
    if problem := mismatch(variant.voice, variant.voice_settings):
        yield "voice_settings", _("may be refused by Telnyx: %(problem)s") % {"problem": problem}
    if variant.voice_language and variant.voice_language not in VOICE_LANGUAGES:
        yield (
            "voice_language",
            _("has the voice language “%(voice_language)s”, which Telnyx does not list")
            % {"voice_language": variant.voice_language},
        )
