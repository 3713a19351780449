"""Events of the inbox in the engine's words, whoever sent them."""

from __future__ import annotations

from typing import Any

from voicegather.engine.events import (
    Act,
    CommandAccepted,
    CommandFailed,
    EntriesJudged,
    Event,
    FoldingFailed,
    HandlerFailed,
    HandlerReturned,
    OperatorActed,
    TimerDue,
    Unknown,
    Verdict,
)
from voicegather.engine.secret import Secret
from voicegather.models import CallEvent, EventSource, OwnEventType
from voicegather.provider import inbox
from voicegather.provider.events import to_engine
from voicegather.sealing import unseal
from voicegather.services.moments import to_ms


def read_event(event: CallEvent, *, is_target: bool) -> Event:
    """`event` for the engine. Raises UnsealError when its sealing key is gone."""
    at = to_ms(event.occurred_at)
    if event.source == EventSource.TELNYX:
        payload = event.payload
        if event.sealed is not None:
            payload = inbox.put_back(payload, unseal(event.sealed))
        return to_engine(event.event_type, payload, at, is_target=is_target)
    if event.source == EventSource.OPERATOR:
        return _operator_acted(event, at)
    if event.source == EventSource.HANDLER:
        return _handler_event(event, at)
    payload = event.payload
    match event.event_type:
        case OwnEventType.TIMER_DUE:
            return TimerDue(at)
        case OwnEventType.FOLDING_FAILED:
            return FoldingFailed(at)
        case OwnEventType.COMMAND_ACCEPTED:
            return CommandAccepted(at, payload["seq"], payload.get("conversation_id", ""))
        case OwnEventType.COMMAND_FAILED:
            return CommandFailed(at, payload["seq"], payload["http_status"], payload["code"])
    return Unknown(at, event.event_type)


def _operator_acted(event: CallEvent, at: int) -> Event:
    payload = event.payload
    return OperatorActed(
        at,
        Act(payload["act"]),
        target=payload["target"],
        text=Secret(_unsealed(event)["text"]),
        answer_now=payload["answer_now"],
    )


def _handler_event(event: CallEvent, at: int) -> Event:
    seq = event.payload["seq"]
    match event.event_type:
        case OwnEventType.HANDLER_RETURNED:
            returned = _unsealed(event)
            values = {name: Secret(text) for name, text in returned["values"].items()}
            return HandlerReturned(at, seq, values, returned["exit"])
        case OwnEventType.ENTRIES_JUDGED:
            verdicts = {
                field: Verdict(each["accepted"], Secret(each["value"]), each["reason"])
                for field, each in _unsealed(event)["verdicts"].items()
            }
            return EntriesJudged(at, seq, verdicts)
        case OwnEventType.HANDLER_FAILED:
            return HandlerFailed(at, seq, event.payload.get("reason", ""))
    return Unknown(at, event.event_type)


def _unsealed(event: CallEvent) -> dict[str, Any]:
    opened: dict[str, Any] = unseal(event.sealed or b"")
    return opened
