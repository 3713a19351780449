"""Conversations, consents and what else is told of a call, as rows."""

from __future__ import annotations

import pytest

from tests.services.calls.ledger.writing import START, call_with, conversing_call, heard, write
from voicegather.engine.events import AnsweredBy
from voicegather.engine.facts import (
    ConsentAnswered,
    ConversationBegan,
    ConversationKind,
    ConversationNamed,
    ConversationOver,
    HandlerNoted,
    MachineFound,
    PartialHeard,
)
from voicegather.engine.secret import Secret
from voicegather.models import CallCommand, Consent, Conversation
from voicegather.sealing import seal, unseal
from voicegather.services.moments import from_ms

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("sensitivity", ["normal", "masked", "secret"])
def test_a_conversation_is_as_sensitive_as_its_step(sensitivity):
    call = call_with(sensitivity=sensitivity)
    write(call, ConversationBegan(START, 1, 2, ConversationKind.ASSISTANT, "assistant-1"))
    conversation = call.conversations.get()
    assert conversation.sensitivity == sensitivity
    assert (conversation.seq, conversation.kind, conversation.assistant) == (
        2,
        "assistant",
        "assistant-1",
    )
    assert conversation.visit == call.visits.get()
    assert conversation.started_at == from_ms(START)


def test_a_conversation_outside_any_known_step_is_secret():
    call = call_with()
    write(call, ConversationBegan(START, 9, 2, ConversationKind.ASSISTANT))
    assert call.conversations.get().sensitivity == "secret"


def test_a_conversation_is_named_filled_and_over():
    call = conversing_call()
    write(call, ConversationNamed(START, 2, "conversation-1"))
    write(call, PartialHeard(START, 2, Secret('{"age": 29}')))
    write(call, ConversationOver(START + 30_000, 2, "customer_disconnect", 30, "openai/gpt-4o"))
    conversation = call.conversations.get()
    assert conversation.conversation_id == "conversation-1"
    assert unseal(conversation.sealed_partial) == '{"age": 29}'
    assert (conversation.reason, conversation.seconds, conversation.model) == (
        "customer_disconnect",
        30,
        "openai/gpt-4o",
    )
    assert conversation.ended_at == from_ms(START + 30_000)


def test_a_conversation_may_begin_and_end_with_one_event():
    call = call_with()
    write(
        call,
        ConversationBegan(START, 1, 2, ConversationKind.AI_GATHER),
        ConversationNamed(START, 2, "conversation-1"),
        heard("Hello."),
        ConversationOver(START + 1, 2, "failed"),
    )
    conversation = call.conversations.get()
    assert (conversation.conversation_id, conversation.reason) == ("conversation-1", "failed")
    assert conversation.turns.count() == 1


def test_facts_of_a_conversation_that_never_began_are_left_alone():
    call = call_with()
    write(call, ConversationNamed(START, 7, "conversation-1"), ConversationOver(START, 7))
    assert not Conversation.objects.exists()


def test_words_longer_than_their_columns_are_cut():
    call = call_with()
    write(call, ConversationBegan(START, 1, 2, ConversationKind.ASSISTANT, "a" * 300))
    write(call, ConversationNamed(START, 2, "c" * 300))
    write(call, ConversationOver(START, 2, "r" * 300, 1, "m" * 300))
    conversation = call.conversations.get()
    lengths = [len(conversation.assistant), len(conversation.conversation_id)]
    assert [*lengths, len(conversation.reason), len(conversation.model)] == [100, 64, 100, 100]


def test_a_consent_keeps_the_words_the_key_and_the_moment():
    call = call_with()
    write(
        call,
        ConsentAnswered(START + 5, 1, "may_we", "May a machine listen?", "en-US", "1", given=True),
    )
    consent = Consent.objects.get()
    assert (consent.call, consent.visit) == (call, call.visits.get())
    assert (consent.prompt, consent.words) == ("may_we", "May a machine listen?")
    assert (consent.language, consent.key, consent.given) == ("en-US", "1", True)
    assert consent.answered_at == from_ms(START + 5)


def test_the_later_answer_of_one_visit_counts():
    call = call_with()
    write(call, ConsentAnswered(START, 1, "may_we", "May we?", "en-US", "", given=False))
    write(call, ConsentAnswered(START + 9, 1, "may_we", "May we?", "en-US", "1", given=True))
    consent = Consent.objects.get()
    assert (consent.given, consent.key) == (True, "1")


@pytest.mark.parametrize("answered_by", list(AnsweredBy))
def test_who_took_the_call_is_noted_on_it(answered_by):
    call = call_with()
    write(call, MachineFound(START, answered_by, "word"))
    assert call.answered_by == answered_by


def test_what_went_wrong_with_a_handler_stands_beside_its_command():
    call = call_with()
    for seq in (2, 3):
        CallCommand.objects.create(
            call=call,
            seq=seq,
            command_id=f"00000000-0000-0000-0000-00000000000{seq}",
            action="run_handler",
            sealed_params=seal({}),
            created_at=from_ms(START),
        )
    write(
        call, HandlerNoted(START, 1, 2, "it took longer than 5 s"), HandlerNoted(START, 1, 9, "?")
    )
    assert list(call.commands.order_by("seq").values_list("detail", flat=True)) == [
        "it took longer than 5 s",
        "",
    ]


def test_many_facts_take_no_more_queries_than_one_of_each():
    call = conversing_call()
    few = write(call, PartialHeard(START, 2, Secret("{}")), heard("a"))
    others = range(3, 12)
    write(call, *(ConversationBegan(START, 1, seq, ConversationKind.AI_GATHER) for seq in others))
    filled = [PartialHeard(START, seq, Secret("{}")) for seq in others]
    assert write(call, *filled, heard("a", "b"), heard("a", "b", "c")) == few
