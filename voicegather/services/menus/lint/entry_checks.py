"""Choices on keys: unreadable, ambiguous, or never matched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from django.utils.translation import gettext as _

from voicegather.engine.choices import INPUT_MATCHES, patterns_of
from voicegather.engine.edges import Edge, Match
from voicegather.engine.entries import MOST_DIGITS, EntryError, EntryPattern
from voicegather.engine.graph import StepNode
from voicegather.services.menus.lint.subject import Subject, readable
from voicegather.services.menus.lint.ways import own_edges
from voicegather.services.wording import translated_error


@dataclass(frozen=True, slots=True)
class _Accepted:
    """The keys that a choice accepts, and where the choice stands in its list."""

    place: str
    edge: Edge
    patterns: tuple[EntryPattern, ...]

    def overlaps(self, other: _Accepted) -> bool:
        return any(mine.overlaps(each) for mine in self.patterns for each in other.patterns)


def check_entries(subject: Subject) -> None:
    """The menu's global choices on keys, then those of each step that asks for keys."""
    shared = list(_accepted(subject, "", subject.shared, 1, MOST_DIGITS))
    _check_ambiguity(subject, "", shared)
    for node in subject.nodes:
        _check_step(subject, node, {each.edge for each in shared})


def _check_step(subject: Subject, node: StepNode, shared: set[Edge]) -> None:
    found = readable(node)
    if found is None or not found[0].takes_keys:
        return
    fewest = getattr(found[1], "minimum_digits", 1)
    most = getattr(found[1], "maximum_digits", MOST_DIGITS)
    if fewest > most:
        return
    own = list(_accepted(subject, node.key, own_edges(node), fewest, most))
    _check_ambiguity(subject, node.key, own)
    _check_inherited(subject, node, [e for e in node.edges if e in shared], most)
    terminator = getattr(found[1], "terminator", "")
    for each in own:
        if terminator and all(_is_cut_short(pattern, terminator) for pattern in each.patterns):
            message = _("“%(choice)s” never matches, %(terminator)s ends the entry: change one") % {
                "choice": each.edge.label,
                "terminator": terminator,
            }
            subject.error("never_matches", node.key, each.place, message)


def _accepted(
    subject: Subject, step: str, edges: Iterable[Edge], fewest: int, most: int
) -> Iterator[_Accepted]:
    for index, edge in enumerate(edges):
        if edge.match not in INPUT_MATCHES:
            continue
        place = f"choices[{index}]"
        try:
            yield _Accepted(place, edge, patterns_of(edge, fewest=fewest, most=most))
        except EntryError as problem:
            subject.error("entry_unreadable", step, place, translated_error(problem))


def _check_inherited(subject: Subject, node: StepNode, edges: Iterable[Edge], most: int) -> None:
    for edge in edges:
        try:
            patterns_of(edge, fewest=1, most=most)
        except EntryError as problem:
            message = _("is too few for a choice of the whole menu: %(problem)s") % {
                "problem": translated_error(problem)
            }
            subject.error("entry_unreadable", node.key, "maximum_digits", message)


def _check_ambiguity(subject: Subject, step: str, accepted: Iterable[_Accepted]) -> None:
    """No entry may be taken by two choices; `any` comes last and takes what is left."""
    named = [each for each in accepted if each.edge.match is not Match.ANY]
    for first, second in combinations(named, 2):
        if first.overlaps(second):
            message = _(
                "“%(choice)s” and “%(other)s” accept the same keys: narrow one of the two"
            ) % {"choice": second.edge.label, "other": first.edge.label}
            subject.error("ambiguous", step, second.place, message)


def _is_cut_short(pattern: EntryPattern, terminator: str) -> bool:
    """Whether every entry of the pattern holds the ending key and at least one key more."""
    return len(pattern.positions) > 1 and any(
        allowed == {terminator} for allowed in pattern.positions[: pattern.fewest]
    )
