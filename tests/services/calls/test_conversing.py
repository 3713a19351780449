"""Conversations from Telnyx's webhooks to rows: what is kept, and what is not kept twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.line import connect, document, feed, publish_by_hand, ring, store, token
from voicegather.models import Call, CallEvent, Conversation, Turn
from voicegather.sealing import unseal
from voicegather.services.calls import folding
from voicegather.services.calls.binding import call_of_leg

pytestmark = pytest.mark.django_db(transaction=True)

ASSISTANT = "assistant-2f1a3c5e-0000-4000-8000-000000000001"


@pytest.fixture
def wire(monkeypatch):
    return connect(monkeypatch)


def talking() -> Call:
    """A call that an assistant has, by the command 2."""
    compiled = document(entry="talk")
    compiled["steps"]["talk"] = {
        "key": "talk",
        "kind": "assistant",
        "config": {"assistant": ASSISTANT},
        "edges": compiled["steps"]["ask"]["edges"][3:],
    }
    publish_by_hand(compiled)
    return ring()


def history(*words: str) -> list[dict[str, str]]:
    return [
        {"role": "user" if number % 2 else "assistant", "content": each}
        for number, each in enumerate(words)
    ]


def told(call: Call, *words: str, **fields: Any) -> CallEvent:
    """The conversation so far, as Telnyx tells it; the event that became of it."""
    event_id = feed(
        "v3:a",
        "call.ai_gather.message_history_updated",
        message_history=history(*words),
        client_state=token(call, 2),
        **fields,
    )
    return CallEvent.objects.get(external_id=event_id)


def transcript() -> list[tuple[str, str]]:
    turns = Turn.objects.order_by("number")
    return [(turn.role, unseal(turn.sealed_content)) for turn in turns]


def test_a_conversation_is_kept_turn_by_turn(wire):
    call = talking()
    assert wire.actions == ["answer", "ai_assistant_start"]
    told(call, "How can I help?")
    told(call, "How can I help?", "I moved.", "Where to?")
    assert transcript() == [
        ("assistant", "How can I help?"),
        ("user", "I moved."),
        ("assistant", "Where to?"),
    ]


def test_a_folded_update_keeps_a_count_and_a_digest_in_place_of_the_history(wire):
    call = talking()
    first = told(call, "How can I help?", "I moved.")
    assert (first.status, first.call_id, first.sealed) == ("processed", call.pk, None)
    assert first.processed_at is not None
    assert first.payload["turns"] == 2
    assert len(first.payload["digest"]) == 32
    assert first.payload["digest"] == told(call, "How can I help?", "I moved.").payload["digest"]
    assert first.payload["digest"] != told(call, "How can I help?", "I").payload["digest"]


def test_an_update_takes_no_query_more_for_keeping_less(wire):
    call = talking()
    told(call, "Hello.")
    store("v3:a", "call.cost")
    with CaptureQueriesContext(connection) as plain:
        folding.fold_events(call_of_leg("v3:a"))
    store(
        "v3:a",
        "call.ai_gather.message_history_updated",
        message_history=history("Hello."),
        client_state=token(call, 2),
    )
    with CaptureQueriesContext(connection) as update:
        folding.fold_events(call_of_leg("v3:a"))
    # The conversation with what is known of its last turn, and nothing else.
    assert len(update) == len(plain) + 1


def test_several_updates_of_one_fold_are_all_made_small(wire):
    call = talking()
    for most in range(1, 4):
        store(
            "v3:a",
            "call.ai_gather.message_history_updated",
            seconds=most,
            message_history=history(*"abc"[:most]),
            client_state=token(call, 2),
        )
    told(call, "a", "b", "c", "d", seconds=9)
    updates = CallEvent.objects.filter(event_type="call.ai_gather.message_history_updated")
    assert [(event.sealed, event.payload["turns"]) for event in updates.order_by("pk")] == [
        (None, 1),
        (None, 2),
        (None, 3),
        (None, 4),
    ]
    assert set(updates.values_list("status", flat=True)) == {"processed"}
    assert [words for _, words in transcript()] == ["a", "b", "c", "d"]


def test_the_end_of_a_conversation_completes_it(wire):
    call = talking()
    told(call, "How can I help?", "I mo")
    event_id = feed(
        "v3:a",
        "call.conversation.ended",
        conversation_id="conversation-1",
        duration_sec=30,
        llm_model="openai/gpt-4o",
        reason="customer_disconnect",
        messages=[
            each | {"timestamp": f"2026-03-01T09:30:0{number}Z"}
            for number, each in enumerate(history("How can I help?", "I moved."))
        ],
        client_state=token(call, 2),
    )
    assert transcript() == [("assistant", "How can I help?"), ("user", "I moved.")]
    said_at = Turn.objects.order_by("number").values_list("said_at", flat=True)
    assert [moment.isoformat() for moment in said_at] == [
        "2026-03-01T09:30:00+00:00",
        "2026-03-01T09:30:01+00:00",
    ]
    conversation = Conversation.objects.get()
    assert (conversation.seconds, conversation.model, conversation.reason) == (
        30,
        "openai/gpt-4o",
        "customer_disconnect",
    )
    assert conversation.ended_at is not None
    event = CallEvent.objects.get(external_id=event_id)
    assert (event.sealed, event.payload["turns"]) == (None, 2)


def test_a_history_of_nobodys_conversation_stays_sealed_where_it_is(wire):
    publish_by_hand()
    call = ring()
    event = told(call, "Hello.")
    assert unseal(event.sealed) == [[["message_history"], history("Hello.")]]
    assert "turns" not in event.payload
    assert not Turn.objects.exists()


@pytest.mark.parametrize("rubbish", [None, "text", 7, [None, 7, "text", {}, {"role": 7}], {"a": 1}])
def test_a_history_that_is_rubbish_is_no_trouble(wire, rubbish):
    call = talking()
    feed(
        "v3:a",
        "call.ai_gather.message_history_updated",
        message_history=rubbish,
        client_state=token(call, 2),
    )
    event = CallEvent.objects.latest("pk")
    assert event.status == "processed"
    assert unseal(event.sealed) == [[["message_history"], rubbish]]
    assert transcript() == []


def test_what_breaks_a_database_is_replaced_and_the_rest_is_kept(wire):
    call = talking()
    told(call, "a\x00b", "c\ud800d", "<img src=x onerror=alert(1)>")
    assert [words for _, words in transcript()] == [
        "a\ufffdb",
        "c\ufffdd",
        "<img src=x onerror=alert(1)>",
    ]


def test_what_was_said_is_in_no_plain_column(wire):
    call = talking()
    told(call, "What is your number?", "It is 4711.")
    for event in CallEvent.objects.all():
        assert "4711" not in str(event.payload)
        assert b"4711" not in bytes(event.sealed or b"")
