"""The steps that a call went through: their names, and who may see what was said in them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from voicegather.engine.codec import CodecError
from voicegather.engine.graph import Sensitivity, StepNode
from voicegather.exceptions import UnsealError
from voicegather.models import GatherResult, StepVisit
from voicegather.sealing import unseal
from voicegather.selectors.entries import Sight
from voicegather.services.display import MASK, shown
from voicegather.services.menus.errors import VersionMissingError
from voicegather.services.menus.versions import graph_of


class Entered(NamedTuple):
    """A result's value, and what was entered for it."""

    value: str
    raw: str
    is_masked: bool = False


class CallSteps:
    """The steps of a call's visits, and what `sight` shows of what was said there."""

    def __init__(self, visits: Iterable[StepVisit], sight: Sight) -> None:
        self._visits = {visit.pk: visit for visit in visits}
        self._sight = sight

    def visit(self, pk: int | None) -> StepVisit | None:
        return self._visits.get(pk or 0)

    def name(self, visit: StepVisit | None) -> str:
        """The step's name, its key where it has none, "" without a visit."""
        if visit is None:
            return ""
        step = self._node(visit)
        return (step.name if step else "") or visit.step_key

    def entry(self, sealed: bytes | memoryview | None, visit: StepVisit | None) -> Words:
        """What was entered in a visit, as its step shows it."""
        step = self._node(visit) if visit else None
        if step is None:
            return Words(sealed, Sensitivity.SECRET, 0, self._sight)
        return Words(sealed, step.sensitivity, step.shown_last, self._sight)

    def spoken(self, sealed: bytes | memoryview | None, sensitivity: str) -> Words:
        """What was said in a conversation: all of it or nothing."""
        return Words(sealed, sensitivity, 0, self._sight)

    def result(self, result: GatherResult) -> Entered:
        """What a visit yielded: as its row shows it, or the whole for those who may see it."""
        may_see_all = self._sight is Sight.REVEALED or result.sensitivity == Sensitivity.NORMAL
        if result.sealed is None or not may_see_all:
            return Entered(result.value, result.raw, is_masked=result.sealed is not None)
        try:
            whole = unseal(result.sealed)
        except UnsealError as problem:
            return Entered(result.value or str(problem), result.raw)
        return Entered(whole["value"], whole["raw"])

    def _node(self, visit: StepVisit) -> StepNode | None:
        if visit.version is None:
            return None
        try:
            return graph_of(visit.version.sha256).steps.get(visit.step_key)
        except (VersionMissingError, CodecError):
            return None


class Words:
    """Sealed words, opened only where they may be shown."""

    def __init__(
        self, sealed: bytes | memoryview | None, sensitivity: str, shown_last: int, sight: Sight
    ) -> None:
        self._sealed = sealed
        self._sensitivity = sensitivity
        self._shown_last = shown_last
        self._may_see_all = sight is Sight.REVEALED or sensitivity == Sensitivity.NORMAL

    @property
    def is_masked(self) -> bool:
        return self._sealed is not None and not self._may_see_all

    @cached_property
    def text(self) -> str:
        """The words, their last characters, a mask, or why they cannot be read."""
        if self._sealed is None:
            return ""
        if self.is_masked and (self._sensitivity == Sensitivity.SECRET or not self._shown_last):
            return MASK
        try:
            words = str(unseal(self._sealed))
        except UnsealError as problem:
            return str(problem)
        return words if self._may_see_all else shown(words, self._sensitivity, self._shown_last)
