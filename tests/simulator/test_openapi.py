"""What the simulator accepts and sends, held against Telnyx's public OpenAPI document and SDK.

Not collected where the document cannot be found; see conftest.py.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest
import telnyx.types as telnyx_types
import telnyx.types.calls as sdk_types
from telnyx.types.call_dial_params import CallDialParams

from voicegather.simulator import Assistant, Quirks, RecordingFailure, Target, commands
from voicegather.simulator.causes import CALLER_HUNG_UP
from voicegather.simulator.commands import Command
from voicegather.simulator.errors import call_has_ended, unauthorized, unknown_call
from voicegather.simulator.legs import EndedBy
from voicegather.simulator.parameters import Kind
from voicegather.simulator.tables import EVENT_TYPES

from . import openapi
from .virtual import Desk

RECEPTION = "assistant-1"
ACTION = "/calls/{call_control_id}/actions/"
EVERY_COMMAND = {**commands.COMMANDS, "dial": commands.DIAL}

#: Parameters of the SDK, newer than the document, that the document lacks.
NEWER_THAN_THE_DOCUMENT = {
    "hangup": {"reason"},
    "transfer": {"diversion", "route_to_mobile"},
    "dial": {"diversion", "route_to_mobile"},
    "ai_assistant_add_messages": {"trigger_response"},
}
#: Parameters of the document that are gone from the newer SDK.
GONE_SINCE_THE_DOCUMENT = {"ai_assistant_start": {"voice", "voice_settings"}}
#: `preferred_codecs` is an enum of one joined string there, though any subset is meant;
#: transcription languages are two hundred names which no table of ours needs to tell apart.
ENUMS_NOT_COPIED = {"preferred_codecs", "transcription_language"}
#: Enums that only the prose of the documentation tells.
ENUMS_OF_THE_PROSE = {"stop", "park_after_unbridge", "target_legs"}
#: The SDK and the documentation know one more value than the document.
NEWER_ENUM_VALUES = {
    "answering_machine_detection": {"premium_ios_call_screening_detection"},
}
SDK_PARAMS = {
    "answer": sdk_types.ActionAnswerParams,
    "reject": sdk_types.ActionRejectParams,
    "hangup": sdk_types.ActionHangupParams,
    "client_state_update": sdk_types.ActionUpdateClientStateParams,
    "transfer": sdk_types.ActionTransferParams,
    "bridge": sdk_types.ActionBridgeParams,
    "speak": sdk_types.ActionSpeakParams,
    "playback_start": sdk_types.ActionStartPlaybackParams,
    "playback_stop": sdk_types.ActionStopPlaybackParams,
    "gather": sdk_types.ActionGatherParams,
    "gather_using_speak": sdk_types.ActionGatherUsingSpeakParams,
    "gather_using_audio": sdk_types.ActionGatherUsingAudioParams,
    "gather_stop": sdk_types.ActionStopGatherParams,
    "gather_using_ai": sdk_types.ActionGatherUsingAIParams,
    "ai_assistant_start": sdk_types.ActionStartAIAssistantParams,
    "ai_assistant_add_messages": sdk_types.ActionAddAIAssistantMessagesParams,
    "ai_assistant_stop": sdk_types.ActionStopAIAssistantParams,
    "send_dtmf": sdk_types.ActionSendDtmfParams,
    "record_start": sdk_types.ActionStartRecordingParams,
    "record_stop": sdk_types.ActionStopRecordingParams,
    "record_pause": sdk_types.ActionPauseRecordingParams,
    "record_resume": sdk_types.ActionResumeRecordingParams,
    "dial": CallDialParams,
}
#: The SDK renames what Python or a path parameter of the same name would not allow.
SDK_NAMES = {"from_": "from", "call_control_id_to_bridge_with": "call_control_id"}

#: Values that real events have null, though the document says string.
NULLABLE = {"client_state", "digits", "result"}
#: Fields of real events that the document does not know.
UNDOCUMENTED = {
    "calling_party_type",
    "from_sip_uri",
    "to_sip_uri",
    "codec",
    "sampling_rate",
    "speak_id",
    "end_time",
    "recording_id",
    "format",
    "gather_id",
}
#: Seen on call.recording.saved, whose schema has no such field.
UNDOCUMENTED_IN = {"call.recording.saved": {"call_control_id"}}
#: The SDK's model has them; it is newer than the document.
NEWER_FIELDS = {"call.conversation.ended": {"messages"}}
#: Statuses that were seen, or are plausible, and are not in the document's enums.
UNDOCUMENTED_STATUS = {
    ("call.speak.ended", "cancelled"),
    ("call.ai_gather.ended", "client_error"),
    ("call.ai_gather.ended", "call_hangup"),
}
#: Events that the SDK knows and the document does not.
NEWER_EVENTS = {
    "call.machine.premium.detection.started": (
        telnyx_types.CallMachinePremiumDetectionStartedWebhookEvent
    ),
    "call.conversation.created": telnyx_types.CallConversationCreatedWebhookEvent,
    "call.conversation.start_failed": telnyx_types.CallConversationStartFailedWebhookEvent,
}


def path_of(name: str) -> str:
    return "/calls" if name == "dial" else ACTION + name


def schema_of(name: str, command: Command) -> tuple[dict[str, Any], set[str]]:
    properties, required = openapi.flatten(openapi.body_schema(path_of(name), command.method))
    gone = GONE_SINCE_THE_DOCUMENT.get(name, set())
    return {key: one for key, one in properties.items() if key not in gone}, required


@pytest.mark.parametrize("name", EVERY_COMMAND)
def test_a_command_knows_exactly_the_documented_parameters(name: str) -> None:
    command = EVERY_COMMAND[name]
    properties, _ = schema_of(name, command)
    assert set(command.table) == set(properties) | NEWER_THAN_THE_DOCUMENT.get(name, set())


@pytest.mark.parametrize("name", EVERY_COMMAND)
def test_a_command_knows_exactly_the_parameters_of_the_sdk(name: str) -> None:
    annotations = SDK_PARAMS[name].__annotations__
    names = {SDK_NAMES.get(parameter, parameter) for parameter in annotations}
    assert set(EVERY_COMMAND[name].table) == names


@pytest.mark.parametrize("name", EVERY_COMMAND)
def test_a_command_requires_what_is_documented_as_required(name: str) -> None:
    command = EVERY_COMMAND[name]
    _, required = schema_of(name, command)
    if name == "bridge":
        required -= {"call_control_id"}  # it excludes queue and video_room_id by the prose
    assert {key for key, parameter in command.table.items() if parameter.required} == required


@pytest.mark.parametrize("name", EVERY_COMMAND)
def test_a_commands_enums_have_the_documented_values(name: str) -> None:
    command = EVERY_COMMAND[name]
    properties, _ = schema_of(name, command)
    documented = {key: set(openapi.resolve(p).get("enum", ())) for key, p in properties.items()}
    ours = {key: set(parameter.choices) for key, parameter in command.table.items()}
    for key in sorted(set(documented) - ENUMS_NOT_COPIED):
        if key in ENUMS_OF_THE_PROSE and not documented[key]:
            continue
        expected = documented[key]
        if expected:
            expected = expected | NEWER_ENUM_VALUES.get(key, set())
        assert ours[key] == expected, key


@pytest.mark.parametrize("name", EVERY_COMMAND)
def test_a_commands_types_and_bounds_are_the_documented_ones(name: str) -> None:
    command = EVERY_COMMAND[name]
    properties, _ = schema_of(name, command)
    for key, schema in properties.items():
        documented, ours = openapi.resolve(schema), command.table[key]
        if "type" in documented:
            assert ours.kind.value == documented["type"], key
        elif ours.kind not in {Kind.LOOP, Kind.TEXT_OR_ARRAY}:
            assert ours.kind is Kind.OBJECT, key
        for low in {"minimum", "minLength"} & set(documented):
            assert ours.minimum == documented[low], key
        for high in {"maximum", "maxLength"} & set(documented):
            assert ours.maximum == documented[high], key


def all_events(quirks: Quirks) -> list[dict[str, Any]]:
    """The data of every event of calls in which everything happens once."""
    desk = Desk(
        quirks=quirks,
        targets={
            "+13125550199": Target(ring_seconds=1, talk_seconds=2),
            "+13125550198": Target("busy"),
            "+13125550197": Target(answered_by="machine"),
        },
        assistants={RECEPTION: Assistant(insights=("Was friendly.",))},
    )
    audio = {"audio_url": "https://cdn.example.com/menu.wav"}
    spoken = {"payload": "Press one.", "voice": "AWS.Polly.Joanna", "timeout_millis": 1000}
    leg = desk.answered()
    leg.client_state = "eA=="
    desk.commands.record_start(leg, {"format": "mp3", "channels": "dual"})
    desk.commands.speak(leg, spoken)
    desk.commands.playback_start(leg, {"media_name": "welcome"})
    desk.pass_seconds(10)
    desk.commands.playback_start(leg, {"audio_url": "https://cdn.example.com/a.wav?fail=404"})
    desk.pass_seconds(5)
    desk.commands.speak(leg, spoken)
    desk.pass_seconds(0.3)
    desk.commands.playback_stop(leg, {})
    desk.commands.gather(leg, {"gather_id": "one", "maximum_digits": 1})
    desk.press(leg, "1")
    desk.commands.gather_using_speak(leg, {**spoken, "maximum_tries": 1})
    desk.pass_seconds(10)
    desk.commands.gather_using_audio(leg, audio)
    desk.pass_seconds(1)
    desk.press(leg, "12")
    desk.commands.gather_stop(leg, {})
    desk.commands.transfer(leg, {"to": "+13125550198"})
    desk.pass_seconds(10)
    desk.commands.gather(leg, {})
    desk.commands.gather(leg, {})
    desk.commands.record_stop(leg, {})
    desk.commands.transfer(leg, {"to": "+13125550199", "park_after_unbridge": "self"})
    desk.pass_seconds(10)
    desk.commands.gather_using_audio(leg, audio)
    desk.pass_seconds(1)
    desk.exchange.hang_up(leg, CALLER_HUNG_UP, EndedBy.CALLER)
    speak_with_models(desk)
    ring_machines(desk)
    rejected = desk.incoming()
    desk.commands.reject(rejected, {"cause": "CALL_REJECTED"})
    return [delivery.data for _, delivery, _ in desk.outbox.posted]


def speak_with_models(desk: Desk) -> None:
    """Calls with every event of AI gathers and assistants."""
    schema = {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]}
    params = {
        "parameters": schema,
        "greeting": "How old are you?",
        "send_partial_results": True,
        "send_message_history_updates": True,
    }
    for script in (
        {"answer": {"age": 29}},
        "ai_fails",
        "stay_silent",
        {"hang_up_during_gather": 1},
    ):
        leg = desk.answered()
        leg.client_state = "eA=="
        desk.follow(leg, script)
        desk.commands.gather_using_ai(leg, params)
        desk.pass_seconds(30)
    for assistant in (RECEPTION, "assistant-unknown"):
        leg = desk.answered()
        desk.follow(leg, {"converse": ["Hello?", "Goodbye."], "ends": "assistant"})
        desk.commands.ai_assistant_start(
            leg, {"assistant": {"id": assistant}, "send_message_history_updates": True}
        )
        desk.pass_seconds(30)


def ring_machines(desk: Desk) -> None:
    """Placed calls with every event of answering machine detection, and a recording that fails."""
    params = {"connection_id": desk.exchange.connection_id, "from": "+13125550100"}
    for mode in ("greeting_end", "premium"):
        desk.exchange.recording_failures.append(RecordingFailure.SERVER_ERROR)
        asked = {"answering_machine_detection": mode, "record": "record-from-answer"}
        desk.commands.dial({**params, **asked, "to": "+13125550197"})
        desk.pass_seconds(30)


KINDS_OF_CALL = {
    "orderly": Quirks(),
    "chatty": Quirks(
        undocumented_fields=True, stopped_speech_status="cancelled", terminator_in_digits=True
    ),
    "taciturn": Quirks(
        no_input_status="invalid",
        no_input_digits=None,
        stopped_digits_reported=False,
        null_client_state=True,
        gather_ended_after_hangup=True,
        speech_events_in_gather=False,
        hung_up_ai_gather_status="call_hangup",
        conversation_ended_after_command=True,
        omitted_fields=frozenset({"state", "start_time", "caller_id_name", "tags"}),
    ),
}


def surplus(model: Any) -> set[str]:
    """Fields of an event that its model in the SDK has not, without those of real traffic."""
    extra = set(model.model_extra) | set(model.data.model_extra)
    return (extra | set(model.data.payload.model_extra)) - UNDOCUMENTED


@pytest.mark.parametrize("kind", KINDS_OF_CALL)
def test_every_event_fits_its_documented_schema(kind: str) -> None:
    schemas = openapi.event_schemas()
    for event in all_events(KINDS_OF_CALL[kind]):
        event_type = event["event_type"]
        if event_type in NEWER_EVENTS:
            assert surplus(NEWER_EVENTS[event_type].model_validate({"data": event})) == set()
            continue
        data = copy.deepcopy(event)
        payload = data["payload"]
        properties, _ = openapi.flatten(
            openapi.flatten(openapi.flatten(schemas[event_type])[0]["data"])[0]["payload"]
        )
        unknown = set(payload) - set(properties)
        undocumented = UNDOCUMENTED_IN.get(event_type, set()) | NEWER_FIELDS.get(event_type, set())
        assert unknown <= UNDOCUMENTED | undocumented, event_type
        for name in NULLABLE & set(payload):
            if payload[name] is None:
                del payload[name]
        if (event_type, payload.get("status")) in UNDOCUMENTED_STATUS:
            del payload["status"]
        assert openapi.faults(schemas[event_type], {"data": data}) == [], event_type


def test_every_kind_of_event_that_can_be_sent_was_looked_at() -> None:
    seen = {event["event_type"] for event in all_events(Quirks())}
    assert seen == {
        "call.initiated",
        "call.answered",
        "call.hangup",
        "call.bridged",
        "call.speak.started",
        "call.speak.ended",
        "call.playback.started",
        "call.playback.ended",
        "call.dtmf.received",
        "call.gather.ended",
        "call.recording.saved",
        "call.recording.error",
        "call.machine.detection.ended",
        "call.machine.greeting.ended",
        "call.machine.premium.detection.started",
        "call.machine.premium.detection.ended",
        "call.machine.premium.greeting.ended",
        "call.conversation.created",
        "call.conversation.start_failed",
        "call.conversation.ended",
        "call.conversation_insights.generated",
        "call.ai_gather.partial_results",
        "call.ai_gather.message_history_updated",
        "call.ai_gather.ended",
    }


def test_every_documented_event_can_have_a_webhook_url_of_its_own() -> None:
    assert set(openapi.event_schemas()) - EVENT_TYPES == set()


@pytest.mark.parametrize("name", commands.COMMANDS)
def test_an_accepted_command_is_answered_as_documented(name: str) -> None:
    schema = openapi.answer_schema(path_of(name), commands.COMMANDS[name].method)
    assert openapi.faults(schema, {"data": {"result": "ok"}}) == []


@pytest.mark.parametrize("name", ["gather_using_ai", "ai_assistant_start"])
def test_the_conversation_of_an_answer_is_documented(name: str) -> None:
    desk = Desk()
    schema = {"type": "object", "properties": {"age": {"type": "integer"}}}
    params = {"parameters": schema, "assistant": {"id": RECEPTION}}
    data = {"result": "ok", **getattr(desk.commands, name)(desk.answered(), params)}
    documented = openapi.answer_schema(path_of(name), "POST")
    assert set(data) == set(openapi.flatten(openapi.flatten(documented)[0]["data"])[0])
    assert openapi.faults(documented, {"data": data}) == []


def test_a_dialled_call_and_its_status_are_answered_as_documented() -> None:
    desk = Desk()
    data = desk.commands.dial(
        {
            "connection_id": desk.exchange.connection_id,
            "from": "+13125550100",
            "to": "+13125550199",
            "client_state": "eA==",
            "record": "record-from-answer",
        }
    )
    assert openapi.faults(openapi.answer_schema("/calls", "POST"), {"data": data}) == []
    leg = desk.exchange.legs[data["call_control_id"]]
    desk.pass_seconds(60)
    status = desk.commands.status(leg)
    assert status["is_alive"] is False
    schema = openapi.answer_schema("/calls/{call_control_id}", "GET")
    assert openapi.faults(schema, {"data": status}) == []


def test_an_error_is_answered_as_documented() -> None:
    schema = {"$ref": "#/components/schemas/call-control_Errors"}
    for refused in (unauthorized(), unknown_call(), call_has_ended()):
        assert openapi.faults(schema, refused.envelope()) == []
    assert openapi.faults(schema, {"errors": [{"code": 90018}]}) != []
