"""What the world beyond the caller's keys answered in past calls: functions of the site, models.

An answer counts for the visit or the attempt during which it was taken in; one that came too late
is nobody's, as it was in the call.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from voicegather.engine.events import (
    AiGatherEnded,
    EntriesJudged,
    HandlerFailed,
    HandlerReturned,
    OperatorActed,
)
from voicegather.engine.graph import StepNode
from voicegather.exceptions import UnsealError
from voicegather.models import CallEvent, EventStatus, OwnEventType
from voicegather.services.calls.reading import read_event
from voicegather.services.moments import to_ms

TYPES = (
    "call.ai_gather.ended",
    OwnEventType.HANDLER_RETURNED,
    OwnEventType.HANDLER_FAILED,
    OwnEventType.ENTRIES_JUDGED,
    OwnEventType.OPERATOR_ACTED,
)


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers of one call, each with the moment at which it was taken in (ms, UTC)."""

    returned: tuple[tuple[int, HandlerReturned | HandlerFailed], ...] = ()
    judged: tuple[tuple[int, EntriesJudged | HandlerFailed], ...] = ()
    results: tuple[tuple[int, AiGatherEnded], ...] = ()
    staff_acted: bool = False
    #: Whether a key is missing that would open them.
    are_sealed: bool = False

    def handled(self, began: int, ended: int) -> HandlerReturned | HandlerFailed | None:
        """What a handler said in a visit between these moments; `ended` is 0 while it lasts."""
        return next((said for at, said in self.returned if _within(at, began, ended)), None)

    def verdict(self, began: int, ended: int) -> EntriesJudged | HandlerFailed | None:
        """What validators said in an attempt between these moments."""
        return next((said for at, said in self.judged if _within(at, began, ended)), None)

    def result(self, seq: int | None, began: int, ended: int) -> AiGatherEnded | None:
        """What the model of the attempt with this command number told first, and in time.

        Where Telnyx sent no number along, the attempt that ran is meant, as for the engine.
        """
        if seq is None:
            return None
        for at, said in self.results:
            if _within(at, began, ended) and said.seq in (seq, None):
                return said
        return None


def asks_beyond_keys(node: StepNode | None) -> bool:
    """Whether a step asks somebody else than the caller's keys."""
    if node is None:
        return False
    if node.kind == "gather":
        return bool(node.settings.validator)
    return node.kind in ("ai_gather", "assistant", "handler")


def answers_of(calls: Sequence[int]) -> dict[int, Answers]:
    """The answers in these calls, by the call's id; one query."""
    if not calls:
        return {}
    rows: dict[int, list[CallEvent]] = defaultdict(list)
    events = (
        CallEvent.objects.filter(call__in=calls, event_type__in=TYPES, status=EventStatus.PROCESSED)
        .order_by("call_id", "processed_at", "occurred_at", "pk")
        .defer("error")
    )
    for event in events:
        assert event.call_id is not None
        rows[event.call_id].append(event)
    return {call: _opened(found) for call, found in rows.items()}


def _opened(events: Sequence[CallEvent]) -> Answers:
    try:
        return _answers(events)
    except UnsealError:
        return Answers(are_sealed=True)


def _answers(events: Sequence[CallEvent]) -> Answers:
    returned: list[tuple[int, HandlerReturned | HandlerFailed]] = []
    judged: list[tuple[int, EntriesJudged | HandlerFailed]] = []
    results: list[tuple[int, AiGatherEnded]] = []
    acted = False
    for row in events:
        at = to_ms(row.processed_at or row.received_at)
        event = read_event(row, is_target=False)
        match event:
            case HandlerReturned():
                returned.append((at, event))
            case EntriesJudged():
                judged.append((at, event))
            case HandlerFailed():
                returned.append((at, event))
                judged.append((at, event))
            case AiGatherEnded():
                results.append((at, event))
            case OperatorActed():
                acted = True
    return Answers(tuple(returned), tuple(judged), tuple(results), acted)


def _within(at: int, began: int, ended: int) -> bool:
    return began <= at and (not ended or at <= ended)
