from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
import telnyx as sdk

from voicegather.simulator import Caller, FakeTelnyx, parse_script

from .conftest import ANNA, CLINIC
from .raw import command, request
from .receiver import Receiver

MEDIA_COMMANDS = {
    "transfer": {"to": "+13125550199"},
    "bridge": {"call_control_id": "v3:other"},
    "speak": {"payload": "Hello", "voice": "AWS.Polly.Joanna"},
    "playback_start": {"media_name": "hello"},
    "playback_stop": {},
    "gather": {},
    "gather_using_speak": {"payload": "Hello", "voice": "AWS.Polly.Joanna"},
    "gather_using_audio": {"media_name": "hello"},
    "gather_stop": {},
    "gather_using_ai": {
        "parameters": {"type": "object", "properties": {"age": {"type": "integer"}}},
    },
    "ai_assistant_start": {"assistant": {"id": "assistant-1"}},
    "ai_assistant_add_messages": {"messages": []},
    "ai_assistant_stop": {},
    "send_dtmf": {"digits": "1"},
    "record_start": {"format": "mp3", "channels": "single"},
    "record_stop": {},
    "record_pause": {},
    "record_resume": {},
}
#: They need another leg, or an assistant that talks.
NEEDING_MORE = {"bridge", "ai_assistant_add_messages"}
OTHER_COMMANDS = {
    "answer": {},
    "reject": {"cause": "USER_BUSY"},
    "hangup": {},
    "client_state_update": {"client_state": "eA=="},
}


def state(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize("action", MEDIA_COMMANDS)
def test_a_media_command_before_the_answer_is_refused(
    telnyx: FakeTelnyx, ringing: Caller, action: str
) -> None:
    reply = command(telnyx, ringing.call_control_id, action, MEDIA_COMMANDS[action])
    assert (reply.status, reply.code) == (422, "90034")


@pytest.mark.parametrize("action", [*MEDIA_COMMANDS, *OTHER_COMMANDS])
def test_a_command_after_the_end_is_refused(
    telnyx: FakeTelnyx, ringing: Caller, action: str
) -> None:
    command(telnyx, ringing.call_control_id, "hangup")
    params = (MEDIA_COMMANDS | OTHER_COMMANDS)[action]
    reply = command(telnyx, ringing.call_control_id, action, params)
    assert (reply.status, reply.code) == (422, "90018")


@pytest.mark.parametrize("action", sorted(set(MEDIA_COMMANDS) - NEEDING_MORE))
def test_a_media_command_after_the_answer_is_accepted(
    telnyx: FakeTelnyx, answered: Caller, action: str
) -> None:
    assert command(telnyx, answered.call_control_id, action, MEDIA_COMMANDS[action]).status == 200


def test_an_answered_call_cannot_be_rejected(telnyx: FakeTelnyx, answered: Caller) -> None:
    reply = command(telnyx, answered.call_control_id, "reject", {"cause": "USER_BUSY"})
    assert (reply.status, reply.code) == (422, "10015")


def test_a_repeated_command_id_is_ignored_for_sixty_seconds(
    start_telnyx: Callable[..., FakeTelnyx], receiver: Receiver
) -> None:
    now = [1000.0]
    telnyx = start_telnyx(clock=lambda: now[0])
    caller = telnyx.place_call(script=parse_script([]), from_=ANNA, to=CLINIC)
    command(telnyx, caller.call_control_id, "answer")
    receiver.wait_for("call.answered")

    def gather() -> None:
        params = {"command_id": "gather-1", "timeout_millis": 600_000}
        assert command(telnyx, caller.call_control_id, "gather", params).status == 200

    gather()
    now[0] += 59.9
    gather()
    assert receiver.of_type("call.gather.ended") == []
    now[0] += 0.2
    gather()
    cancelled = receiver.wait_for("call.gather.ended")
    assert cancelled.payload["status"] == "cancelled"
    recorded = telnyx.commands(caller.call_control_id)
    assert [one.repeat for one in recorded] == [False, False, True, False]


def test_a_command_id_is_a_repeat_on_its_own_call_alone(telnyx: FakeTelnyx) -> None:
    for _ in range(2):
        caller = telnyx.place_call(script=parse_script([]), from_=ANNA, to=CLINIC)
        command(telnyx, caller.call_control_id, "hangup", {"command_id": "bye"})
        (recorded,) = telnyx.commands(caller.call_control_id)
        assert recorded.repeat is False


def test_a_repeat_after_the_end_is_still_answered_well(telnyx: FakeTelnyx, ringing: Caller) -> None:
    for _ in range(2):
        reply = command(telnyx, ringing.call_control_id, "hangup", {"command_id": "bye"})
        assert reply.status == 200


def test_a_refused_command_id_can_be_used_again(telnyx: FakeTelnyx, ringing: Caller) -> None:
    early = command(telnyx, ringing.call_control_id, "gather", {"command_id": "one"})
    again = command(telnyx, ringing.call_control_id, "gather", {"command_id": "one"})
    assert (early.code, again.code) == ("90034", "90034")
    assert not any(one.repeat for one in telnyx.commands())


def test_dialling_twice_with_one_command_id_rings_once(
    telnyx: FakeTelnyx, client: sdk.Telnyx, receiver: Receiver
) -> None:
    calls = [
        client.calls.dial(
            connection_id=telnyx.connection_id, from_=CLINIC, to=ANNA, command_id="dial-1"
        ).data
        for _ in range(2)
    ]
    assert calls[0].call_control_id == calls[1].call_control_id
    receiver.wait_for("call.hangup")
    assert len(receiver.of_type("call.initiated")) == 1


def test_a_client_state_is_carried_by_every_later_event(
    receiver: Receiver, ringing: Caller, actions: Any
) -> None:
    actions.answer(ringing.call_control_id, client_state=state("one"))
    assert receiver.wait_for("call.answered").payload["client_state"] == state("one")
    actions.speak(ringing.call_control_id, payload="Hello.", voice="AWS.Polly.Joanna")
    assert receiver.wait_for("call.speak.ended").payload["client_state"] == state("one")
    actions.update_client_state(ringing.call_control_id, client_state=state("two"))
    actions.hangup(ringing.call_control_id)
    assert receiver.wait_for("call.hangup").payload["client_state"] == state("two")
    assert receiver.wait_for("call.initiated").payload["client_state"] is None


def test_a_stopped_gather_carries_the_state_of_its_stop(
    receiver: Receiver, answered: Caller, actions: Any
) -> None:
    actions.gather(answered.call_control_id, client_state=state("gather"))
    actions.stop_gather(answered.call_control_id, client_state=state("stop"))
    assert receiver.wait_for("call.gather.ended").payload["client_state"] == state("stop")


def test_a_refused_command_sets_no_state(
    telnyx: FakeTelnyx, receiver: Receiver, answered: Caller, actions: Any
) -> None:
    actions.update_client_state(answered.call_control_id, client_state=state("kept"))
    refusals = [
        command(telnyx, answered.call_control_id, "gather", params)
        for params in ({"client_state": state("lost"), "minimum_digits": 0},)
    ]
    refusals.append(
        command(
            telnyx,
            answered.call_control_id,
            "bridge",
            {"call_control_id": "v3:nobody", "client_state": state("lost")},
        )
    )
    assert [reply.status for reply in refusals] == [422, 422]
    actions.hangup(answered.call_control_id)
    assert receiver.wait_for("call.hangup").payload["client_state"] == state("kept")


def test_a_null_parameter_counts_as_not_given(
    telnyx: FakeTelnyx, receiver: Receiver, answered: Caller, actions: Any
) -> None:
    actions.update_client_state(answered.call_control_id, client_state=state("kept"))
    params = {"client_state": None, "maximum_digits": None, "command_id": None}
    assert command(telnyx, answered.call_control_id, "gather", params).status == 200
    actions.hangup(answered.call_control_id)
    assert receiver.wait_for("call.hangup").payload["client_state"] == state("kept")


def test_a_webhook_url_of_the_answer_takes_all_later_events(
    telnyx: FakeTelnyx, receiver: Receiver, ringing: Caller, actions: Any
) -> None:
    elsewhere = receiver.url.replace("/webhook/", "/elsewhere/")
    hangups = receiver.url.replace("/webhook/", "/hangups/")
    actions.answer(
        ringing.call_control_id,
        webhook_url=elsewhere,
        webhook_urls={"call.hangup": [hangups]},
    )
    answered = receiver.wait_for("call.answered")
    assert answered.path == "/elsewhere/"
    assert answered.envelope["meta"]["delivered_to"] == elsewhere
    actions.hangup(ringing.call_control_id)
    assert receiver.wait_for("call.hangup").path == "/hangups/"
    assert receiver.wait_for("call.initiated").path == "/webhook/"


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"webhook_url": "http://198.51.100.7/"}, "10003"),
        ({"webhook_urls": {"call.hangup": ["https://example.com/"]}}, "10003"),
        ({"webhook_url_method": "GET"}, "10015"),
    ],
)
def test_a_webhook_url_off_this_machine_or_by_get_is_refused(
    telnyx: FakeTelnyx, ringing: Caller, params: dict[str, object], code: str
) -> None:
    reply = command(telnyx, ringing.call_control_id, "answer", params)
    assert (reply.status, reply.code) == (422, code)


@pytest.mark.parametrize(
    ("action", "params", "named"),
    [
        ("bridge", {"queue": "support"}, "queue"),
        (
            "transfer",
            {
                "to": ANNA,
                "answering_machine_detection": "premium_ios_call_screening_detection",
            },
            "answering_machine",
        ),
        ("answer", {"assistant": {"id": "assistant-1"}}, "assistant"),
    ],
)
def test_what_would_have_effects_that_are_not_simulated_is_refused(
    telnyx: FakeTelnyx, answered: Caller, action: str, params: dict[str, object], named: str
) -> None:
    reply = command(telnyx, answered.call_control_id, action, params)
    assert (reply.status, reply.code) == (422, "10015")
    assert f"does not simulate {named}" in reply.json["errors"][0]["detail"]


def test_an_answer_with_record_names_its_recording(
    telnyx: FakeTelnyx, receiver: Receiver, ringing: Caller, actions: Any
) -> None:
    answer = actions.answer(ringing.call_control_id, record="record-from-answer")
    receiver.wait_for("call.answered")
    actions.hangup(ringing.call_control_id)
    saved = receiver.wait_for("call.recording.saved").payload
    (url,) = saved["recording_urls"].values()
    name = f"{answer.data.recording_id}.mp3"
    assert url.startswith(telnyx.base_url.replace("/v2", f"/recordings/{name}?X-Amz-Expires=600&"))
    assert saved["channels"] == "dual"
    assert "from" not in saved


def test_a_dialled_leg_cannot_be_answered_by_a_command(
    telnyx: FakeTelnyx, client: sdk.Telnyx
) -> None:
    call = client.calls.dial(connection_id=telnyx.connection_id, from_=CLINIC, to=ANNA).data
    assert call.is_alive is False
    reply = command(telnyx, call.call_control_id, "answer")
    assert (reply.status, reply.code) == (422, "90102")


def test_nobody_is_dialled_without_a_webhook_url() -> None:
    with FakeTelnyx() as telnyx:
        params = {"connection_id": telnyx.connection_id, "from": CLINIC, "to": ANNA}
        assert request(telnyx, "/calls", params).code == "10015"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"connection_id": "7"}, "10015"),
        ({"to": [ANNA, CLINIC]}, "10015"),
        ({"link_to": "v3:nobody"}, "90015"),
    ],
)
def test_a_dial_that_cannot_be_is_refused(
    telnyx: FakeTelnyx, changes: dict[str, object], code: str
) -> None:
    params = {"connection_id": telnyx.connection_id, "from": CLINIC, "to": ANNA, **changes}
    reply = request(telnyx, "/calls", params)
    assert (reply.status, reply.code) == (422, code)
