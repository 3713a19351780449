"""The JSON of webhooks (Telnyx docs: call webhooks)."""

from __future__ import annotations

import random
import uuid
from datetime import datetime
from typing import Any

from voicegather.simulator.causes import HangupCause
from voicegather.simulator.legs import Direction, Leg
from voicegather.simulator.recorder import Recording
from voicegather.simulator.records import Delivery

#: Events whose client_state was seen to be null although the leg had one.
MAY_LOSE_CLIENT_STATE = frozenset(
    {"call.gather.ended", "call.dtmf.received", "call.conversation.ended"}
)
#: call.recording.saved has no call_control_id by the schema; real ones do.
WITHOUT_CALL_CONTROL_ID = frozenset({"call.recording.saved"})

#: Events that the application is expected to answer with a command, on a leg that is its own
#: and on one that it rang for a caller.
AWAITING = frozenset(
    {
        "call.initiated",
        "call.answered",
        "call.gather.ended",
        "call.speak.ended",
        "call.playback.ended",
        "call.recording.saved",
        "call.ai_gather.ended",
        "call.conversation.start_failed",
        "call.machine.detection.ended",
        "call.machine.premium.detection.ended",
    }
)
AWAITING_FROM_TARGET = frozenset({"call.hangup"})


def iso(moment: datetime) -> str:
    """UTC with microseconds, as Telnyx writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def build(
    leg: Leg,
    event_type: str,
    fields: dict[str, Any],
    *,
    occurred_at: datetime,
    connection_id: str,
) -> Delivery:
    """An event of `leg` with its common fields, bent by the leg's quirks."""
    loses_state = leg.quirks.null_client_state and event_type in MAY_LOSE_CLIENT_STATE
    payload: dict[str, Any] = {
        "call_control_id": leg.call_control_id,
        "call_leg_id": leg.call_leg_id,
        "call_session_id": leg.call_session_id,
        "connection_id": connection_id,
        "client_state": None if loses_state else leg.client_state,
        **fields,
    }
    if event_type in WITHOUT_CALL_CONTROL_ID and not leg.quirks.undocumented_fields:
        del payload["call_control_id"]
    for name in leg.quirks.omitted_fields:
        payload.pop(name, None)
    if leg.quirks.undocumented_fields:
        payload |= _undocumented(leg, event_type, occurred_at)
    else:
        payload.pop("speak_id", None)
    event_id = str(uuid.uuid4())
    data = {
        "record_type": "event",
        "event_type": event_type,
        "id": event_id,
        "occurred_at": iso(occurred_at),
        "payload": payload,
    }
    if event_type.startswith("call.conversation"):
        data["created_at"] = data["occurred_at"]
    return Delivery(
        event_id,
        event_type,
        occurred_at,
        leg.call_control_id,
        leg.call_session_id,
        data,
        awaits_command=_awaits_command(leg, event_type, payload),
    )


def _awaits_command(leg: Leg, event_type: str, payload: dict[str, Any]) -> bool:
    if leg.parent is not None:
        return event_type in AWAITING_FROM_TARGET
    # After an AI gather, call.ai_gather.ended has the next command already.
    assistant_ended = event_type == "call.conversation.ended" and "assistant_id" in payload
    return assistant_ended or event_type in AWAITING


def initiated(leg: Leg) -> dict[str, Any]:
    """The fields of call.initiated."""
    incoming = leg.direction is Direction.INCOMING
    fields: dict[str, Any] = {
        "from": leg.from_,
        "to": leg.to,
        "direction": leg.direction.value,
        "state": "parked" if incoming else "bridging",
        "start_time": iso(leg.started_at),
        "tags": [],
    }
    if incoming:
        fields |= {
            "caller_id_name": leg.from_,
            "connection_codecs": "G722,PCMU,PCMA",
            "offered_codecs": "PCMU,PCMA",
            "shaken_stir_attestation": "A",
            "shaken_stir_validated": True,
        }
    return fields


def answered(leg: Leg) -> dict[str, Any]:
    """The fields of call.answered."""
    return {
        "from": leg.from_,
        "to": leg.to,
        "start_time": iso(leg.started_at),
        "state": "answered",
        "tags": [],
    }


def hangup(leg: Leg, cause: HangupCause) -> dict[str, Any]:
    """The fields of call.hangup."""
    packets = random.Random(leg.key).randrange(100, 4000)
    quality = {"mos": "4.50", "packet_count": str(packets), "skip_packet_count": "0"}
    return {
        "from": leg.from_,
        "to": leg.to,
        "start_time": iso(leg.started_at),
        "state": "hangup",
        "hangup_cause": cause.cause,
        "hangup_source": cause.source,
        "sip_hangup_cause": cause.sip,
        "call_quality_stats": {"inbound": quality} if leg.answered_at is not None else None,
        "tags": [],
    }


def recording_saved(
    leg: Leg, recording: Recording, *, url: str, ended_at: datetime
) -> dict[str, Any]:
    """The fields of call.recording.saved; it names neither party."""
    fields: dict[str, Any] = {
        "channels": recording.channels,
        "recording_urls": {recording.format: url},
        "public_recording_urls": {},
        "recording_started_at": iso(recording.started_at or ended_at),
        "recording_ended_at": iso(ended_at),
    }
    if leg.quirks.undocumented_fields:
        fields |= {"recording_id": recording.recording_id, "format": recording.format}
    return fields


def recording_transcribed(recording: Recording, words: str) -> dict[str, Any]:
    """The fields of call.recording.transcription.saved."""
    return {
        "calling_party_type": "pstn",
        "recording_id": recording.recording_id,
        "recording_transcription_id": str(uuid.uuid4()),
        "status": "completed",
        "transcription_text": words,
    }


def recording_listed(leg: Leg, recording: Recording, ended_at: datetime) -> dict[str, Any]:
    """A recording as the account lists it (Telnyx docs: list all call recordings)."""
    began_at = recording.started_at or ended_at
    return {
        "call_control_id": leg.call_control_id,
        "call_leg_id": leg.call_leg_id,
        "call_session_id": leg.call_session_id,
        "channels": recording.channels,
        "format": recording.format,
        "source": "call",
        "initiated_by": "StartCallRecordingAPI",
        "duration_millis": round((ended_at - began_at).total_seconds() * 1000),
        "recording_started_at": iso(began_at),
        "recording_ended_at": iso(ended_at),
        "created_at": iso(ended_at),
        "updated_at": iso(ended_at),
        "from": leg.from_,
        "to": leg.to,
    }


def _undocumented(leg: Leg, event_type: str, occurred_at: datetime) -> dict[str, Any]:
    extra: dict[str, Any] = {"calling_party_type": "pstn"}
    if event_type in {"call.initiated", "call.answered", "call.hangup"}:
        extra |= {
            "from_sip_uri": f"{leg.from_.lstrip('+')}@sip.example.com",
            "to_sip_uri": f"{leg.to.lstrip('+')}@sip.example.com",
            "codec": "PCMU",
            "sampling_rate": 8000,
        }
    if event_type == "call.hangup":
        extra["end_time"] = iso(occurred_at)
    return extra
