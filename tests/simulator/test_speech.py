"""Speaking callers over HTTP, with the real SDK on the application's side."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import telnyx as sdk

from voicegather.simulator import Assistant, Caller, FakeTelnyx, Faults, Quirks, parse_script

from .conftest import ANNA, CLINIC
from .receiver import Received, Receiver

RECEPTION = "assistant-0ccc7b54-4df3-4bca-a65a-3da1ecc777f0"
SCHEMA = {
    "type": "object",
    "properties": {"age": {"type": "integer", "description": "How old are you?"}},
    "required": ["age"],
}


def test_the_sdk_has_a_speaking_caller_asked(
    telnyx: FakeTelnyx, receiver: Receiver, actions: Any
) -> None:
    conversations: list[str] = []

    def ask(event: Received) -> None:
        answer = actions.gather_using_ai(
            event.call, parameters=SCHEMA, greeting="How old are you?", send_partial_results=True
        )
        conversations.append(answer.data.conversation_id)

    receiver.on("call.initiated", lambda event: actions.answer(event.call))
    receiver.on("call.answered", ask)
    receiver.on("call.ai_gather.ended", lambda event: actions.hangup(event.call))
    script = parse_script([{"hear": "how old"}, {"answer": {"age": 29}}])
    outcome = telnyx.place_call(script=script, from_=ANNA, to=CLINIC).wait()
    assert outcome.problems == []
    assert outcome.ended_by == "application"
    assert receiver.wait_for("call.ai_gather.partial_results").payload["partial_results"] == {
        "age": 29
    }
    assert receiver.wait_for("call.ai_gather.ended").payload["result"] == {"age": 29}
    ended = receiver.wait_for("call.conversation.ended")
    assert ended.payload["conversation_id"] == conversations[0]
    assert ended.data["created_at"] == ended.data["occurred_at"]


def test_a_repeated_ai_gather_is_answered_with_the_same_conversation(
    answered: Caller, actions: Any
) -> None:
    first, again = (
        actions.gather_using_ai(answered.call_control_id, parameters=SCHEMA, command_id="ask-1")
        for _ in range(2)
    )
    assert again.data.conversation_id == first.data.conversation_id


def test_the_sdk_leads_a_conversation_with_an_assistant(
    telnyx: FakeTelnyx, receiver: Receiver, actions: Any
) -> None:
    telnyx.assistants[RECEPTION] = Assistant(greeting="Hello {{name}}, how are you?")
    assistant = {"id": RECEPTION, "dynamic_variables": {"name": "Anna"}}

    def hand_over(event: Received) -> None:
        actions.start_ai_assistant(event.call, assistant=assistant)

    def prompt(event: Received) -> None:
        actions.add_ai_assistant_messages(
            event.call,
            messages=[{"role": "system", "content": "The doctor is late."}],
            trigger_response=True,
        )

    receiver.on("call.initiated", lambda event: actions.answer(event.call))
    receiver.on("call.answered", hand_over)
    receiver.on("call.dtmf.received", prompt)
    receiver.on("call.conversation.ended", lambda event: actions.hangup(event.call))
    script = parse_script(
        [
            {"hear": "Hello Anna"},
            {"press_now": "5"},
            {"hear": "doctor is late"},
            {"converse": ["Thank you.", "Goodbye."], "ends": "assistant"},
        ]
    )
    outcome = telnyx.place_call(script=script, from_=ANNA, to=CLINIC).wait()
    assert outcome.problems == []
    assert outcome.heard == ["Hello Anna, how are you?", "The doctor is late.", "Goodbye."]
    assert receiver.wait_for("call.conversation.ended").payload["assistant_id"] == RECEPTION
    assert outcome.ended_by == "application"


def test_the_sdk_stops_an_assistant_and_the_call_goes_on(
    telnyx: FakeTelnyx, receiver: Receiver, answered: Caller, actions: Any
) -> None:
    telnyx.assistants[RECEPTION] = Assistant()
    actions.start_ai_assistant(answered.call_control_id, assistant={"id": RECEPTION})
    with pytest.raises(sdk.UnprocessableEntityError) as second:
        actions.start_ai_assistant(answered.call_control_id, assistant={"id": RECEPTION})
    assert second.value.body["errors"][0]["code"] == "90061"
    receiver.wait_for("call.conversation.created")
    actions.stop_ai_assistant(answered.call_control_id)
    assert receiver.wait_for("call.conversation.ended").payload["reason"] == "assistant_stopped"
    assert answered.leg.alive


def test_a_command_after_an_ai_gather_lets_the_late_end_of_its_conversation_out(
    telnyx: FakeTelnyx, receiver: Receiver, actions: Any
) -> None:
    receiver.on("call.initiated", lambda event: actions.answer(event.call))
    receiver.on(
        "call.answered", lambda event: actions.gather_using_ai(event.call, parameters=SCHEMA)
    )
    receiver.on(
        "call.ai_gather.ended",
        lambda event: actions.gather(event.call, timeout_millis=60_000, client_state="bmV4dA=="),
    )
    telnyx.place_call(
        script=parse_script([{"answer": {"age": 29}}]),
        from_=ANNA,
        to=CLINIC,
        quirks=Quirks(conversation_ended_after_command=True),
    )
    ended = receiver.wait_for("call.conversation.ended")
    assert ended.payload["client_state"] == "bmV4dA=="


def test_what_a_model_does_is_told_twice_where_webhooks_are_doubled(
    start_telnyx: Callable[..., FakeTelnyx], receiver: Receiver, connect: Any
) -> None:
    telnyx = start_telnyx(faults=Faults(duplicate=1))
    actions = connect(telnyx).calls.actions
    caller = telnyx.place_call(
        script=parse_script([{"answer": {"age": 29}}]), from_=ANNA, to=CLINIC
    )
    actions.answer(caller.call_control_id)
    receiver.wait_for("call.answered", count=2)
    actions.gather_using_ai(
        caller.call_control_id,
        parameters=SCHEMA,
        send_partial_results=True,
        send_message_history_updates=True,
    )
    receiver.wait_for("call.conversation.ended", count=2)
    for event_type, events in {
        "call.conversation.created": 1,
        "call.ai_gather.message_history_updated": 1,
        "call.ai_gather.partial_results": 1,
        "call.ai_gather.ended": 1,
        "call.conversation.ended": 1,
    }.items():
        receiver.wait_for(event_type, count=2 * events)
        ids = [one.data["id"] for one in receiver.of_type(event_type)]
        assert (len(ids), len(set(ids))) == (2 * events, events)
