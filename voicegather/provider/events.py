"""Telnyx's webhooks in the engine's words. Every field may be missing: parse tolerantly."""

from __future__ import annotations

from collections.abc import Callable

from voicegather.engine.events import (
    CallAnswered,
    CallHungUp,
    CallInitiated,
    Event,
    GatherEnded,
    GatherStatus,
    KeyPressed,
    PromptEnded,
    PromptFate,
    TargetAnswered,
    TargetFate,
    TargetHungUp,
    TargetInitiated,
    Unknown,
)
from voicegather.engine.secret import Secret
from voicegather.provider import client_state
from voicegather.provider.ai_events import AI_READERS
from voicegather.provider.payloads import Payload, text
from voicegather.provider.recording_events import RECORDING_READERS

#: Telnyx docs: call.gather.ended, status. Words outside this table are UNKNOWN.
GATHER_STATUSES = {
    "valid": GatherStatus.VALID,
    "invalid": GatherStatus.INVALID,
    "timeout": GatherStatus.TIMEOUT,
    "cancelled": GatherStatus.CANCELLED,
    "cancelled_amd": GatherStatus.CANCELLED,
    "call_hangup": GatherStatus.CALL_HANGUP,
}

#: Telnyx docs: call.playback.ended and call.speak.ended, status.
PROMPT_FATES = {
    "completed": PromptFate.COMPLETED,
    "cancelled": PromptFate.INTERRUPTED,
    "cancelled_amd": PromptFate.INTERRUPTED,
    "call_hangup": PromptFate.INTERRUPTED,
    "failed": PromptFate.FAILED,
    "file_not_found": PromptFate.FAILED,
}

#: Telnyx docs: call.hangup, hangup_cause, of the leg that a transfer rang. An open set.
TARGET_FATES = {
    "user_busy": TargetFate.BUSY,
    "call_rejected": TargetFate.BUSY,
    "timeout": TargetFate.NO_ANSWER,
    "no_answer": TargetFate.NO_ANSWER,
    "originator_cancel": TargetFate.NO_ANSWER,
    "normal_clearing": TargetFate.ENDED,
    "time_limit": TargetFate.ENDED,
}

TARGET_EVENTS = frozenset({"call.initiated", "call.answered", "call.bridged", "call.hangup"})


def matters_at_once(event_type: str) -> bool:
    """Whether a call may have to react to an event of this type; to others it never does."""
    return event_type in _READERS or event_type in TARGET_EVENTS


def is_incoming(payload: Payload) -> bool:
    """Whether a call.initiated is a caller's, not a leg that we dialled or transferred to."""
    return payload.get("direction") == "incoming"


def to_engine(event_type: str, payload: Payload, at: int, *, is_target: bool) -> Event:
    """One webhook as an engine event.

    `payload` is the event's own, with what the caller said put back; `at` its ``occurred_at`` in
    milliseconds since 1970. Never raises: what is not understood becomes `Unknown`.
    """
    state = client_state.decode(payload.get("client_state"))
    seq = state.seq if state else None
    if is_target:
        return _target_event(event_type, payload, at, seq)
    reader = _READERS.get(event_type)
    return reader(payload, at, seq) if reader else Unknown(at, event_type)


def _target_event(event_type: str, payload: Payload, at: int, seq: int | None) -> Event:
    leg = text(payload, "call_control_id")
    if event_type == "call.initiated":
        return TargetInitiated(at, leg, seq)
    if event_type in ("call.answered", "call.bridged"):
        return TargetAnswered(at, leg, seq)
    if event_type == "call.hangup":
        fate = TARGET_FATES.get(text(payload, "hangup_cause"), TargetFate.FAILED)
        return TargetHungUp(at, leg, fate, seq)
    return Unknown(at, event_type)


def _key_pressed(payload: Payload, at: int, seq: int | None) -> Event:
    key = text(payload, "digit")
    if len(key) != 1 or key not in "0123456789*#ABCDabcd":
        return Unknown(at, "call.dtmf.received")
    return KeyPressed(at, Secret(key), seq)


def _gather_ended(payload: Payload, at: int, seq: int | None) -> Event:
    digits = payload.get("digits")
    status = GATHER_STATUSES.get(text(payload, "status"), GatherStatus.UNKNOWN)
    return GatherEnded(at, status, Secret(digits) if isinstance(digits, str) else None, seq)


def _prompt_ended(payload: Payload, at: int, seq: int | None) -> Event:
    fate = PROMPT_FATES.get(text(payload, "status"), PromptFate.COMPLETED)
    return PromptEnded(at, fate, seq)


def _hung_up(payload: Payload, at: int, seq: int | None) -> Event:
    return CallHungUp(at, text(payload, "hangup_cause"), text(payload, "hangup_source"))


_READERS: dict[str, Callable[[Payload, int, int | None], Event]] = {
    "call.initiated": lambda payload, at, seq: CallInitiated(at),
    "call.answered": lambda payload, at, seq: CallAnswered(at),
    "call.hangup": _hung_up,
    "call.dtmf.received": _key_pressed,
    "call.gather.ended": _gather_ended,
    "call.speak.ended": _prompt_ended,
    "call.playback.ended": _prompt_ended,
    **AI_READERS,
    **RECORDING_READERS,
}
