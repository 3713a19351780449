"""Events of the inbox in the engine's words, whoever sent them."""

from __future__ import annotations

from voicegather.engine.events import (
    CommandAccepted,
    CommandFailed,
    Event,
    FoldingFailed,
    TimerDue,
    Unknown,
)
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
    payload = event.payload
    match event.event_type:
        case OwnEventType.TIMER_DUE:
            return TimerDue(at)
        case OwnEventType.FOLDING_FAILED:
            return FoldingFailed(at)
        case OwnEventType.COMMAND_ACCEPTED:
            return CommandAccepted(at, payload["seq"])
        case OwnEventType.COMMAND_FAILED:
            return CommandFailed(at, payload["seq"], payload["http_status"], payload["code"])
    return Unknown(at, event.event_type)
