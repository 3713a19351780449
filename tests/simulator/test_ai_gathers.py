from __future__ import annotations

from typing import Any

import pytest

from voicegather.simulator import Quirks
from voicegather.simulator.ai_gathers import AiGather
from voicegather.simulator.errors import Refused
from voicegather.simulator.legs import Leg

from .virtual import Desk

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string", "description": "What is your name?"},
        "age": {"type": "integer"},
        "note": {"type": "string"},
    },
    "required": ["name", "age"],
}
GREETING = "Fifteen letters"
EVERYTHING = {"send_partial_results": True, "send_message_history_updates": True}


def ask(desk: Desk, *items: object, **params: Any) -> Leg:
    """A leg whose caller follows `items` while an AI gather asks."""
    leg = desk.answered()
    desk.follow(leg, *items)
    desk.commands.gather_using_ai(leg, {"parameters": SCHEMA, "greeting": GREETING, **params})
    return leg


def test_a_caller_who_gives_everything_at_once_fills_every_field() -> None:
    desk = Desk()
    leg = ask(desk, {"answer": {"name": "Anna", "age": 29}})
    desk.pass_seconds(10)
    ended = desk.last("call.ai_gather.ended")
    assert (ended["status"], ended["result"]) == ("valid", {"name": "Anna", "age": 29})
    assert ended["message_history"] == [
        {"role": "assistant", "content": GREETING},
        {"role": "user", "content": "Anna, 29"},
    ]
    assert (ended["from"], ended["to"]) == (leg.from_, leg.to)
    assert leg.conversation is None


def test_the_events_of_an_ai_gather_come_in_the_documented_order() -> None:
    desk = Desk()
    leg = ask(desk, {"answer": {"name": "Anna", "age": 29}}, **EVERYTHING)
    desk.pass_seconds(10)
    assert desk.events(leg)[2:] == [
        "call.conversation.created",
        "call.ai_gather.message_history_updated",
        "call.ai_gather.message_history_updated",
        "call.ai_gather.partial_results",
        "call.ai_gather.partial_results",
        "call.ai_gather.ended",
        "call.conversation.ended",
    ]
    assert desk.times("call.conversation.created") == [0.9]


def test_nobody_is_told_of_partial_results_and_history_without_asking_for_it() -> None:
    desk = Desk()
    leg = ask(desk, {"answer": {"name": "Anna", "age": 29}})
    desk.pass_seconds(10)
    assert desk.events(leg)[2:] == [
        "call.conversation.created",
        "call.ai_gather.ended",
        "call.conversation.ended",
    ]


def test_partial_results_grow_field_by_field() -> None:
    desk = Desk()
    leg = ask(desk, {"answer": {"name": "Anna"}}, {"answer": {"age": 29}}, **EVERYTHING)
    desk.pass_seconds(20)
    partials = [
        delivery.payload["partial_results"]
        for _, delivery, _ in desk.outbox.posted
        if delivery.event_type == "call.ai_gather.partial_results"
    ]
    assert partials == [{"name": "Anna"}, {"name": "Anna", "age": 29}]
    histories = [
        len(delivery.payload["message_history"])
        for _, delivery, _ in desk.outbox.posted
        if delivery.event_type == "call.ai_gather.message_history_updated"
    ]
    assert histories == [1, 2, 3, 4]
    assert leg.heard == [GREETING, "Please tell me your age."]


def test_the_model_asks_for_what_is_missing_by_its_description() -> None:
    desk = Desk()
    leg = ask(desk, {"answer": {"age": 29}, "say": "I am 29."}, {"hear": "your NAME"})
    desk.pass_seconds(20)
    assert leg.heard == [GREETING, "What is your name?"]


def test_words_without_a_value_are_asked_again() -> None:
    desk = Desk()
    leg = ask(
        desk,
        {"say": "Why do you ask?", "reply": "For our files."},
        {"say": "I see."},
        {"answer": {"name": "Anna", "age": 29}},
    )
    desk.pass_seconds(30)
    assert leg.heard == [GREETING, "For our files.", "What is your name?"]
    assert desk.last("call.ai_gather.ended")["status"] == "valid"


def test_values_are_handed_on_as_scripted_right_or_wrong() -> None:
    desk = Desk()
    ask(desk, {"answer": {"name": ["Anna"], "age": "old", "shoe": 39, "note": None}})
    desk.pass_seconds(10)
    assert desk.last("call.ai_gather.ended")["result"] == {
        "name": ["Anna"],
        "age": "old",
        "shoe": 39,
        "note": None,
    }


def test_without_required_fields_the_first_value_ends_the_gather() -> None:
    desk = Desk()
    schema = {"type": "object", "properties": SCHEMA["properties"]}
    ask(desk, {"say": "Hello?"}, {"answer": {"age": 29, "name": "Anna"}}, parameters=schema)
    desk.pass_seconds(20)
    ended = desk.last("call.ai_gather.ended")
    assert (ended["status"], ended["result"]) == ("valid", {"age": 29})


def test_a_closing_speech_comes_before_the_end() -> None:
    desk = Desk()
    answer = {"answer": {"name": "Anna", "age": 29}, "say": "Fifteen letters", "after": 1}
    leg = ask(desk, answer, gather_ended_speech="Fifteen, thanks")
    desk.pass_seconds(20)
    assert leg.heard == [GREETING, "Fifteen, thanks"]
    assert desk.times("call.ai_gather.ended") == [pytest.approx(0.9 + 1.1 + 1 + 1 + 0.6 + 1.1)]


def test_a_gather_without_a_greeting_listens_at_once() -> None:
    desk = Desk()
    leg = ask(desk, {"answer": {"name": "Anna", "age": 29}}, greeting="")
    desk.pass_seconds(5)
    assert leg.heard == []
    assert desk.last("call.ai_gather.ended")["status"] == "valid"


@pytest.mark.parametrize("script", [["stay_silent"], [{"answer": {"age": 29}}, "stay_silent"]])
def test_a_caller_who_says_nothing_in_time_ends_it_as_invalid(script: list[object]) -> None:
    desk = Desk()
    leg = desk.answered()
    caller = desk.follow(leg, *script, {"wait": 1}, "hang_up")
    params = {"parameters": SCHEMA, "user_response_timeout_ms": 4000}
    desk.commands.gather_using_ai(leg, params)
    desk.pass_seconds(30)
    ended = desk.last("call.ai_gather.ended")
    assert ended["status"] == "invalid"
    assert ended["result"] == ({} if len(script) == 1 else {"age": 29})
    if len(script) == 1:
        assert desk.times("call.ai_gather.ended") == [4.9]
    assert caller.outcome().problems == []


@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("status", ["invalid", "call_hangup"])
def test_a_caller_who_hangs_up_midway_leaves_what_there_is(late: bool, status: str) -> None:
    desk = Desk(quirks=Quirks(gather_ended_after_hangup=late, hung_up_ai_gather_status=status))
    leg = ask(desk, {"answer": {"age": 29}}, {"hang_up_during_gather": 1})
    desk.pass_seconds(20)
    endings = ["call.ai_gather.ended", "call.hangup"]
    if late:
        endings.reverse()
    assert desk.events(leg)[-3:] == [*endings, "call.conversation.ended"]
    ended = desk.last("call.ai_gather.ended")
    assert (ended["status"], ended["result"]) == (status, {"age": 29})
    (hung_up,) = desk.times("call.hangup")
    assert desk.times("call.conversation.ended") == [pytest.approx(hung_up + 0.05)]
    assert desk.last("call.conversation.ended")["reason"] == "customer_disconnect"


def test_a_call_that_ends_before_the_conversation_was_created_has_none() -> None:
    desk = Desk()
    leg = ask(desk, {"wait": 0.5}, "hang_up")
    desk.pass_seconds(5)
    assert desk.events(leg)[2:] == ["call.ai_gather.ended", "call.hangup"]


def test_a_provider_that_fails_ends_it_without_a_result() -> None:
    desk = Desk()
    leg = ask(desk, {"answer": {"age": 29}}, {"hear": "name"}, "ai_fails")
    desk.pass_seconds(20)
    ended = desk.last("call.ai_gather.ended")
    assert (ended["status"], ended["result"]) == ("client_error", None)
    assert desk.events(leg)[-1] == "call.conversation.ended"


@pytest.mark.parametrize("command", ["gather_stop", "gather"])
def test_a_stop_and_another_gather_end_it(command: str) -> None:
    desk = Desk()
    leg = ask(desk, {"answer": {"age": 29}})
    desk.pass_seconds(5)
    getattr(desk.commands, command)(leg, {})
    ended = desk.last("call.ai_gather.ended")
    assert (ended["status"], ended["result"]) == ("invalid", {"age": 29})
    desk.pass_seconds(0.1)
    assert desk.events(leg)[-1] == "call.conversation.ended"


def test_an_ai_gather_cancels_a_gather_that_runs() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather(leg, {})
    desk.commands.gather_using_ai(leg, {"parameters": SCHEMA})
    assert desk.ended_gathers() == [("", "cancelled")]


def test_a_second_conversation_at_the_same_time_is_refused() -> None:
    desk = Desk()
    leg = ask(desk)
    with pytest.raises(Refused) as refused:
        desk.commands.gather_using_ai(leg, {"parameters": SCHEMA})
    assert (refused.value.status, refused.value.code) == (422, "90061")


@pytest.mark.parametrize(("commanded", "ended"), [(True, ["call.conversation.ended"]), (False, [])])
def test_the_conversation_may_end_after_the_next_command(commanded: bool, ended: list[str]) -> None:
    desk = Desk(quirks=Quirks(conversation_ended_after_command=True))
    leg = ask(desk, {"answer": {"name": "Anna", "age": 29}})
    while "call.ai_gather.ended" not in desk.events(leg):
        desk.pass_seconds(0.1)
    desk.pass_seconds(1)
    leg.client_state = "bmV4dA=="
    if commanded:
        leg.commanded()
    assert [one for one in desk.events(leg) if one == "call.conversation.ended"] == ended
    desk.pass_seconds(2)
    assert desk.times("call.conversation.ended") != []
    assert desk.last("call.conversation.ended")["client_state"] == "bmV4dA=="


def test_the_end_of_the_conversation_tells_how_it_was_led() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.follow(leg, {"answer": {"name": "Anna", "age": 29}})
    answer = desk.commands.gather_using_ai(
        leg,
        {
            "parameters": SCHEMA,
            "greeting": GREETING,
            "assistant": {"model": "openai/gpt-4o"},
            "transcription": {"model": "deepgram/nova-3"},
            "voice": "AWS.Polly.Joanna-Neural",
            "message_history": [{"role": "user", "content": "I called before."}],
        },
    )
    desk.pass_seconds(10)
    ended = desk.last("call.conversation.ended")
    assert ended["conversation_id"] == answer["conversation_id"]
    assert desk.last("call.conversation.created")["conversation_id"] == answer["conversation_id"]
    assert ended["duration_sec"] == 3
    assert (ended["llm_model"], ended["stt_model"]) == ("openai/gpt-4o", "deepgram/nova-3")
    assert (ended["tts_provider"], ended["tts_model_id"], ended["tts_voice_id"]) == (
        "aws",
        "Polly",
        "Joanna-Neural",
    )
    assert ended["reason"] is None
    assert "assistant_id" not in ended
    assert [(one["role"], one["content"]) for one in ended["messages"]] == [
        ("user", "I called before."),
        ("assistant", GREETING),
        ("user", "Anna, 29"),
    ]
    stamps = [one["timestamp"] for one in ended["messages"]]
    assert stamps == sorted(stamps)
    assert all(stamp.endswith("Z") for stamp in stamps)


def test_a_bridge_ends_the_conversation() -> None:
    desk = Desk()
    leg = ask(desk)
    desk.pass_seconds(3)
    assert isinstance(leg.conversation, AiGather)
    desk.commands.transfer(leg, {"to": "+13125550199"})
    desk.pass_seconds(5)
    assert leg.conversation is None
    assert desk.last("call.ai_gather.ended")["status"] == "invalid"


def test_a_caller_who_is_asked_hears_no_silence() -> None:
    desk = Desk()
    leg = desk.answered()
    caller = desk.follow(leg)
    params = {"parameters": SCHEMA, "user_response_timeout_ms": 60_000}
    desk.commands.gather_using_ai(leg, params)
    desk.pass_seconds(60)
    assert caller.outcome().silent is False


def test_a_caller_who_hangs_up_after_answering_was_understood() -> None:
    desk = Desk()
    leg = ask(desk, {"answer": {"name": "Anna", "age": 29}}, "hang_up", gather_ended_speech="Bye")
    desk.pass_seconds(10)
    ended = desk.last("call.ai_gather.ended")
    assert (ended["status"], ended["result"]) == ("invalid", {"name": "Anna", "age": 29})
    assert leg.heard == [GREETING]


def test_a_caller_who_was_cut_off_while_speaking_goes_on() -> None:
    desk = Desk()
    leg = ask(desk, {"answer": {"name": "Anna"}, "say": "x" * 150}, {"press": "1"})
    desk.pass_seconds(5)
    desk.commands.gather(leg, {"maximum_digits": 1})
    desk.pass_seconds(5)
    assert desk.ended_gathers() == [("1", "valid")]
    assert desk.last("call.ai_gather.ended")["result"] == {}
