"""Prompts by languages: what is there, what is missing where a menu needs it, what is unused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from voicegather.engine.graph import WordsKind
from voicegather.models import Prompt, PromptVariant
from voicegather.selectors.overviews import first_words
from voicegather.selectors.prompt_uses import Use, draft_uses
from voicegather.services.prompts import MOST_CHARACTERS

KIND_LABELS = {
    WordsKind.TEXT: _("Text"),
    WordsKind.SSML: _("SSML"),
    WordsKind.AUDIO: _("Audio"),
    WordsKind.MEDIA: _("Telnyx media"),
}


class State(StrEnum):
    """How a prompt stands in a language. ABSENT: it is not there, and no menu needs it."""

    WORDS = "words"
    AUDIO = "audio"
    TOO_LONG = "too_long"
    MISSING = "missing"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Cell:
    """A prompt in a language. `variant` is its id, None where there is none."""

    state: State
    variant: int | None = None
    kind: str = ""
    beginning: str = ""
    length: int = 0
    #: Of what is recorded; 0 where nobody knows.
    duration_ms: int = 0


def cell_of(prompt: Prompt, language: str, needed: Iterable[str]) -> Cell:
    """How `prompt`, its variants read, stands in a language; `needed` are those of its menus."""
    found = next((each for each in prompt.variants.all() if each.language == language), None)
    if found is None:
        return Cell(State.MISSING if language in needed else State.ABSENT)
    return Cell(
        _state_of(found),
        found.pk,
        str(KIND_LABELS[WordsKind(found.kind)]),
        first_words(prompt, (language,)),
        len(found.text),
        found.duration_ms if _state_of(found) is State.AUDIO else 0,
    )


def _state_of(variant: PromptVariant) -> State:
    if variant.kind in (WordsKind.AUDIO, WordsKind.MEDIA):
        return State.AUDIO
    return State.TOO_LONG if len(variant.text) > MOST_CHARACTERS else State.WORDS


def languages_needed(uses: Iterable[Use]) -> frozenset[str]:
    """The languages of the menus that use a prompt."""
    return frozenset(language for use in uses for language in use.languages)


def used_keys() -> frozenset[str]:
    """The keys of all prompts that a step names; one query."""
    return frozenset(draft_uses())


def keys_with_gaps() -> frozenset[str]:
    """The keys of all prompts that lack a language of a menu that uses them; two queries."""
    there: dict[str, set[str]] = {}
    for key, language in PromptVariant.objects.values_list("prompt__key", "language"):
        there.setdefault(key, set()).add(language)
    uses = draft_uses()
    return frozenset(
        key for key, some in uses.items() if languages_needed(some) - there.get(key, set())
    )
