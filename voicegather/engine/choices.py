"""The keys that a gather accepts, and the edge each entry takes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voicegather.engine.edges import Edge, Match
from voicegather.engine.entries import (
    EntryPattern,
    any_pattern,
    dial_pattern,
    digits_pattern,
    range_patterns,
)

INPUT_MATCHES = frozenset({Match.DIGITS, Match.RANGE, Match.PATTERN, Match.ANY})


def patterns_of(edge: Edge, *, fewest: int, most: int) -> tuple[EntryPattern, ...]:
    """The key sequences that take `edge`; `fewest` and `most` bound what is open-ended.

    Raises EntryError, whose message tells the author how to write the choice.
    """
    match edge.match:
        case Match.DIGITS:
            return (digits_pattern(edge.value),)
        case Match.RANGE:
            return range_patterns(edge.value)
        case Match.PATTERN:
            return (dial_pattern(edge.value, most),)
        case Match.ANY:
            return (any_pattern(fewest, most),)
    return ()


@dataclass(frozen=True, slots=True)
class EntryChoices:
    """A step's input edges, the first that matches first: own, inherited, own ``any`` last."""

    ordered: tuple[tuple[EntryPattern, Edge], ...]
    longest: int
    shortest: int

    @classmethod
    def of(cls, edges: Iterable[Edge], *, fewest: int, most: int) -> EntryChoices:
        ranked = sorted(
            (edge for edge in edges if edge.match in INPUT_MATCHES),
            key=lambda edge: (edge.match is Match.ANY, edge.inherited),
        )
        ordered = tuple(
            (pattern, edge)
            for edge in ranked
            for pattern in patterns_of(edge, fewest=fewest, most=most)
        )
        lengths = [len(pattern.positions) for pattern, _ in ordered] or [1]
        return cls(ordered, max(lengths), min(p.fewest for p, _ in ordered) if ordered else 1)

    def find(self, entry: str) -> Edge | None:
        """The edge that the whole `entry` takes, None when no choice accepts it."""
        for pattern, edge in self.ordered:
            if pattern.matches(entry):
                return edge
        return None

    def could_extend(self, entry: str) -> bool:
        """Whether more keys could still make of `entry` one that some choice accepts."""
        return any(pattern.could_extend(entry) for pattern, _ in self.ordered)
