"""Prompts compared, each by its languages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from django.utils.translation import gettext
from django.utils.translation import gettext as _

from voicegather.engine.graph import Words
from voicegather.models.choices import label_of_value
from voicegather.services.menus.differences import Change, Difference, Fate, differing
from voicegather.services.menus.setting_texts import text_of_value

#: What is said, by key and language.
Prompts: TypeAlias = Mapping[str, Mapping[str, Words]]


def compare_prompts(old: Prompts, new: Prompts) -> tuple[Difference, ...]:
    """What differs in words, voices and sounds, by prompt and language."""
    return tuple(_of_prompts(old, new))


def _of_prompts(old: Prompts, new: Prompts) -> Iterator[Difference]:
    for key in sorted({*old, *new}):
        before, after = old.get(key, {}), new.get(key, {})
        for language in [*after, *(each for each in before if each not in after)]:
            was, now = before.get(language), after.get(language)
            if was != now:
                fate = Fate.ADDED if was is None else Fate.REMOVED if now is None else Fate.CHANGED
                changes = tuple(_of_words(was, now))
                yield Difference(fate, key, key, language, changes)
        if key in new and not before and not after:
            yield Difference(Fate.ADDED, key, key, "")
        elif key not in new and not before:
            yield Difference(Fate.REMOVED, key, key, "")


def _of_words(old: Words | None, new: Words | None) -> Iterator[Change]:
    labels = {
        "kind": _("Kind"),
        "text": _("Words"),
        "voice": _("Voice"),
        "voice_language": _("Language of the voice"),
        "voice_settings": _("Settings of the voice"),
        "url": _("Audio"),
        "media_name": _("Media name"),
        "duration_ms": _("Milliseconds"),
    }
    for name, label in labels.items():
        texts = [text_of_value(getattr(each, name)) if each else "" for each in (old, new)]
        if name == "kind":
            texts = [text and gettext(label_of_value(text)) for text in texts]
        if name == "duration_ms":
            texts = ["" if text == "0" else text for text in texts]
        yield from differing((label, texts[0], texts[1]))
