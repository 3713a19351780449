"""The parameters of the commands that speak with a model (Telnyx docs: gather using AI, AI
assistants)."""

from __future__ import annotations

import re

from voicegather.simulator.nested import (
    each,
    flat_variables,
    holding,
    json_schema,
    told_apart,
    with_members,
)
from voicegather.simulator.parameters import (
    LARGEST_INTEGER,
    MAXIMUM_TEXT,
    Check,
    flag,
    full_voice,
    integer,
    listing,
    mapping,
    matching,
    one_of,
    text,
)
from voicegather.simulator.tables import COMMON, words
from voicegather.simulator.validation import Table

ASSISTANT_ID = re.compile(r"assistant-[0-9A-Za-z-]+")
SPEECH_LANGUAGES = words(
    "af sq am ar hy az eu bn bs bg my ca yue zh hr cs da nl en et fil fi fr gl ka de el gu iw hi "
    "hu is id it ja jv kn kk km ko lo lv lt mk ms ml mr mn ne no fa pl pt pa ro ru rw sr si sk sl "
    "ss st es su sw sv ta te th tn tr ts uk ur uz ve vi xh zu"
)
TRANSCRIPTION_MODELS = words(
    "deepgram/flux flux deepgram/nova-3 deepgram/nova-2 speechmatics/standard "
    "speechmatics/enhanced speechmatics/linden-1 assemblyai/universal-3-5-pro "
    "assemblyai/universal-streaming xai/grok-stt soniox/stt-rt-v4 nvidia/parakeet-v3 "
    "omi-health/omi-med-stt-v1 humain/realtime reson8/turns cohere/ar-stt azure/fast "
    "azure/realtime google/latest_long distil-whisper/distil-large-v2 "
    "openai/whisper-large-v3-turbo"
)
VOICE_SETTINGS_TYPES = ("elevenlabs", "telnyx", "aws", "azure", "resemble", "xai", "soniox")


def _tool(name: str, *members: str) -> Check:
    return holding({"type": one_of(name).needed(), name: mapping(with_members(*members)).needed()})


def _message(**members: bool) -> Check:
    """`members` says of each text beside `role` and `metadata` whether it is required."""
    texts = {name: text().needed() if needed else text() for name, needed in members.items()}
    return holding({"role": text().needed(), "metadata": mapping(), **texts})


def _assistant_message(value: dict[str, object]) -> str | None:
    shape: Table = {
        "role": text().needed(),
        "content": text(),
        "metadata": mapping(),
        "tool_calls": listing(each(with_members("id", "type", "function"))),
    }
    if not value.get("tool_calls") and value.get("content") is None:
        return "must hold content or tool_calls"
    return holding(shape)(value)


TOOLS = listing(
    each(
        told_apart(
            "type",
            {
                "book_appointment": _tool("book_appointment", "event_type_id", "api_key_ref"),
                "check_availability": _tool("check_availability", "event_type_id", "api_key_ref"),
                "webhook": _tool("webhook", "url", "name", "description"),
                "hangup": _tool("hangup"),
                "transfer": _tool("transfer", "targets", "from"),
                "retrieval": _tool("retrieval", "bucket_ids"),
            },
        )
    )
)
MESSAGES = listing(
    each(
        told_apart(
            "role",
            {
                "user": _message(content=True),
                "assistant": _assistant_message,
                "system": _message(content=True),
                "developer": _message(content=True),
                "tool": _message(content=True, tool_call_id=True),
            },
        )
    )
)
GREETING = text(code="10033", longest=MAXIMUM_TEXT)
INTERRUPTION = mapping(holding({"enable": flag()}))
TRANSCRIPTION = mapping(holding({"model": one_of(*TRANSCRIPTION_MODELS), "language": text()}))
PARTICIPANT: Table = {
    "id": text().needed(),
    "role": one_of("user").needed(),
    "name": text(),
    "on_hangup": one_of("continue_conversation", "end_conversation"),
}

#: `assistant` of an AI gather: it has neither an id nor a voice there.
GATHERS_ASSISTANT: Table = {
    "model": text(),
    "instructions": text(),
    "openai_api_key_ref": text(),
    "tools": TOOLS,
}
#: `assistant` of a started assistant: its id, and what this call has otherwise than is stored.
STARTED_ASSISTANT: Table = {
    "id": text(check=matching(ASSISTANT_ID, "assistant- and an id")).needed(),
    "instructions": text(),
    "greeting": text(longest=MAXIMUM_TEXT),
    "model": text(),
    "name": text(),
    "dynamic_variables": mapping(flat_variables),
    "voice_settings": mapping(with_members("voice")),
    "transcription": TRANSCRIPTION,
    "tools": TOOLS,
    "mcp_servers": listing(),
    "llm_api_key_ref": text(),
    "openai_api_key_ref": text(),
    "external_llm": mapping(),
    "fallback_config": mapping(),
    "observability_settings": mapping(),
}
GATHER_USING_AI: Table = {
    **COMMON,
    "parameters": mapping(json_schema).needed(),
    "assistant": mapping(holding(GATHERS_ASSISTANT)),
    "greeting": GREETING,
    "gather_ended_speech": text(code="10033", longest=MAXIMUM_TEXT),
    "voice": text(code="90012", check=full_voice),
    "voice_settings": mapping(
        told_apart("type", dict.fromkeys(VOICE_SETTINGS_TYPES, with_members()))
    ),
    "language": one_of(*SPEECH_LANGUAGES, code="90013"),
    "transcription": TRANSCRIPTION,
    "interruption_settings": INTERRUPTION,
    "message_history": listing(
        each(holding({"role": one_of("assistant", "user").needed(), "content": text().needed()}))
    ),
    "send_partial_results": flag(),
    "send_message_history_updates": flag(),
    "user_response_timeout_ms": integer(1, LARGEST_INTEGER),
}
AI_ASSISTANT_START: Table = {
    **COMMON,
    "assistant": mapping(holding(STARTED_ASSISTANT)),
    "greeting": GREETING,
    "interruption_settings": INTERRUPTION,
    "message_history": MESSAGES,
    "participants": listing(each(holding(PARTICIPANT))),
    "send_message_history_updates": flag(),
    "transcription": TRANSCRIPTION,
}
AI_ASSISTANT_ADD_MESSAGES: Table = {**COMMON, "messages": MESSAGES, "trigger_response": flag()}
AI_ASSISTANT_STOP: Table = COMMON
