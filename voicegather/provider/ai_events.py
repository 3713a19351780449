"""Telnyx's webhooks of AI gathers, assistants and answering machines, in the engine's words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from voicegather.engine.events import (
    AiGatherEnded,
    AiGatherStatus,
    AnsweredBy,
    ConversationEnded,
    ConversationFailed,
    ConversationStarted,
    Event,
    HistoryTold,
    MachineDetected,
    Message,
    PartialResults,
    Unknown,
)
from voicegather.engine.secret import Secret
from voicegather.provider.payloads import Payload, milliseconds, text, whole

#: Telnyx docs: call.ai_gather.ended, status; ``client_error`` was seen, too. Others are UNKNOWN.
AI_GATHER_STATUSES = {
    "valid": AiGatherStatus.VALID,
    "invalid": AiGatherStatus.INVALID,
    "call_hangup": AiGatherStatus.CALL_HANGUP,
    "client_error": AiGatherStatus.ERROR,
}

#: Telnyx docs: call.machine.detection.ended and call.machine.premium.detection.ended, result.
#: Whatever is not surely a machine is taken for a human (Telnyx docs: treat not_sure as human).
MACHINES = frozenset({"machine", "fax_detected"})
#: Telnyx docs: call.machine.premium.greeting.ended, result.
BEEP = "beep_detected"

LONGEST_ID = 64
LONGEST_WORD = 100
LONGEST_ROLE = 20
#: Of a conversation, in seconds: no call lasts longer (Telnyx docs: time_limit_secs, 4 hours).
LONGEST_TALK = 86_400


def messages_of(value: object) -> tuple[Message, ...]:
    """The turns of a ``message_history`` or of ``messages``; what is no turn is left out.

    Turns without words, such as an assistant's calls of its tools, are none.
    """
    return tuple(_messages(value))


def _messages(value: object) -> Iterator[Message]:
    for each in value if isinstance(value, list) else ():
        if isinstance(each, dict) and (content := _content(each.get("content"))):
            role = text(each, "role")[:LONGEST_ROLE] or "unknown"
            yield Message(role, Secret(content), milliseconds(each, "timestamp"))


def _content(value: object) -> str:
    """Text, or the text of several parts, as models' own interfaces write it."""
    if isinstance(value, list):
        return " ".join(text(part, "text") for part in value if isinstance(part, dict)).strip()
    return value if isinstance(value, str) else ""


def _json_object(value: object) -> Secret | None:
    return Secret(json.dumps(value, ensure_ascii=False)) if isinstance(value, dict) else None


def _gather_ended(payload: Payload, at: int, seq: int | None) -> Event:
    status = AI_GATHER_STATUSES.get(text(payload, "status"), AiGatherStatus.UNKNOWN)
    result = _json_object(payload.get("result"))
    return AiGatherEnded(at, status, result, seq, messages_of(payload.get("message_history")))


def _partial_results(payload: Payload, at: int, seq: int | None) -> Event:
    values = _json_object(payload.get("partial_results"))
    if values is None:
        return Unknown(at, "call.ai_gather.partial_results")
    return PartialResults(at, values, seq, messages_of(payload.get("message_history")))


def _history_told(payload: Payload, at: int, seq: int | None) -> Event:
    messages = messages_of(payload.get("message_history"))
    return HistoryTold(at, messages, seq, _conversation_id(payload))


def _conversation_started(payload: Payload, at: int, seq: int | None) -> Event:
    return ConversationStarted(at, _conversation_id(payload), seq)


def _conversation_failed(payload: Payload, at: int, seq: int | None) -> Event:
    return ConversationFailed(at, text(payload, "reason")[:LONGEST_WORD], seq)


def _conversation_ended(payload: Payload, at: int, seq: int | None) -> Event:
    return ConversationEnded(
        at,
        _conversation_id(payload),
        reason=text(payload, "reason")[:LONGEST_WORD],
        seconds=whole(payload, "duration_sec", most=LONGEST_TALK),
        model=text(payload, "llm_model")[:LONGEST_WORD],
        messages=messages_of(payload.get("messages")),
        seq=seq,
    )


def _machine_detected(payload: Payload, at: int, seq: int | None) -> Event:
    word = text(payload, "result")[:LONGEST_WORD]
    answered_by = AnsweredBy.MACHINE if word in MACHINES else AnsweredBy.HUMAN
    return MachineDetected(at, answered_by, word)


def _beep_heard(payload: Payload, at: int, seq: int | None) -> Event:
    """A beep before the detection's word comes instead of it (Telnyx docs: Dial, premium)."""
    word = text(payload, "result")
    if word != BEEP:
        return Unknown(at, "call.machine.premium.greeting.ended")
    return MachineDetected(at, AnsweredBy.MACHINE, word)


def _conversation_id(payload: Payload) -> str:
    return text(payload, "conversation_id")[:LONGEST_ID]


AI_READERS: dict[str, Callable[[Any, int, int | None], Event]] = {
    "call.ai_gather.ended": _gather_ended,
    "call.ai_gather.partial_results": _partial_results,
    "call.ai_gather.message_history_updated": _history_told,
    "call.conversation.created": _conversation_started,
    "call.conversation.start_failed": _conversation_failed,
    "call.conversation.ended": _conversation_ended,
    "call.machine.detection.ended": _machine_detected,
    "call.machine.premium.detection.ended": _machine_detected,
    "call.machine.premium.greeting.ended": _beep_heard,
}
