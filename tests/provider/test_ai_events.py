"""Webhooks of AI gathers, assistants and answering machines, well formed and not."""

from __future__ import annotations

import pytest

from voicegather.engine.events import (
    AiGatherEnded,
    AiGatherStatus,
    AnsweredBy,
    ConversationEnded,
    ConversationFailed,
    ConversationStarted,
    Event,
    HistoryTold,
    MachineDetected,
    Message,
    PartialResults,
    Unknown,
)
from voicegather.engine.secret import Secret
from voicegather.provider.ai_events import AI_READERS
from voicegather.provider.client_state import ClientState, encode
from voicegather.provider.events import matters_at_once, to_engine

TOKEN = encode(ClientState("call", 5))
HISTORY = [
    {"role": "assistant", "content": "How old are you?"},
    {"role": "user", "content": "29"},
]
TOLD = (Message("assistant", Secret("How old are you?")), Message("user", Secret("29")))


def read(event_type, payload):
    return to_engine(event_type, payload, 1_000, is_target=False)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("valid", AiGatherStatus.VALID),
        ("invalid", AiGatherStatus.INVALID),
        ("call_hangup", AiGatherStatus.CALL_HANGUP),
        ("client_error", AiGatherStatus.ERROR),
        ("a word of tomorrow", AiGatherStatus.UNKNOWN),
        (None, AiGatherStatus.UNKNOWN),
        (7, AiGatherStatus.UNKNOWN),
    ],
)
def test_every_word_for_an_ai_gathers_end_has_a_meaning(word, status):
    event = read(
        "call.ai_gather.ended",
        {
            "status": word,
            "result": {"age": 29, "city": "Zürich"},
            "message_history": HISTORY,
            "client_state": TOKEN,
        },
    )
    assert event == AiGatherEnded(1_000, status, Secret('{"age": 29, "city": "Zürich"}'), 5, TOLD)


@pytest.mark.parametrize("result", [None, [], "29", 29, True])
def test_a_result_that_is_no_object_is_none(result):
    event = read("call.ai_gather.ended", {"status": "valid", "result": result})
    assert event == AiGatherEnded(1_000, AiGatherStatus.VALID, None)


def test_partial_results_and_histories_carry_their_commands_number():
    assert read(
        "call.ai_gather.partial_results",
        {"partial_results": {"age": 29}, "message_history": HISTORY, "client_state": TOKEN},
    ) == PartialResults(1_000, Secret('{"age": 29}'), 5, TOLD)
    assert read(
        "call.ai_gather.message_history_updated",
        {"message_history": HISTORY, "client_state": TOKEN},
    ) == HistoryTold(1_000, TOLD, 5)


def test_partial_results_that_are_no_object_are_not_understood():
    assert read("call.ai_gather.partial_results", {"partial_results": "29"}) == Unknown(
        1_000, "call.ai_gather.partial_results"
    )


def test_a_conversation_starts_fails_to_start_and_ends():
    assert read(
        "call.conversation.created", {"conversation_id": "c-1", "client_state": TOKEN}
    ) == ConversationStarted(1_000, "c-1", 5)
    assert read(
        "call.conversation.start_failed", {"reason": "service_error", "client_state": TOKEN}
    ) == ConversationFailed(1_000, "service_error", 5)
    assert read(
        "call.conversation.ended",
        {
            "conversation_id": "c-1",
            "reason": "customer_disconnect",
            "duration_sec": 30,
            "llm_model": "openai/gpt-4o",
            "messages": [
                {"role": "user", "content": "Hello", "timestamp": "2026-02-02T22:25:27.521Z"}
            ],
            "client_state": TOKEN,
        },
    ) == ConversationEnded(
        1_000,
        "c-1",
        reason="customer_disconnect",
        seconds=30,
        model="openai/gpt-4o",
        messages=(Message("user", Secret("Hello"), 1_770_071_127_521),),
        seq=5,
    )


@pytest.mark.parametrize(
    ("timestamp", "at"),
    [
        ("1970-01-01T00:00:01+00:00", 1_000),
        ("1970-01-01T00:00:01", 1_000),
        ("1970-01-01T02:00:01+02:00", 1_000),
        ("1969-12-31T23:59:59Z", 0),
        ("yesterday", 0),
        ("", 0),
        (None, 0),
        (1_770_071_127, 0),
        ("2026-02-30T00:00:00Z", 0),
        ("9998-12-31T23:59:59Z", 253_370_764_799_000),
        ("9999-12-31T23:59:59Z", 0),
        ("9999-12-31T23:59:59-14:00", 0),
    ],
)
def test_a_turns_moment_is_read_where_it_can_be(timestamp, at):
    history = [{"role": "user", "content": "Hi", "timestamp": timestamp}]
    event = read("call.ai_gather.message_history_updated", {"message_history": history})
    assert [each.at for each in event.messages] == [at]


@pytest.mark.parametrize(
    "history",
    [
        None,
        "text",
        {"role": "user", "content": "Hi"},
        [None, 7, "Hi", []],
        [{"role": "user"}, {"role": "user", "content": None}, {"role": "user", "content": 7}],
        [{"role": "assistant", "tool_calls": [{"id": "1", "type": "function"}]}],
    ],
)
def test_what_is_no_turn_is_left_out(history):
    event = read("call.ai_gather.message_history_updated", {"message_history": history})
    assert event == HistoryTold(1_000, ())


def test_a_turn_without_a_role_or_in_parts_is_a_turn():
    history = [
        {"content": "Hello"},
        {"role": "user", "content": [{"type": "text", "text": "One"}, {"text": "two"}, 3]},
        {"role": "r" * 50, "content": "x"},
    ]
    event = read("call.ai_gather.message_history_updated", {"message_history": history})
    assert event.messages == (
        Message("unknown", Secret("Hello")),
        Message("user", Secret("One two")),
        Message("r" * 20, Secret("x")),
    )


def test_markup_in_a_transcript_stays_words():
    said = "<script>alert(1)</script> &amp;"
    event = read(
        "call.ai_gather.message_history_updated",
        {"message_history": [{"role": "user", "content": said}]},
    )
    assert event.messages[0].content == Secret(said)
    assert said not in repr(event)


def test_ten_thousand_turns_are_all_there():
    history = [{"role": "user", "content": str(number)} for number in range(10_000)]
    event = read("call.conversation.ended", {"conversation_id": "c", "messages": history})
    assert len(event.messages) == 10_000
    assert event.messages[-1].content.reveal() == "9999"


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [(30, 30), (30.9, 30), (-1, 0), ("30", 0), (None, 0), (True, 0), (10**30, 86_400)],
)
def test_a_conversations_length_is_a_whole_number_of_seconds(duration, seconds):
    event = read("call.conversation.ended", {"conversation_id": "c", "duration_sec": duration})
    assert event.seconds == seconds


@pytest.mark.parametrize(
    ("event_type", "word", "answered_by"),
    [
        ("call.machine.detection.ended", "human", AnsweredBy.HUMAN),
        ("call.machine.detection.ended", "machine", AnsweredBy.MACHINE),
        ("call.machine.detection.ended", "not_sure", AnsweredBy.HUMAN),
        ("call.machine.premium.detection.ended", "human_residence", AnsweredBy.HUMAN),
        ("call.machine.premium.detection.ended", "human_business", AnsweredBy.HUMAN),
        ("call.machine.premium.detection.ended", "machine", AnsweredBy.MACHINE),
        ("call.machine.premium.detection.ended", "fax_detected", AnsweredBy.MACHINE),
        ("call.machine.premium.detection.ended", "silence", AnsweredBy.HUMAN),
        ("call.machine.premium.detection.ended", "a word of tomorrow", AnsweredBy.HUMAN),
    ],
)
def test_who_took_a_call_is_a_human_unless_it_is_surely_a_machine(event_type, word, answered_by):
    assert read(event_type, {"result": word}) == MachineDetected(1_000, answered_by, word)


@pytest.mark.parametrize(
    "event_type",
    [
        "call.machine.greeting.ended",
        "call.machine.premium.detection.started",
        "call.conversation_insights.generated",
    ],
)
def test_what_no_menu_asks_about_is_kept_and_changes_nothing(event_type):
    assert read(event_type, {"result": "beep_detected"}) == Unknown(1_000, event_type)
    assert not matters_at_once(event_type)


@pytest.mark.parametrize("word", ["no_beep_detected", "prompt_ended", None])
def test_only_a_beep_tells_of_a_machine_when_its_greeting_ends(word):
    event_type = "call.machine.premium.greeting.ended"
    beep = read(event_type, {"result": "beep_detected"})
    assert beep == MachineDetected(1_000, AnsweredBy.MACHINE, "beep_detected")
    assert read(event_type, {"result": word}) == Unknown(1_000, event_type)


@pytest.mark.parametrize("event_type", AI_READERS)
def test_conversations_are_followed_at_once(event_type):
    assert matters_at_once(event_type)


RUBBISH = [None, 7, 1.5, True, "text", [], [[]], {}, {"a": [{}]}]
FIELDS = [
    "status",
    "result",
    "partial_results",
    "message_history",
    "messages",
    "conversation_id",
    "reason",
    "duration_sec",
    "llm_model",
    "client_state",
]


@pytest.mark.parametrize("event_type", AI_READERS)
@pytest.mark.parametrize("field", FIELDS)
def test_no_payload_breaks_the_reading(event_type, field):
    for value in RUBBISH:
        event = read(event_type, {field: value})
        assert isinstance(event, Event)
    assert isinstance(read(event_type, {}), Event)
