"""Prompts: there in every language, and in a form that Telnyx takes."""

from __future__ import annotations

from collections.abc import Iterator

from voicegather.engine.graph import WordsKind
from voicegather.engine.template import FILTERS, has_stray_braces, placeholders
from voicegather.models import Prompt, PromptVariant
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
                message = f"there is no prompt “{key}”: create it, or name another"
                subject.error("prompt_missing", node.key, field, message)
            elif prompt.team_id not in (None, subject.draft.menu.team_id):
                message = (
                    f"prompt “{key}” belongs to another team: "
                    "use one of the menu’s team or of everyone"
                )
                subject.error("prompt_of_another_team", node.key, field, message)
            elif key not in judged:
                judged.add(key)
                _check_prompt(subject, node.key, field, prompt)


def _check_prompt(subject: Subject, step: str, field: str, prompt: Prompt) -> None:
    variants = {variant.language: variant for variant in prompt.variants.all()}
    for language in subject.draft.languages:
        variant = variants.get(language)
        where = f"prompt “{prompt.key}” in {language}"
        if variant is None:
            message = f"{where} is missing: add it, or disable the language"
            subject.error("prompt_language_missing", step, field, message)
            continue
        problems = audio_problems(variant) if _is_sound(variant) else _word_problems(variant)
        for code, problem in problems:
            subject.error(code, step, field, f"{where} {problem}")
        for code, problem in _doubts(variant):
            subject.warn(code, step, field, f"{where} {problem}")


def _is_sound(variant: PromptVariant) -> bool:
    return variant.kind in (WordsKind.AUDIO, WordsKind.MEDIA)


def _word_problems(variant: PromptVariant) -> Iterator[tuple[str, str]]:
    text = variant.text
    if not text.strip():
        yield "prompt_empty", "has no words: write them"
        return
    if len(text) > MOST_CHARACTERS:
        yield (
            "prompt_too_long",
            f"has {len(text):,} characters, Telnyx takes {MOST_CHARACTERS:,}: shorten or split it",
        )
    if has_stray_braces(text):
        yield "braces", "has {{ or }} that form no variable: write {{ name }} or {{ name|digits }}"
    for each in placeholders(text):
        if each.filter and each.filter not in FILTERS:
            known = ", ".join(sorted(FILTERS))
            yield "unknown_filter", f"uses the filter “{each.filter}”: known is {known}"
    if variant.kind == WordsKind.SSML and (problem := ssml_problem(text)):
        yield "ssml", problem
    yield from _voice_problems(variant)


def _voice_problems(variant: PromptVariant) -> Iterator[tuple[str, str]]:
    if not VOICE_PATTERN.fullmatch(variant.voice):
        found = f"has the voice “{variant.voice}”" if variant.voice else "has no voice"
        yield "voice", f"{found}: write Provider.Model.Voice, such as AWS.Polly.Joanna-Neural"
    settings = variant.voice_settings
    if not isinstance(settings, dict) or (settings and not isinstance(settings.get("type"), str)):
        yield "voice_settings", 'needs a type in its voice settings, such as {"type": "azure"}'
        return
    for name, problem in settings_problems(settings):
        place = f", {name}" if name else ""
        yield "voice_settings", f"has wrong voice settings{place}: {problem}"


def _doubts(variant: PromptVariant) -> Iterator[tuple[str, str]]:
    if _is_sound(variant):
        return
    owner = provider_of(variant.voice)
    if variant.kind == WordsKind.SSML and not (owner and owner.speaks_ssml):
        yield "ssml_voice", "is SSML, which Telnyx documents for AWS Polly and Azure voices only"
    if problem := mismatch(variant.voice, variant.voice_settings):
        yield "voice_settings", f"may be refused by Telnyx: {problem}"
    if variant.voice_language and variant.voice_language not in VOICE_LANGUAGES:
        yield (
            "voice_language",
            f"has the voice language “{variant.voice_language}”, which Telnyx does not list",
        )
