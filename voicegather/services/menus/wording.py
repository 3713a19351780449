"""Two texts compared word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

#: Words of both texts together above which they are not aligned: that takes the square of it.
MOST_WORDS = 4_000


class Part(StrEnum):
    """Whether a piece of text stands in both texts, in the old one, or in the new one."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    part: Part
    text: str


def compare_words(old: str, new: str) -> tuple[Piece, ...]:
    """What of `old` is gone and what of `new` has come, in reading order, spaces included.

    Texts that differ in nothing but spaces are one piece gone and one come.
    """
    if old == new:
        return (Piece(Part.KEPT, new),) if new else ()
    before, after = _words(old), _words(new)
    if len(before) + len(after) <= MOST_WORDS:
        pieces = tuple(_aligned(before, after))
        if any(piece.part is not Part.KEPT for piece in pieces):
            return pieces
    whole = (Piece(Part.REMOVED, old), Piece(Part.ADDED, new))
    return tuple(piece for piece in whole if piece.text)


def _words(text: str) -> list[str]:
    """The words, each with the spaces after it."""
    return re.findall(r"\S+\s*|\s+", text)


def _aligned(before: list[str], after: list[str]) -> Iterator[Piece]:
    matcher = SequenceMatcher(None, _bare(before), _bare(after), autojunk=False)
    for tag, begin, end, start, stop in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(Part.KEPT, "".join(after[start:stop]))
            continue
        if begin < end:
            yield Piece(Part.REMOVED, "".join(before[begin:end]))
        if start < stop:
            yield Piece(Part.ADDED, "".join(after[start:stop]))


def _bare(words: list[str]) -> list[str]:
    return [word.strip() for word in words]
