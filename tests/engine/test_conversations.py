"""Conversations that a call knows: late and lost news goes to the right one."""

from __future__ import annotations

from typing import Any

from tests.engine.line import Line
from tests.engine.steps.talks import (
    accepted,
    asked,
    assisted,
    ended,
    messages,
    partial,
    result,
    said,
    start_seq,
    started,
)
from voicegather.engine.conversations import MOST_KNOWN, begin_conversation
from voicegather.engine.events import CommandAccepted, ConversationFailed, HistoryTold
from voicegather.engine.facts import (
    ConversationHeard,
    ConversationKind,
    ConversationNamed,
    ConversationOver,
    PartialHeard,
)
from voicegather.engine.limits import DEFAULT_LIMITS
from voicegather.engine.secret import Secret
from voicegather.engine.state import Conversation
from voicegather.engine.turn import Turn

HELLO = messages(("assistant", "Hello."), ("user", "Hi."))


def told(line: Line) -> list[tuple[str, int]]:
    """What the ledger learnt of conversations, by the fact's name and the conversation's number."""
    kinds = (ConversationNamed, ConversationHeard, ConversationOver, PartialHeard)
    return [(type(each).__name__, each.seq) for each in line.facts if isinstance(each, kinds)]


def two_conversations() -> Line:
    """A caller who is asked a second time: conversation 2 ran out, 3 is under way."""
    line = asked()
    accepted(line, "c-1")
    result(line, {"age": 29})
    line.let_deadline_pass()
    assert [each.seq for each in line.state.conversations] == [2, 3]
    line.facts.clear()
    return line


def test_the_id_is_known_from_the_answer_to_the_command_or_from_the_event():
    line = assisted()
    accepted(line, "c-1")
    started(line, "c-1")
    assert line.state.conversations == (
        Conversation(2, 1, ConversationKind.ASSISTANT, "c-1", over=False),
    )
    assert told(line) == [("ConversationNamed", 2)]
    other = assisted()
    started(other, "c-1", seq=None)
    assert told(other) == [("ConversationNamed", 2)]


def test_an_answer_to_another_command_names_nothing():
    line = assisted()
    line.feed(CommandAccepted(line.tick(), 1, "c-1"))
    line.feed(CommandAccepted(line.tick(), start_seq(line)))
    assert told(line) == []


def test_history_and_partial_results_are_noted_as_they_come():
    line = asked()
    said(line, ("assistant", "Hello."))
    partial(line, {"age": 29})
    assert line.facts[-2:] == [
        ConversationHeard(line.now - 10, 2, messages(("assistant", "Hello."))),
        PartialHeard(line.now, 2, Secret('{"age": 29}')),
    ]


def test_an_empty_history_is_no_news():
    line = assisted()
    said(line)
    assert told(line) == []


def test_news_goes_by_id_whatever_token_it_carries():
    line = two_conversations()
    accepted(line, "c-2")
    line.feed(HistoryTold(line.tick(), HELLO, 3, "c-1"))
    line.feed(HistoryTold(line.tick(), HELLO, 2, "c-2"))
    assert told(line) == [
        ("ConversationNamed", 3),
        ("ConversationHeard", 2),
        ("ConversationHeard", 3),
    ]


def test_without_id_and_token_an_end_is_the_oldests_and_other_news_the_newests():
    line = two_conversations()
    said(line, ("user", "Hi."), seq=None)
    ended(line, "", seq=None, messages=HELLO)
    assert told(line) == [
        ("ConversationHeard", 3),
        ("ConversationHeard", 2),
        ("ConversationOver", 2),
    ]


def test_the_token_of_a_later_command_is_that_of_the_conversation_begun_before():
    line = assisted()
    line.let_deadline_pass()
    said(line, ("user", "Hi."), seq=line.outgoing[-1].seq)
    assert told(line) == [("ConversationHeard", 2)]


def test_the_token_of_an_earlier_command_is_nobodys():
    line = assisted()
    said(line, ("user", "Hi."), seq=1)
    ended(line, "c-9", seq=1)
    assert told(line) == []
    assert not line.state.conversations[0].over


def test_partial_results_are_never_an_assistants():
    line = assisted()
    partial(line, {"age": 29})
    result(line, {"age": 29}, said=HELLO)
    assert told(line) == []


def test_the_end_is_noted_once_however_often_it_comes():
    line = assisted()
    accepted(line, "c-1")
    ended(line, "c-1", seconds=30)
    ended(line, "c-1", seconds=31, messages=HELLO)
    assert [each.seconds for each in line.found(ConversationOver)] == [30]
    assert told(line)[-1] == ("ConversationHeard", 2)


def test_what_comes_after_the_end_of_the_call_is_noted_too():
    line = assisted()
    line.hang_up()
    line.facts.clear()
    line.feed(CommandAccepted(line.tick(), 2, "c-1"))
    said(line, ("user", "Hi."))
    ended(line, "c-1", messages=HELLO, reason="customer_disconnect")
    assert told(line) == [
        ("ConversationNamed", 2),
        ("ConversationHeard", 2),
        ("ConversationHeard", 2),
        ("ConversationOver", 2),
    ]
    assert line.is_over
    assert line.just_sent == []


def test_what_comes_in_a_later_step_is_noted_too():
    line = asked()
    result(line, {"age": 29, "name": "Ada"})
    assert line.step == "taken"
    said(line, ("user", "Ada."), seq=2)
    ended(line, "c-1", seq=2)
    assert told(line) == [
        ("ConversationHeard", 2),
        ("ConversationNamed", 2),
        ("ConversationOver", 2),
    ]


def test_a_conversation_that_failed_to_start_is_over():
    line = assisted()
    line.feed(ConversationFailed(line.tick(), "invalid_request", None))
    assert line.state.conversations[0].over


def test_a_call_remembers_its_newest_conversations_only():
    line = assisted()
    turn = Turn(line.shelf, line.state, line.now, DEFAULT_LIMITS)
    for seq in range(3, 40):
        begin_conversation(turn, ConversationKind.AI_GATHER, seq)
    known = [each.seq for each in turn.state.conversations]
    assert known == list(range(40 - MOST_KNOWN, 40))


def test_a_call_without_conversations_has_no_such_news():
    line = assisted()
    line.state = line.state.but(conversations=())
    events: list[Any] = [HistoryTold(line.tick(), HELLO, 2), CommandAccepted(line.tick(), 2, "c")]
    for event in events:
        line.feed(event)
    assert told(line) == []
