"""Turns are stored once, whatever way and however often a conversation is told."""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta

import pytest

from tests.services.calls.ledger.writing import START, conversing_call, heard, transcript, write
from voicegather.engine.events import Message
from voicegather.engine.facts import ConversationHeard, ConversationOver
from voicegather.engine.secret import Secret
from voicegather.models import CallEvent, Turn
from voicegather.sealing import seal, unseal
from voicegather.services.calls.ledger import slim
from voicegather.services.moments import from_ms

pytestmark = pytest.mark.django_db


def rows() -> list[int]:
    return list(Turn.objects.order_by("pk").values_list("pk", flat=True))


def test_a_history_becomes_turns_in_order():
    call = conversing_call()
    write(call, heard("How old are you?", "29"))
    turns = list(Turn.objects.order_by("number").values_list("number", "role", "said_at"))
    assert turns == [(1, "assistant", from_ms(START)), (2, "user", from_ms(START))]
    assert transcript(call) == ["How old are you?", "29"]


def test_a_longer_history_adds_what_is_new_and_touches_nothing_else():
    call = conversing_call()
    write(call, heard("How old are you?"))
    before = rows()
    write(call, heard("How old are you?", "29", "Thank you."))
    assert rows()[:1] == before
    assert transcript(call) == ["How old are you?", "29", "Thank you."]


def test_the_same_history_told_again_writes_nothing():
    call = conversing_call()
    write(call, heard("How old are you?", "29"))
    before = rows()
    write(call, heard("How old are you?", "29", later=5))
    assert rows() == before


def test_an_older_history_that_comes_late_changes_nothing():
    call = conversing_call()
    write(call, heard("How old are you?", "29", "Thank you."))
    before = rows()
    write(call, heard("How old are", later=5))
    assert rows() == before
    assert transcript(call) == ["How old are you?", "29", "Thank you."]


def test_an_older_history_of_as_many_turns_changes_nothing_either():
    call = conversing_call()
    write(call, heard("Hello.", "We are open", later=5))
    before = rows()
    write(call, heard("Hello.", "We are open from nine to five.", later=4))
    assert rows() == before


def test_an_interrupted_speech_is_written_anew():
    call = conversing_call()
    write(call, heard("Hello.", "Hi.", "We are open from nine to five."))
    before = rows()
    write(call, heard("Hello.", "Hi.", "We are open", "Stop!"))
    assert rows()[:2] == before[:2]
    assert transcript(call) == ["Hello.", "Hi.", "We are open", "Stop!"]


def test_a_turn_in_the_middle_that_changed_is_written_anew_with_all_after_it():
    call = conversing_call()
    write(call, heard("Hello.", "Hi.", "Yes?"))
    write(call, heard("Hello.", "Hi there.", "Yes?"))
    assert transcript(call) == ["Hello.", "Hi there.", "Yes?"]
    assert list(Turn.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_the_same_words_of_somebody_else_are_another_turn():
    call = conversing_call()
    write(call, heard("Hello."))
    write(call, ConversationHeard(START, 2, (Message("user", Secret("Hello.")),)))
    assert Turn.objects.get().role == "user"


def test_the_end_of_a_conversation_says_when_each_turn_was_said():
    call = conversing_call()
    write(call, heard("Hello.", "Hi.", later=9_000))
    moments = [START + 1_000, START + 2_500]
    write(call, heard("Hello.", "Hi.", at=moments), ConversationOver(START + 9_500, 2))
    said_at = list(Turn.objects.order_by("number").values_list("said_at", flat=True))
    assert said_at == [from_ms(START) + timedelta(seconds=1), from_ms(START + 2_500)]
    assert transcript(call) == ["Hello.", "Hi."]


def test_an_update_that_comes_after_the_end_does_not_undo_it():
    call = conversing_call()
    write(call, heard("Hello.", "Hi.", at=[START, START]), ConversationOver(START, 2))
    before = rows()
    write(call, heard("Hello.", "H", later=5_000))
    assert rows() == before


def test_an_end_that_tells_less_than_is_known_changes_nothing():
    call = conversing_call()
    write(call, heard("Hello.", "Hi.", "Yes?"))
    write(call, heard("Hello.", at=[START + 1]), ConversationOver(START, 2))
    assert transcript(call) == ["Hello.", "Hi.", "Yes?"]


def test_several_histories_of_one_turn_come_to_the_fullest():
    call = conversing_call()
    write(call, heard("a"), heard("a", "b", "c"), heard("a", "b"), heard("a", "b", "c!"))
    assert transcript(call) == ["a", "b", "c!"]


def test_of_alike_histories_the_one_with_moments_counts():
    call = conversing_call()
    write(call, heard("a", at=[START + 7]), heard("a", later=5_000))
    assert Turn.objects.get().said_at == from_ms(START + 7)


def test_an_empty_history_is_no_trouble():
    call = conversing_call()
    write(call, heard())
    write(call, heard("a"))
    write(call, heard())
    assert transcript(call) == ["a"]


def test_a_history_of_a_conversation_that_never_began_is_left_alone():
    call = conversing_call()
    write(call, ConversationHeard(START, 99, (Message("user", Secret("Hello.")),)))
    assert not Turn.objects.exists()


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "'; DROP TABLE voicegather_turn; --",
        "\ufffd",
        "مرحبا 👋🏽",
        "",
        " ",
    ],
)
def test_whatever_is_said_is_kept_as_it_is(words):
    call = conversing_call()
    write(call, heard(words, "Hi."))
    write(call, heard(words, "Hi.", "Yes?"))
    assert transcript(call) == [words, "Hi.", "Yes?"]


def test_a_very_long_turn_is_cut_and_says_so():
    call = conversing_call()
    write(call, heard("a" * 20_000, "b" * 20_001))
    whole, cut = transcript(call)
    assert whole == "a" * 20_000
    assert cut == "b" * 20_000 + " […]"


def test_what_follows_the_cut_of_a_long_turn_still_tells_two_histories_apart():
    call = conversing_call()
    write(call, heard("a" * 20_000 + "b"))
    before = rows()
    write(call, heard("a" * 20_000 + "c"))
    assert rows() != before


def test_ten_thousand_messages_in_one_event_are_ten_thousand_turns():
    call = conversing_call()
    words = [f"turn {number}" for number in range(10_000)]
    write(call, heard(*words))
    assert transcript(call) == words


def test_nothing_said_is_in_a_plain_column():
    call = conversing_call()
    write(call, heard("My number is 4711."))
    turn = Turn.objects.get()
    assert b"4711" not in bytes(turn.sealed_content)
    assert len(bytes(turn.digest)) == 16


def test_a_new_key_writes_the_turns_anew_once(settings):
    call = conversing_call()
    write(call, heard("Hello."))
    newer = base64.b64encode(secrets.token_bytes(32)).decode()
    from voicegather import conf

    keys = [newer, *conf.encryption_keys()]
    settings.VOICEGATHER = settings.VOICEGATHER | {"ENCRYPTION_KEYS": keys}
    write(call, heard("Hello.", "Hi."))
    before = rows()
    write(call, heard("Hello.", "Hi."))
    assert rows() == before
    assert transcript(call) == ["Hello.", "Hi."]


def test_an_update_takes_as_many_queries_after_five_hundred_turns_as_after_two():
    call = conversing_call()
    words = [f"turn {number}" for number in range(502)]
    write(call, heard(*words[:2]))
    few = write(call, heard(*words[:3]))
    write(call, heard(*words[:500]))
    assert write(call, heard(*words[:501])) == few == 2


def event_of(event_type: str, *spoken: tuple[str, object]) -> CallEvent:
    return CallEvent(
        event_type=event_type,
        payload={"from": "+13125550111"},
        sealed=seal([[[name], value] for name, value in spoken]),
    )


def test_a_folded_event_keeps_a_count_and_a_digest_of_its_history():
    event = event_of("call.ai_gather.message_history_updated", ("message_history", [{"a": "b"}]))
    assert slim(event, [heard("Hello.", "Hi.")])
    assert event.sealed is None
    digest = event.payload.pop("digest")
    assert len(digest) == 32
    assert event.payload == {"from": "+13125550111", "turns": 2}
    other = event_of("call.ai_gather.message_history_updated", ("message_history", []))
    slim(other, [heard("Hello.", "Ho.")])
    assert other.payload["digest"] != digest


def test_what_else_was_said_stays_sealed():
    event = event_of("call.ai_gather.ended", ("result", {"age": 29}), ("message_history", []))
    assert slim(event, [heard("Hello.")])
    assert unseal(event.sealed) == [[["result"], {"age": 29}]]


def test_an_event_whose_history_was_not_taken_in_keeps_it():
    event = event_of("call.ai_gather.message_history_updated", ("message_history", [1]))
    assert not slim(event, [])
    assert unseal(event.sealed) == [[["message_history"], [1]]]
    assert event.payload == {"from": "+13125550111"}
