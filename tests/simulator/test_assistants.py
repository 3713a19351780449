from __future__ import annotations

from typing import Any

import pytest

from voicegather.simulator import Assistant, Quirks, SimulatorError
from voicegather.simulator.errors import Refused
from voicegather.simulator.legs import Leg

from .virtual import Desk

RECEPTION = "assistant-0ccc7b54-4df3-4bca-a65a-3da1ecc777f0"
GREETING = "Fifteen letters"


def desk_with(*, quirks: Quirks | None = None, **assistant: Any) -> Desk:
    """A desk whose account has one assistant."""
    account = {RECEPTION: Assistant(**{"greeting": GREETING, **assistant})}
    return Desk(quirks=quirks, assistants=account)


def start(desk: Desk, *items: object, **params: Any) -> Leg:
    """A leg whose caller follows `items` while the assistant talks."""
    leg = desk.answered()
    desk.follow(leg, *items)
    desk.commands.ai_assistant_start(leg, {"assistant": {"id": RECEPTION}, **params})
    return leg


def messages(desk: Desk) -> list[tuple[str, str]]:
    ended = desk.last("call.conversation.ended")
    return [(one["role"], one["content"]) for one in ended["messages"]]


def test_a_caller_and_an_assistant_talk_by_script_until_the_assistant_ends_it() -> None:
    desk = desk_with()
    leg = start(
        desk,
        {"hear": "fifteen"},
        {
            "converse": ["When do you open?", "At nine.", "Thank you.", "Goodbye."],
            "ends": "assistant",
        },
    )
    desk.pass_seconds(30)
    assert leg.heard == [GREETING, "At nine.", "Goodbye."]
    assert leg.alive
    assert leg.conversation is None
    assert desk.events(leg)[2:] == ["call.conversation.created", "call.conversation.ended"]
    ended = desk.last("call.conversation.ended")
    assert (ended["assistant_id"], ended["reason"]) == (RECEPTION, "assistant_ended")
    assert ended["llm_model"] == "openai/gpt-4o"
    assert messages(desk) == [
        ("assistant", GREETING),
        ("user", "When do you open?"),
        ("assistant", "At nine."),
        ("user", "Thank you."),
        ("assistant", "Goodbye."),
    ]


def test_an_assistant_may_end_without_another_word() -> None:
    desk = desk_with()
    leg = start(desk, {"converse": ["Thank you."], "ends": "assistant"})
    desk.pass_seconds(30)
    assert leg.heard == [GREETING]
    assert desk.last("call.conversation.ended")["reason"] == "assistant_ended"


def test_a_caller_who_ends_the_conversation_hangs_up() -> None:
    desk = desk_with()
    leg = start(desk, {"converse": ["Hello?", "Good morning."], "ends": "caller"})
    desk.pass_seconds(30)
    assert leg.heard == [GREETING, "Good morning."]
    assert desk.events(leg)[-2:] == ["call.hangup", "call.conversation.ended"]
    assert desk.last("call.conversation.ended")["reason"] == "customer_disconnect"


def test_a_conversation_that_nobody_ends_lasts_until_it_is_stopped() -> None:
    desk = desk_with()
    leg = start(desk, {"converse": ["Hello?", "Good morning."]}, {"say": "Well."})
    desk.pass_seconds(100)
    assert leg.heard == [GREETING, "Good morning.", "I understand."]
    assert "call.conversation.ended" not in desk.events(leg)
    desk.commands.ai_assistant_stop(leg, {})
    desk.pass_seconds(0.1)
    assert leg.alive
    ended = desk.last("call.conversation.ended")
    assert (ended["reason"], ended["duration_sec"]) == ("assistant_stopped", 100)


def test_stopping_where_nothing_runs_does_nothing() -> None:
    desk = desk_with()
    leg = desk.answered()
    assert desk.commands.ai_assistant_stop(leg, {}) == {}
    desk.pass_seconds(5)
    assert desk.events(leg) == ["call.initiated", "call.answered"]


def test_a_stop_cuts_off_what_is_being_said() -> None:
    desk = desk_with(greeting="One moment, please. " * 9)
    leg = start(desk)
    desk.pass_seconds(2)
    assert leg.prompts.audible
    desk.commands.ai_assistant_stop(leg, {})
    assert not leg.prompts.audible
    desk.pass_seconds(5)
    assert leg.conversation is None


@pytest.mark.parametrize(
    ("limits", "at", "reason"),
    [
        ({"idle_seconds": 20}, 0.9 + 1.1 + 20, "user_idle_timeout"),
        ({"time_limit_seconds": 60}, 60.9, "time_limit"),
    ],
)
def test_a_limit_of_the_assistant_ends_the_conversation_alone(
    limits: dict[str, Any], at: float, reason: str
) -> None:
    desk = desk_with(**limits)
    leg = start(desk)
    desk.pass_seconds(100)
    assert leg.alive
    assert desk.times("call.conversation.ended") == [pytest.approx(at + 0.05)]
    assert desk.last("call.conversation.ended")["reason"] == reason


def test_a_time_limit_of_a_conversation_that_is_over_ends_no_other() -> None:
    desk = desk_with(time_limit_seconds=10)
    leg = start(desk)
    desk.pass_seconds(5)
    desk.commands.ai_assistant_stop(leg, {})
    desk.commands.ai_assistant_start(leg, {"assistant": {"id": RECEPTION}})
    desk.pass_seconds(8)
    assert leg.conversation is not None
    assert desk.last("call.conversation.ended")["reason"] == "assistant_stopped"


def test_variables_of_the_command_fill_what_is_said_and_win_over_the_stored_ones() -> None:
    desk = desk_with(
        greeting="Hello {{ name }}, {{city}}, {{unknown}}",
        variables={"name": "you", "city": "Ghent"},
    )
    assistant = {"id": RECEPTION, "dynamic_variables": {"name": "Anna", "balance": 12, "vip": True}}
    reply = "You have {{balance}}, vip {{vip}}, from {{telnyx_end_user_target}}."
    leg = start(
        desk, {"hear": "Hello Anna"}, {"say": "How much?", "reply": reply}, assistant=assistant
    )
    desk.pass_seconds(30)
    assert leg.heard == [
        "Hello Anna, Ghent, {{unknown}}",
        "You have 12, vip true, from +13125550101.",
    ]


@pytest.mark.parametrize(
    ("params", "heard"),
    [
        ({}, [GREETING]),
        ({"greeting": "From the command"}, ["From the command"]),
        ({"greeting": "x", "assistant": {"id": RECEPTION, "greeting": "Mine"}}, ["Mine"]),
        ({"assistant": {"id": RECEPTION, "greeting": ""}}, []),
        (
            {"greeting": "<assistant-speaks-first-with-model-generated-message>"},
            ["Hello, how can I help you?"],
        ),
    ],
)
def test_the_nearest_greeting_is_the_one_that_is_spoken(
    params: dict[str, Any], heard: list[str]
) -> None:
    desk = desk_with()
    leg = start(desk, **params)
    desk.pass_seconds(10)
    assert leg.heard == heard


def test_what_the_command_gives_wins_over_what_is_stored() -> None:
    desk = desk_with()
    assistant = {
        "id": RECEPTION,
        "model": "own/model",
        "voice_settings": {"voice": "Azure.en-CA-ClaraNeural"},
        "transcription": {"model": "flux"},
    }
    leg = start(desk, assistant=assistant)
    desk.pass_seconds(3)
    desk.commands.ai_assistant_stop(leg, {})
    desk.pass_seconds(1)
    ended = desk.last("call.conversation.ended")
    assert (ended["llm_model"], ended["stt_model"]) == ("own/model", "flux")
    assert (ended["tts_provider"], ended["tts_model_id"], ended["tts_voice_id"]) == (
        "azure",
        "",
        "en-CA-ClaraNeural",
    )


@pytest.mark.parametrize(
    ("stored", "asked", "told"),
    [(None, False, 0), (None, True, 3), (True, False, 3), (False, True, 0)],
)
def test_history_is_told_as_the_assistant_or_else_the_command_wants_it(
    stored: bool | None, asked: bool, told: int
) -> None:
    desk = desk_with(tells_history=stored)
    leg = start(desk, {"say": "Hello?"}, send_message_history_updates=asked)
    desk.pass_seconds(10)
    assert desk.events(leg).count("call.ai_gather.message_history_updated") == told


def test_added_messages_are_kept_and_wait_for_the_next_turn() -> None:
    desk = desk_with()
    leg = start(desk, send_message_history_updates=True)
    desk.pass_seconds(5)
    added = [{"role": "system", "content": "Mind the gap."}, {"role": "user", "content": "Hm."}]
    desk.commands.ai_assistant_add_messages(leg, {"messages": added})
    desk.pass_seconds(5)
    assert leg.heard == [GREETING]
    assert desk.last("call.ai_gather.message_history_updated")["message_history"] == [
        {"role": "assistant", "content": GREETING},
        {"role": "user", "content": "Hm."},
    ]
    desk.commands.ai_assistant_stop(leg, {})
    desk.pass_seconds(1)
    assert messages(desk)[1:] == [("system", "Mind the gap."), ("user", "Hm.")]


def test_an_added_message_that_triggers_a_response_cuts_off_the_assistant() -> None:
    desk = desk_with(greeting="One moment, please. " * 9)
    leg = start(desk, {"say": "Hello?"})
    desk.pass_seconds(2)
    added = [{"role": "system", "content": "Somebody comes."}]
    desk.commands.ai_assistant_add_messages(leg, {"messages": added, "trigger_response": True})
    desk.pass_seconds(10)
    assert leg.heard[1:] == ["Somebody comes.", "I understand."]


@pytest.mark.parametrize("gathering", [False, True])
def test_messages_are_for_assistants_alone(gathering: bool) -> None:
    desk = desk_with()
    leg = desk.answered()
    if gathering:
        schema = {"type": "object", "properties": {"age": {"type": "integer"}}}
        desk.commands.gather_using_ai(leg, {"parameters": schema})
    with pytest.raises(Refused) as refused:
        desk.commands.ai_assistant_add_messages(leg, {"messages": []})
    assert (refused.value.status, refused.value.code) == (422, "10015")


def test_a_second_assistant_at_the_same_time_is_refused() -> None:
    desk = desk_with()
    leg = start(desk)
    with pytest.raises(Refused) as refused:
        desk.commands.ai_assistant_start(leg, {"assistant": {"id": RECEPTION}})
    assert (refused.value.status, refused.value.code) == (422, "90061")


def test_a_late_end_comes_after_the_next_assistant_began() -> None:
    desk = desk_with(quirks=Quirks(conversation_ended_after_command=True))
    leg = start(desk)
    desk.pass_seconds(5)
    desk.commands.ai_assistant_stop(leg, {})
    leg.commanded()
    first = desk.last("call.conversation.ended")["conversation_id"]
    second = desk.commands.ai_assistant_start(leg, {"assistant": {"id": RECEPTION}})
    leg.commanded()
    assert leg.conversation is not None
    assert first != second["conversation_id"] == leg.conversation.conversation_id


@pytest.mark.parametrize(
    ("account", "reason"),
    [
        ({}, "invalid_request"),
        ({RECEPTION: Assistant(failure="service_error")}, "service_error"),
    ],
)
def test_an_assistant_that_cannot_start_says_so_and_nothing_else(
    account: dict[str, Assistant], reason: str
) -> None:
    desk = Desk(assistants=account)
    leg = start(desk)
    desk.pass_seconds(10)
    assert desk.events(leg)[2:] == ["call.conversation.start_failed"]
    failed = desk.last("call.conversation.start_failed")
    assert (failed["assistant_id"], failed["reason"]) == (RECEPTION, reason)
    assert leg.conversation is None


def test_a_provider_that_fails_ends_the_conversation() -> None:
    desk = desk_with()
    leg = start(desk, "ai_fails")
    desk.pass_seconds(10)
    assert desk.last("call.conversation.ended")["reason"] == "service_error"
    assert leg.alive


def test_insights_come_after_the_end() -> None:
    desk = desk_with(insights=("Asked for hours.", "Was friendly."))
    leg = start(desk, "hang_up")
    desk.pass_seconds(1)
    leg = start(desk, {"wait": 5}, "hang_up")
    desk.pass_seconds(10)
    assert desk.events(leg)[-3:] == [
        "call.hangup",
        "call.conversation.ended",
        "call.conversation_insights.generated",
    ]
    results = desk.last("call.conversation_insights.generated")["results"]
    assert [one["result"] for one in results] == ["Asked for hours.", "Was friendly."]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"greeting": 5}, "greeting must be text"),
        ({"idle_seconds": 0}, "idle_seconds must be more than 0"),
        ({"time_limit_seconds": "long"}, "time_limit_seconds must be more than 0"),
        ({"variables": 5}, "variables are names and texts"),
        ({"insights": "friendly"}, "insights are a list"),
        ({"failure": "tired"}, "one of invalid_request, service_error"),
    ],
)
def test_an_assistant_that_makes_no_sense_is_refused(values: dict[str, Any], message: str) -> None:
    with pytest.raises(SimulatorError, match=message):
        Assistant(**values)
