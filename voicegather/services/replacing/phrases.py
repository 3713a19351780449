"""A phrase as it is looked for: where words stand, and what is no word."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from voicegather.engine.graph import WordsKind

_PLACEHOLDER = re.compile(r"\{\{.*?\}\}", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")

#: The kinds of variants that hold words.
WORDED = (WordsKind.TEXT, WordsKind.SSML)

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words to look for; between them any spaces and line ends.

    It is found neither in ``{{ variables }}`` nor in tags of SSML, unless it has such brackets
    itself.
    """

    text: str
    whole_words: bool = False
    match_case: bool = False

    def spans(self, text: str, *, kind: str) -> list[Span]:
        """Where it stands in `text`, the words of a variant of this kind."""
        kept = list(self._kept(text, kind))
        found = (each.span() for each in _pattern(self).finditer(text))
        return [
            (start, stop)
            for start, stop in found
            if not any(start < end and begin < stop for begin, end in kept)
        ]

    def replaced(self, text: str, by: str, *, kind: str) -> str:
        """`text` with `by` in each of these places."""
        pieces, at = [], 0
        for start, stop in self.spans(text, kind=kind):
            pieces += [text[at:start], by]
            at = stop
        return "".join((*pieces, text[at:]))

    def _kept(self, text: str, kind: str) -> list[Span]:
        patterns = []
        if "{{" not in self.text:
            patterns.append(_PLACEHOLDER)
        if kind == WordsKind.SSML and "<" not in self.text:
            patterns.append(_TAG)
        return [each.span() for pattern in patterns for each in pattern.finditer(text)]


@lru_cache(maxsize=64)
def _pattern(phrase: Phrase) -> re.Pattern[str]:
    words = r"\s+".join(re.escape(word) for word in phrase.text.split())
    if phrase.whole_words:
        words = rf"(?<!\w){words}(?!\w)"
    return re.compile(words, 0 if phrase.match_case else re.IGNORECASE)
