"""What a model is asked to do, in Telnyx's words; every name is one that its SDK has."""

from __future__ import annotations

from typing import get_args

import pytest
from telnyx.types.ai.assistant_param import AssistantParam
from telnyx.types.ai.voice_settings_param import VoiceSettingsParam
from telnyx.types.call_assistant_request_param import CallAssistantRequestParam
from telnyx.types.call_dial_params import CallDialParams
from telnyx.types.calls.action_add_ai_assistant_messages_params import (
    ActionAddAIAssistantMessagesParams,
)
from telnyx.types.calls.action_gather_using_ai_params import ActionGatherUsingAIParams
from telnyx.types.calls.action_start_ai_assistant_params import ActionStartAIAssistantParams
from telnyx.types.calls.google_transcription_language import GoogleTranscriptionLanguage

from voicegather.engine.commands import (
    AddMessages,
    Dial,
    GatherByAi,
    StartAssistant,
    StopAssistant,
    Voice,
)
from voicegather.engine.secret import Secret
from voicegather.provider.actions import to_telnyx
from voicegather.provider.ai_actions import LANGUAGES
from voicegather.provider.client_state import ClientState, decode

SCHEMA = {
    "type": "object",
    "properties": {"age": {"type": "integer", "description": "How old the caller is"}},
    "required": ["age"],
}
ASSISTANT = "assistant-00000000-0000-4000-8000-000000000001"


def translate(command):
    return to_telnyx(command, call_token="call", seq=3)


def params(command):
    return {
        name: value for name, value in translate(command).params.items() if name != "client_state"
    }


FULL_GATHER = GatherByAi(
    schema=SCHEMA,
    greeting="How old are you?",
    closing="Thank you.",
    voice=Voice("Telnyx.Ultra.x", (("type", "telnyx"), ("voice_speed", 1.2))),
    language="en-US",
    instructions="Be brief.",
    model="Qwen/Qwen3-235B-A22B",
    transcription_model="deepgram/nova-3",
    transcription_language="en",
    interruptible=False,
    response_timeout_ms=8_000,
    partial_results=False,
    history_updates=True,
)
FULL_START = StartAssistant(
    assistant=ASSISTANT,
    instructions="Be brief.",
    greeting="Hello!",
    variables={"account": Secret("4711")},
    voice=Voice("Telnyx.Ultra.x", (("type", "telnyx"), ("voice_speed", 1.2))),
    transcription_model="deepgram/flux",
    transcription_language="en",
    interruptible=False,
    history_updates=False,
)


def test_an_ai_gather_says_everything_that_its_step_says():
    assert translate(FULL_GATHER).action == "gather_using_ai"
    assert params(FULL_GATHER) == {
        "parameters": SCHEMA,
        "greeting": "How old are you?",
        "gather_ended_speech": "Thank you.",
        "voice": "Telnyx.Ultra.x",
        "voice_settings": {"type": "telnyx", "voice_speed": 1.2},
        "language": "en",
        "assistant": {"instructions": "Be brief.", "model": "Qwen/Qwen3-235B-A22B"},
        "transcription": {"model": "deepgram/nova-3", "language": "en"},
        "interruption_settings": {"enable": False},
        "user_response_timeout_ms": 8_000,
        "send_partial_results": False,
        "send_message_history_updates": True,
    }


def test_what_an_ai_gather_leaves_open_is_left_to_telnyx():
    assert params(GatherByAi(schema=SCHEMA)) == {
        "parameters": SCHEMA,
        "interruption_settings": {"enable": True},
        "user_response_timeout_ms": 10_000,
        "send_partial_results": True,
        "send_message_history_updates": True,
    }


@pytest.mark.parametrize(
    ("language", "spoken"),
    [
        ("en-US", "en"),
        ("cmn-CN", "zh"),
        ("nb-NO", "no"),
        ("arb", "ar"),
        ("de-DE", "de"),
        ("cy-GB", None),
        ("", None),
    ],
)
def test_an_ai_gather_listens_in_the_menus_language_where_telnyx_has_it(language, spoken):
    assert params(GatherByAi(schema=SCHEMA, language=language)).get("language") == spoken


def test_the_languages_are_those_of_the_sdk():
    assert frozenset(get_args(GoogleTranscriptionLanguage)) == LANGUAGES


def test_an_assistant_starts_with_what_the_step_changes_of_it():
    assert translate(FULL_START).action == "ai_assistant_start"
    assert params(FULL_START) == {
        "assistant": {
            "id": ASSISTANT,
            "instructions": "Be brief.",
            "greeting": "Hello!",
            "dynamic_variables": {"account": "4711"},
            "voice_settings": {"voice": "Telnyx.Ultra.x", "voice_speed": 1.2},
        },
        "transcription": {"model": "deepgram/flux", "language": "en"},
        "interruption_settings": {"enable": False},
        "send_message_history_updates": False,
    }


@pytest.mark.parametrize(("greeting", "sent"), [(None, {}), ("", {"greeting": ""})])
def test_an_assistant_greets_in_its_own_way_or_waits_for_the_caller(greeting, sent):
    command = StartAssistant(assistant=ASSISTANT, greeting=greeting)
    assert params(command)["assistant"] == {"id": ASSISTANT} | sent


def test_settings_of_a_voice_that_is_not_named_are_no_settings():
    command = StartAssistant(assistant=ASSISTANT, voice=Voice("", (("voice_speed", 2.0),)))
    assert params(command)["assistant"] == {"id": ASSISTANT}


def test_messages_are_added_with_or_without_an_answer():
    command = AddMessages((("system", Secret("The line is free.")),), answer_now=True)
    assert translate(command).action == "ai_assistant_add_messages"
    assert params(command) == {
        "messages": [{"role": "system", "content": "The line is free."}],
        "trigger_response": True,
    }
    quiet = AddMessages((("user", Secret("Hello")),))
    assert params(quiet)["trigger_response"] is False


def test_an_assistant_is_stopped_without_a_word():
    assert translate(StopAssistant()).action == "ai_assistant_stop"
    assert params(StopAssistant()) == {}


def test_a_dial_carries_our_token_so_that_its_leg_is_known():
    command = Dial(to="+13125550177", from_="+13125550100", timeout_s=20)
    assert translate(command).action == "dial"
    assert translate(command).leg == ""
    assert params(command) == {"to": "+13125550177", "from": "+13125550100", "timeout_secs": 20}
    assert decode(translate(command).params["client_state"]) == ClientState("call", 3)


def test_a_dial_has_machines_detected_when_asked():
    command = Dial(to="+13125550177", from_="+13125550100", detect_machine=True)
    assert params(command)["answering_machine_detection"] == "premium"


@pytest.mark.parametrize(
    ("command", "known"),
    [
        (FULL_GATHER, ActionGatherUsingAIParams),
        (FULL_START, ActionStartAIAssistantParams),
        (AddMessages((("user", Secret("Hi")),)), ActionAddAIAssistantMessagesParams),
        (Dial("+13125550177", "+13125550100", detect_machine=True), CallDialParams),
    ],
)
def test_every_parameter_is_one_that_the_sdk_takes(command, known):
    names = {"from_" if name == "from" else name for name in translate(command).params}
    assert names <= set(known.__annotations__)


def test_every_part_of_an_assistant_is_one_that_the_sdk_takes():
    assert set(params(FULL_GATHER)["assistant"]) <= set(AssistantParam.__annotations__)
    assistant = params(FULL_START)["assistant"]
    assert set(assistant) <= set(CallAssistantRequestParam.__annotations__)
    assert set(assistant["voice_settings"]) <= set(VoiceSettingsParam.__annotations__)
