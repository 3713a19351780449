"""The sealed parts of rows that are told: read for those alone, in one query a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from voicegather.exceptions import UnsealError
from voicegather.models import CallEvent, Turn
from voicegather.sealing import unseal
from voicegather.selectors.entries import DisplayValue, Sight
from voicegather.selectors.timeline.beside import is_act

#: Whose ``result`` is no word of the caller's: who took the call (Telnyx docs: call.machine.*).
_MACHINE = "call.machine."


class SealedParts:
    """What `sight` may see of events' sealed fields, and turns' contents."""

    def __init__(self, events: Sequence[CallEvent], turns: Sequence[Turn], sight: Sight) -> None:
        self._sight = sight
        self._events = _read(CallEvent, "sealed", [each for each in events if self._opens(each)])
        self._turns = _read(Turn, "sealed_content", turns)

    def of_turn(self, turn: Turn) -> bytes | memoryview | None:
        return self._turns.get(turn.pk)

    def of_event(self, event: CallEvent) -> dict[str, DisplayValue]:
        """The answering machine's detection, and an operator's message for those who may see it."""
        sealed = self._events.get(event.pk)
        if sealed is None:
            return {}
        try:
            content = unseal(sealed)
        except UnsealError as problem:
            return {"error": str(problem)}
        if is_act(event):
            return {"message": content["text"]} if content.get("text") else {}
        result = next((value for path, value in content if path == ["result"]), None)
        return {"result": result} if isinstance(result, str) else {}

    def hides_of(self, event: CallEvent) -> bool:
        return is_act(event) and self._sight is Sight.MASKED

    def _opens(self, event: CallEvent) -> bool:
        if event.event_type.startswith(_MACHINE):
            return True
        return is_act(event) and self._sight is Sight.REVEALED


def _read(model: Any, column: str, rows: Sequence[Any]) -> dict[int, bytes | memoryview | None]:
    if not rows:
        return {}
    found = model._default_manager.filter(pk__in=[row.pk for row in rows])
    return dict(found.values_list("pk", column))
