"""Prompts of a menu file, each with its variants by language."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Any

from django.utils.translation import gettext as _

from voicegather.engine.graph import WordsKind
from voicegather.models import Prompt, PromptVariant
from voicegather.services.audio import SoundError, folder, is_uploaded, sound_of
from voicegather.services.menus.files.common import check_key, read_team, text_at
from voicegather.services.menus.files.form import (
    LANGUAGE_PATTERN,
    MOST_LANGUAGE,
    PROMPT_KEYS,
    PromptForm,
    VariantForm,
    longest,
)
from voicegather.services.menus.files.reading import Place

#: Where the sound comes from, and the kind of variant that each makes.
SOURCES = {
    "text": WordsKind.TEXT,
    "ssml": WordsKind.SSML,
    "audio_file": WordsKind.AUDIO,
    "audio_url": WordsKind.AUDIO,
    "media_name": WordsKind.MEDIA,
}
MANNER_KEYS = ("voice", "voice_language", "voice_settings", "duration_ms")
VARIANT_KEYS = (*SOURCES, "kind", *MANNER_KEYS)
MOST_MILLISECONDS = 24 * 60 * 60 * 1000


def kind_of(sources: Container[str]) -> WordsKind | None:
    """The kind of a variant that has these sources; None where they leave it open."""
    kinds = {kind for name, kind in SOURCES.items() if name in sources}
    return kinds.pop() if len(kinds) == 1 else None


def read_prompts(place: Place) -> tuple[PromptForm, ...]:
    """Every prompt of the file."""
    return tuple(_read_prompt(key, at) for key, at in place.mapping().items())


def _read_prompt(key: str, place: Place) -> PromptForm:
    check_key(key, place)
    found = place.mapping()
    languages = {name: at for name, at in found.items() if name not in PROMPT_KEYS}
    return PromptForm(
        key=key,
        name=text_at(found, "name", lambda at: at.text(longest(Prompt, "name"))),
        team=read_team(found),
        variants=tuple(_read_variant(language, at) for language, at in languages.items()),
    )


def _read_variant(language: str, place: Place) -> VariantForm:
    if not re.fullmatch(LANGUAGE_PATTERN, language) or len(language) > MOST_LANGUAGE:
        place.fail(_("“%(language)s” is not a language such as en-US") % {"language": language})
    found = place.fields(VARIANT_KEYS)
    if "text" in found and "ssml" in found:
        found["ssml"].fail(_("stands beside text: keep one of the two"))
    duration = found["duration_ms"].integer(0, MOST_MILLISECONDS) if "duration_ms" in found else 0
    audio_file, measured = _read_audio_file(found)
    return VariantForm(
        language=language,
        kind=_read_kind(found, place),
        text=text_at(found, "text") or text_at(found, "ssml"),
        voice=_column(found, "voice"),
        voice_language=_column(found, "voice_language"),
        voice_settings=_read_voice_settings(found),
        audio_file=audio_file,
        audio_url=_column(found, "audio_url"),
        media_name=_column(found, "media_name"),
        duration_ms=measured or duration or 0,
    )


def _column(found: Mapping[str, Place], name: str) -> str:
    return text_at(found, name, lambda at: at.text(longest(PromptVariant, name)))


def _read_kind(found: Mapping[str, Place], place: Place) -> WordsKind:
    if "kind" in found:
        return WordsKind(found["kind"].one_of(WordsKind) or WordsKind.TEXT)
    kind = kind_of(found)
    if kind is None and place.is_mapping:
        names = ", ".join(SOURCES)
        if any(name in found for name in SOURCES):
            place.fail(
                _("has more than one of %(names)s: keep one, or say by kind: which is heard")
                % {"names": names}
            )
        else:
            place.fail(_("has no sound: give one of %(names)s") % {"names": names})
    return kind or WordsKind.TEXT


def _read_voice_settings(found: Mapping[str, Place]) -> dict[str, Any]:
    if "voice_settings" not in found:
        return {}
    place = found["voice_settings"]
    return {name: at.json() for name, at in place.mapping().items()}


def _read_audio_file(found: Mapping[str, Place]) -> tuple[str, int]:
    """The name of an uploaded file, and its length in milliseconds."""
    name = _column(found, "audio_file")
    if not name:
        return "", 0
    if not is_uploaded(name):
        found["audio_file"].fail(
            _("there is no uploaded file “%(name)s” under %(folder)s: upload it, or give audio_url")
            % {"name": name, "folder": folder()}
        )
        return name, 0
    try:
        return name, sound_of(name).duration_ms
    except SoundError as problem:
        found["audio_file"].fail(f"“{name}”: {problem}")
        return name, 0
