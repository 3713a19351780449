"""What replacing a phrase would make of a prompt's words, and what would be wrong with that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _

from voicegather.engine.template import FILTERS, has_stray_braces, placeholders
from voicegather.models import PromptVariant
from voicegather.selectors.prompt_words import vocabulary_of
from voicegather.services.prompts import words_problems
from voicegather.services.replacing.phrases import Phrase


@dataclass(frozen=True)
class Proposal:
    """A variant with its words after the replacement. `mark` stands for its words as they are."""

    variant: PromptVariant
    after: str
    problems: tuple[str, ...]
    mark: str

    @property
    def before(self) -> str:
        return self.variant.text


def propose(variants: Iterable[PromptVariant], phrase: Phrase, by: str) -> tuple[Proposal, ...]:
    """What becomes of each variant; those in which nothing would change are left out."""
    return tuple(_proposals(variants, phrase, by))


def mark_of(variant: PromptVariant) -> str:
    """The same for the same words of the same variant, and for no other."""
    return sha256(f"{variant.pk}\0{variant.kind}\0{variant.text}".encode()).hexdigest()


def _proposals(variants: Iterable[PromptVariant], phrase: Phrase, by: str) -> Iterator[Proposal]:
    for variant in variants:
        after = phrase.replaced(variant.text, by, kind=variant.kind)
        if after != variant.text:
            yield Proposal(variant, after, tuple(_problems(variant, after)), mark_of(variant))


def _problems(variant: PromptVariant, after: str) -> Iterator[str]:
    if not after.strip():
        yield _("No words would be left.")
        return
    for _column, message in words_problems({"kind": variant.kind, "text": after}):
        yield message
    if has_stray_braces(after) and not has_stray_braces(variant.text):
        yield _("It would have {{ or }} that form no variable.")
    known = {each.name for each in placeholders(variant.text)}
    new = [each for each in placeholders(after) if each.name not in known]
    for each in new:
        if each.filter and each.filter not in FILTERS:
            yield _("It would use the unknown filter “%(filter)s”.") % {"filter": each.filter}
    if new:
        unknown = set(vocabulary_of(variant.prompt.key).unknown_in(after))
        for name in sorted({each.name for each in new} & unknown):
            yield _("No call knows the variable “%(name)s” there.") % {"name": name}
