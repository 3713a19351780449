"""What differs between two states of a menu, as values that pages and commands can show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256

from voicegather.services.menus.wording import Piece, compare_words


class Fate(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs, as text; "" where it is not there.

    `known_as` is both sides by keys, where the texts hold names of other steps: those may change.
    """

    label: str
    old: str
    new: str
    known_as: tuple[str, str] | None = field(default=None, compare=False, repr=False)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Word by word."""
        return compare_words(self.old, self.new)


@dataclass(frozen=True, slots=True)
class Difference:
    """A step, or a prompt in one language, that differs.

    `detail` is the step's kind or the prompt's language. Of what is new, `changes` hold all that
    it has; of a step that is gone, nothing.
    """

    fate: Fate
    key: str
    name: str
    detail: str
    changes: tuple[Change, ...] = ()

    @property
    def mark(self) -> str:
        """The same for the same difference, and for no other; other steps may get other names."""
        changes = [(each.label, *(each.known_as or (each.old, each.new))) for each in self.changes]
        known = (self.fate.value, self.key, self.name, self.detail, changes)
        return sha256(repr(known).encode()).hexdigest()[:12]


def differing(*texts: tuple[str, str, str]) -> Iterator[Change]:
    """Of ``(label, old, new)`` those whose texts differ."""
    for label, old, new in texts:
        if old != new:
            yield Change(label, old, new)
