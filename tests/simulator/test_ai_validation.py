from __future__ import annotations

from typing import Any

import pytest

from voicegather.simulator.ai_tables import SPEECH_LANGUAGES, TRANSCRIPTION_MODELS
from voicegather.simulator.errors import Refused

from .test_validation import judge

AGE = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
GATHER = {"parameters": AGE}
AWS = {**GATHER, "voice": "AWS.Polly.Joanna"}

REFUSED_GATHERS: list[tuple[dict[str, Any], str, str]] = [
    ({}, "10004", "parameters is required"),
    ({**GATHER, "maximum_tries": 3}, "10004", "maximum_tries is not a parameter"),
    ({**GATHER, "id": "assistant-1"}, "10004", "id is not a parameter"),
    ({"parameters": "age"}, "10015", "must be of type object"),
    ({"parameters": {"properties": AGE["properties"]}}, "10015", "of type object"),
    ({"parameters": {"type": "object"}}, "10015", "must hold properties"),
    ({"parameters": {"type": "object", "properties": {}}}, "10015", "must hold properties"),
    ({"parameters": {**AGE, "properties": {"age": "int"}}}, "10015", "the property age"),
    ({"parameters": {**AGE, "properties": {"age": {}}}}, "10015", "the property age"),
    ({"parameters": {**AGE, "required": "age"}}, "10015", "must hold required, a list"),
    ({"parameters": {**AGE, "required": ["name"]}}, "10015", "requires name, which is no"),
    ({**GATHER, "greeting": "x" * 3001}, "10033", "must be at most 3000"),
    ({**GATHER, "gather_ended_speech": "x" * 3001}, "10033", "must be at most 3000"),
    ({**GATHER, "greeting": "<speak>Hello</speak>"}, "90010", "AWS.Polly.* only"),
    ({**AWS, "greeting": "<speak>Hello"}, "90010", "not well-formed"),
    ({**GATHER, "voice": "male"}, "90012", "must not be a legacy voice"),
    ({**GATHER, "voice": "female"}, "90012", "must not be a legacy voice"),
    ({**GATHER, "voice": "Joanna"}, "90012", "must be a voice such as"),
    ({**GATHER, "voice_settings": {"type": "minimax"}}, "10015", "must hold type, one of"),
    ({**GATHER, "language": "en-US"}, "90013", "must be one of af, sq"),
    ({**GATHER, "transcription": {"model": "whisper"}}, "10015", "model, which must be one of"),
    ({**GATHER, "transcription": {"engine": "A"}}, "10015", "must not hold engine"),
    ({**GATHER, "interruption_settings": {"enable": "yes"}}, "10015", "must be of type boolean"),
    ({**GATHER, "interruption_settings": {"words": 2}}, "10015", "must not hold words"),
    ({**GATHER, "message_history": [{"role": "system", "content": "x"}]}, "10015", "item 1"),
    ({**GATHER, "message_history": [{"role": "user"}]}, "10015", "must hold content"),
    ({**GATHER, "message_history": ["Hello"]}, "10015", "item 1 is none"),
    ({**GATHER, "user_response_timeout_ms": 0}, "10033", "must be at least 1"),
    ({**GATHER, "user_response_timeout_ms": "10"}, "10033", "must be of type integer"),
    ({**GATHER, "send_partial_results": 1}, "10015", "must be of type boolean"),
    ({**GATHER, "assistant": {"id": "assistant-1"}}, "10015", "must not hold id"),
    ({**GATHER, "assistant": {"voice": "Telnyx"}}, "10015", "must not hold voice"),
    ({**GATHER, "assistant": {"tools": [{"type": "fly"}]}}, "10015", "must hold type, one of"),
    ({**GATHER, "assistant": {"tools": [{"type": "hangup"}]}}, "10015", "must hold hangup"),
    ({**GATHER, "assistant": {"tools": [{"type": "webhook", "webhook": {}}]}}, "10015", "url"),
    ({**GATHER, "client_state": "not base64!"}, "90017", "Base64"),
]
ACCEPTED_GATHERS: list[dict[str, Any]] = [
    GATHER,
    {"parameters": {"type": "object", "properties": {"age": {"type": ["integer", "null"]}}}},
    {**GATHER, "greeting": "x" * 3000, "voice": "Telnyx.KokoroTTS.af"},
    {**AWS, "greeting": "<speak>How <emphasis>old</emphasis> are you?</speak>"},
    {**GATHER, "voice_settings": {"type": "soniox", "speed": 0.9}},
    {**GATHER, "assistant": {"model": "openai/gpt-4o", "openai_api_key_ref": "key"}},
    {**GATHER, "assistant": {"tools": [{"type": "hangup", "hangup": {}}]}},
    {**GATHER, "message_history": [{"role": "assistant", "content": "Hello"}]},
    {**GATHER, "interruption_settings": {"enable": False}, "user_response_timeout_ms": 60_000},
    {**GATHER, "send_partial_results": True, "send_message_history_updates": True},
    *({**GATHER, "language": language} for language in SPEECH_LANGUAGES),
    *(
        {**GATHER, "transcription": {"model": model, "language": "auto"}}
        for model in TRANSCRIPTION_MODELS
    ),
]


@pytest.mark.parametrize(("params", "code", "detail"), REFUSED_GATHERS)
def test_a_bad_ai_gather_is_refused(params: dict[str, Any], code: str, detail: str) -> None:
    with pytest.raises(Refused) as raised:
        judge("gather_using_ai", params)
    assert (raised.value.status, raised.value.code) == (422, code)
    assert detail in str(raised.value)


@pytest.mark.parametrize("params", ACCEPTED_GATHERS)
def test_a_good_ai_gather_is_accepted(params: dict[str, Any]) -> None:
    judge("gather_using_ai", params)


START = {"assistant": {"id": "assistant-0ccc7b54"}}


def start(**assistant: Any) -> dict[str, Any]:
    return {"assistant": {"id": "assistant-0ccc7b54", **assistant}}


USER = {"role": "user", "content": "Hello"}
CALL = {"id": "one", "type": "function", "function": {"name": "look_up"}}
REFUSED_STARTS: list[tuple[dict[str, Any], str, str]] = [
    ({}, "10004", "assistant"),
    ({**START, "voice": "Telnyx.KokoroTTS.af"}, "10004", "voice is not a parameter"),
    ({**START, "voice_settings": {"type": "aws"}}, "10004", "voice_settings is not a parameter"),
    ({"assistant": {}}, "10015", "must hold id"),
    ({"assistant": {"id": "0ccc7b54"}}, "10015", "id, which must be assistant-"),
    (start(voice="Telnyx"), "10015", "must not hold voice"),
    (start(greeting="x" * 3001), "10015", "greeting, which must be at most 3000"),
    (start(dynamic_variables={"a": ["b"]}), "10015", "a, which must be a string, a number"),
    (start(dynamic_variables={"a": {"b": 1}}), "10015", "a, which must be a string, a number"),
    (start(dynamic_variables={"telnyx_x": "1"}), "10015", "telnyx_ is reserved"),
    (start(voice_settings={"type": "aws"}), "10015", "must hold voice"),
    (start(transcription={"model": "ears"}), "10015", "model, which must be one of"),
    (start(tools=[{"type": "transfer", "transfer": {"targets": []}}]), "10015", "from"),
    (start(greeting="<speak>Hi</speak>", voice_settings={"voice": "Telnyx"}), "90010", "Polly"),
    ({**START, "greeting": "x" * 3001}, "10033", "at most 3000"),
    ({**START, "greeting": "<speak>Hi"}, "90010", "not well-formed"),
    ({**START, "participants": [{"id": "v3:a"}]}, "10015", "must hold role"),
    ({**START, "participants": [{"id": "v3:a", "role": "boss"}]}, "10015", "must be one of user"),
    (
        {**START, "participants": [{"id": "v3:a", "role": "user", "on_hangup": "cry"}]},
        "10015",
        "continue_conversation",
    ),
    (
        {**START, "message_history": [{"role": "boss", "content": "x"}]},
        "10015",
        "hold role, one of",
    ),
    ({**START, "message_history": [{"role": "tool", "content": "x"}]}, "10015", "tool_call_id"),
    ({**START, "message_history": [{"role": "assistant"}]}, "10015", "content or tool_calls"),
    (
        {**START, "message_history": [{"role": "assistant", "tool_calls": [{"id": "x"}]}]},
        "10015",
        "must hold type, function",
    ),
    ({**START, "message_history": [{**USER, "tool_calls": []}]}, "10015", "not hold tool_calls"),
]
ACCEPTED_STARTS: list[dict[str, Any]] = [
    START,
    start(greeting="", instructions="Be kind.", name="Reception", model="openai/gpt-4o"),
    start(dynamic_variables={"a": "b", "c": 1, "d": 1.5, "e": True}),
    start(voice_settings={"voice": "Telnyx.KokoroTTS.af", "voice_speed": 1.2}),
    start(tools=[{"type": "retrieval", "retrieval": {"bucket_ids": ["files"]}}], mcp_servers=[]),
    start(external_llm={"base_url": "https://llm.example.com"}, llm_api_key_ref="key"),
    start(greeting="<assistant-speaks-first-with-model-generated-message>"),
    {**START, "greeting": "<speak>Hello</speak>"},
    {**START, "participants": [{"id": "v3:a", "role": "user", "name": "Anna"}]},
    {**START, "message_history": [USER, {"role": "assistant", "tool_calls": [CALL]}]},
    {**START, "message_history": [{"role": "tool", "content": "9", "tool_call_id": "one"}]},
    {**START, "message_history": [{"role": "developer", "content": "x", "metadata": {"a": 1}}]},
]


@pytest.mark.parametrize(("params", "code", "detail"), REFUSED_STARTS)
def test_a_bad_start_of_an_assistant_is_refused(
    params: dict[str, Any], code: str, detail: str
) -> None:
    with pytest.raises(Refused) as raised:
        judge("ai_assistant_start", params)
    assert (raised.value.status, raised.value.code) == (422, code)
    assert detail in str(raised.value)


@pytest.mark.parametrize("params", ACCEPTED_STARTS)
def test_a_good_start_of_an_assistant_is_accepted(params: dict[str, Any]) -> None:
    judge("ai_assistant_start", params)


@pytest.mark.parametrize(
    "params",
    [
        {"messages": "Hello"},
        {"messages": [{"role": "user"}]},
        {"messages": [USER], "trigger_response": "now"},
    ],
)
def test_bad_messages_are_refused(params: dict[str, Any]) -> None:
    with pytest.raises(Refused) as raised:
        judge("ai_assistant_add_messages", params)
    assert (raised.value.status, raised.value.code) == (422, "10015")


def test_good_messages_are_accepted() -> None:
    judge("ai_assistant_add_messages", {"messages": [USER], "trigger_response": True})


def test_a_stop_takes_no_parameters_of_its_own() -> None:
    judge("ai_assistant_stop", {"client_state": "eA==", "command_id": "stop-1"})
    with pytest.raises(Refused) as raised:
        judge("ai_assistant_stop", {"reason": "bored"})
    assert raised.value.code == "10004"
