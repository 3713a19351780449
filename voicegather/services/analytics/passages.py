"""One call's way through menus: which it was in at each step, and where it ended. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from voicegather.engine.facts import CallOutcome
from voicegather.services.analytics.counts import Counts
from voicegather.services.analytics.durations import bin_of

_ABANDONED = (CallOutcome.CALLER_HUNG_UP, CallOutcome.FAILED)


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What counting needs of a published version. `kinds` are by the steps' keys."""

    menu: int
    number: int
    kinds: Mapping[str, str]
    successes: frozenset[str]


class EndedCall(NamedTuple):
    """`menu` answered it, None where none did."""

    menu: int | None
    outcome: str
    ended_at: datetime | None


class Visit(NamedTuple):
    """One row of the ledger, in the order of their numbers."""

    version: int
    step: str
    entered_at: datetime
    left_at: datetime | None
    exit: str


@dataclass(slots=True)
class _Frame:
    """A menu that the call is in. `last` is the newest visit to a step of its own."""

    version: int
    last: Visit


@dataclass(slots=True)
class _InMenu:
    """What one call was to one menu."""

    version: int
    can_succeed: bool
    is_contained: bool = False
    is_transferred: bool = False
    met: set[str] = field(default_factory=set)


def count_call(
    counts: Counts,
    call: EndedCall,
    visits: Sequence[Visit],
    facts_of: Callable[[int], VersionFacts],
) -> None:
    """Add one call to `counts`."""
    walk = _Walk(counts, call, facts_of)
    for visit in visits:
        walk.go(visit)
    walk.end()


class _Walk:
    def __init__(
        self, counts: Counts, call: EndedCall, facts_of: Callable[[int], VersionFacts]
    ) -> None:
        self._counts = counts
        self._call = call
        self._facts_of = facts_of
        self._frames: list[_Frame] = []
        self._menus: dict[int, _InMenu] = {}

    def go(self, visit: Visit) -> None:
        """The call enters a step."""
        facts = self._facts_of(visit.version)
        frame = self._frame_of(visit)
        if frame is None:
            self._frames.append(_Frame(visit.version, visit))
        else:
            self._note_way(frame.last, visit.step)
            frame.last = visit
        menu = self._menus.setdefault(facts.menu, _InMenu(facts.number, bool(facts.successes)))
        self._note_visit(facts, menu, visit)
        if visit.step in facts.successes:
            for each in self._open_menus():
                each.is_contained = True
        if facts.kinds.get(visit.step) == "transfer" and visit.exit == "done":
            for each in self._open_menus():
                each.is_transferred = True

    def end(self) -> None:
        """The call is over: write down what it was to each menu."""
        self._close_left()
        if self._call.outcome == CallOutcome.TRANSFERRED:
            for menu in self._open_menus():
                menu.is_transferred = True
        for frame in self._frames:
            self._note_way(frame.last, "")
        dropped = self._note_ends()
        for menu_id, menu in self._menus.items():
            self._note_menu(menu_id, menu, is_dropped=menu_id in dropped)
        answering = self._call.menu
        if answering is not None and answering not in self._menus:
            self._counts.of(answering, 0).calls += 1

    def _frame_of(self, visit: Visit) -> _Frame | None:
        """The menu that the visit is in, on top; None where it opens one."""
        if not self._frames or self._opened_by(self._frames[-1].last):
            return None
        while len(self._frames) > 1 and self._frames[-1].version != visit.version:
            self._note_way(self._frames.pop().last, "")
        top = self._frames[-1]
        if top.version != visit.version:
            self._note_way(self._frames.pop().last, "")
            return None
        return top

    def _close_left(self) -> None:
        """A menu whose opening step was left has returned, though no step followed."""
        while len(self._frames) > 1 and self._frames[-2].last.exit:
            self._note_way(self._frames.pop().last, "")

    def _opened_by(self, visit: Visit) -> bool:
        """Whether the next step after `visit` is the first of another menu."""
        kinds = self._facts_of(visit.version).kinds
        return kinds.get(visit.step) == "submenu" and visit.exit != "failure"

    def _open_menus(self) -> Iterable[_InMenu]:
        return [
            self._menus[menu]
            for menu in {self._facts_of(frame.version).menu for frame in self._frames}
        ]

    def _note_visit(self, facts: VersionFacts, menu: _InMenu, visit: Visit) -> None:
        step = self._counts.of(facts.menu, facts.number).steps[visit.step]
        step.visits += 1
        if visit.step not in menu.met:
            menu.met.add(visit.step)
            step.calls += 1
        until = visit.left_at or self._call.ended_at
        if until is not None:
            step.durations[bin_of((until - visit.entered_at).total_seconds() * 1000)] += 1

    def _note_way(self, visit: Visit, to: str) -> None:
        facts = self._facts_of(visit.version)
        self._counts.of(facts.menu, facts.number).steps[visit.step].ways[visit.exit, to] += 1

    def _note_ends(self) -> set[int]:
        """Note in which step of each open menu the call ended; return the menus it was lost in."""
        dropped = set()
        for menu_id, visit in self._last_visits().items():
            facts = self._facts_of(visit.version)
            step = self._counts.of(facts.menu, facts.number).steps[visit.step]
            step.ended += 1
            if self._call.outcome in _ABANDONED and not self._menus[menu_id].is_contained:
                step.dropped += 1
                dropped.add(menu_id)
        return dropped

    def _last_visits(self) -> dict[int, Visit]:
        """By menu; of one that was entered through itself, the innermost visit."""
        return {self._facts_of(frame.version).menu: frame.last for frame in self._frames}

    def _note_menu(self, menu_id: int, menu: _InMenu, *, is_dropped: bool) -> None:
        counts = self._counts.of(menu_id, menu.version)
        counts.calls += 1
        counts.entered += 1
        counts.contained += menu.is_contained
        counts.judged += menu.is_contained or menu.can_succeed
        counts.transferred += menu.is_transferred
        counts.dropped += is_dropped
