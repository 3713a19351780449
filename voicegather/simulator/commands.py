"""Every command that the simulator takes: how it is called, its table, what the leg must be.

A new command is one entry here and one method of the same name in `behaviours.Behaviours`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from voicegather.simulator import ai_tables, ringing_tables, tables
from voicegather.simulator.cross_checks import (
    assistants_greeting_fits_its_voice,
    at_least_one,
    at_most_one,
    digits_in_order,
    encryption_fits_destination,
    greeting_fits_its_voice,
    needs_link,
    speech_fits_its_service,
)
from voicegather.simulator.validation import CrossCheck, Table


class Needs(Enum):
    """What a leg must be for a command."""

    ALIVE = "not ended"
    ANSWERED = "answered and not ended"


@dataclass(frozen=True, slots=True)
class Command:
    """One `/calls/{call_control_id}/actions/<name>`."""

    table: Table
    needs: Needs = Needs.ANSWERED
    checks: tuple[CrossCheck, ...] = ()
    method: str = "POST"


DIAL = Command(
    ringing_tables.DIAL,
    Needs.ALIVE,
    (needs_link, at_most_one("audio_url", "media_name"), encryption_fits_destination),
)

COMMANDS: dict[str, Command] = {
    "answer": Command(tables.ANSWER, Needs.ALIVE),
    "reject": Command(tables.REJECT, Needs.ALIVE),
    "hangup": Command(tables.HANGUP, Needs.ALIVE),
    "client_state_update": Command(tables.CLIENT_STATE_UPDATE, Needs.ALIVE, method="PUT"),
    "transfer": Command(
        ringing_tables.TRANSFER,
        checks=(at_most_one("audio_url", "media_name"), encryption_fits_destination),
    ),
    "bridge": Command(
        tables.BRIDGE,
        checks=(
            at_least_one("call_control_id", "queue", "video_room_id"),
            at_most_one("call_control_id", "queue", "video_room_id"),
        ),
    ),
    "speak": Command(tables.SPEAK, checks=(speech_fits_its_service,)),
    "playback_start": Command(
        tables.PLAYBACK_START,
        checks=(
            at_least_one("audio_url", "media_name", "playback_content"),
            at_most_one("audio_url", "media_name", "playback_content"),
        ),
    ),
    "playback_stop": Command(tables.PLAYBACK_STOP),
    "gather": Command(tables.GATHER, checks=(digits_in_order,)),
    "gather_using_speak": Command(
        tables.GATHER_USING_SPEAK, checks=(digits_in_order, speech_fits_its_service)
    ),
    "gather_using_audio": Command(
        tables.GATHER_USING_AUDIO,
        checks=(
            digits_in_order,
            at_most_one("audio_url", "media_name"),
            at_most_one("invalid_audio_url", "invalid_media_name"),
        ),
    ),
    "gather_stop": Command(tables.GATHER_STOP),
    "gather_using_ai": Command(ai_tables.GATHER_USING_AI, checks=(greeting_fits_its_voice,)),
    "ai_assistant_start": Command(
        ai_tables.AI_ASSISTANT_START,
        checks=(at_least_one("assistant"), assistants_greeting_fits_its_voice),
    ),
    "ai_assistant_add_messages": Command(ai_tables.AI_ASSISTANT_ADD_MESSAGES),
    "ai_assistant_stop": Command(ai_tables.AI_ASSISTANT_STOP),
    "send_dtmf": Command(tables.SEND_DTMF),
    "record_start": Command(tables.RECORD_START),
    "record_stop": Command(tables.RECORDING_ID),
    "record_pause": Command(tables.RECORDING_ID),
    "record_resume": Command(tables.RECORDING_ID),
}
