"""Where a call stands, and which acts make sense."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model

from tests.line import connect, document, enter, feed, publish_by_hand, ring, token
from voicegather.engine.events import Act
from voicegather.engine.facts import ConversationKind
from voicegather.models import Call, Conversation
from voicegather.sealing import seal
from voicegather.selectors.entries import LiveConversation, LiveState, LiveVariable, Sight, StepName
from voicegather.selectors.live import live_state_of
from voicegather.services import dispatch
from voicegather.services.calls.control import act_on_call

pytestmark = pytest.mark.django_db(transaction=True)

ASSISTANT = "assistant-00000000-0000-4000-8000-000000000001"
ALWAYS = (Act.REPEAT_STEP, Act.JUMP_TO_STEP)


@pytest.fixture
def wire(monkeypatch):
    return connect(monkeypatch)


def asked_twice(**step: Any) -> dict[str, Any]:
    """A menu whose second question is ``again``; `step` joins the first one."""
    compiled = document()
    ask = compiled["steps"]["ask"]
    compiled["steps"]["again"] = ask | {"key": "again"}
    edges = [edge | {"target": "again"} for edge in ask["edges"]]
    compiled["steps"]["ask"] = ask | {"edges": edges, "name": "Which desk?"} | step
    return compiled


def state_of(call: Call, sight: Sight = Sight.MASKED) -> LiveState:
    call.refresh_from_db()
    return live_state_of(call, sight=sight)


def conversing(kind: str, config: dict[str, Any], **step: Any) -> Call:
    """A call in which the command 2 began a conversation."""
    compiled = document(entry="talk")
    edges = compiled["steps"]["ask"]["edges"][3:]
    node = {"key": "talk", "kind": kind, "config": config, "edges": edges}
    compiled["steps"]["talk"] = node | step
    publish_by_hand(compiled)
    return ring()


def asked_by_ai(**step: Any) -> Call:
    fields = [
        {"name": "age", "type": "integer", "description": "The caller's age"},
        {"name": "city", "description": "Where the caller lives"},
    ]
    return conversing("ai_gather", {"fields": fields}, **step)


def tell(call: Call, event_type: str, **payload: Any) -> None:
    feed("v3:a", event_type, client_state=token(call, 2), **payload)


def test_a_call_that_is_asked(wire):
    publish_by_hand(asked_twice())
    state = state_of(ring())
    assert (state.phase, state.is_over, state.menu) == ("running", False, "desk")
    assert (state.step, state.step_name, state.step_kind) == ("ask", "Which desk?", "gather")
    assert state.language == "en-US"
    assert (state.gather_runs, state.assistant_runs, state.conversation) == (True, False, None)
    assert set(state.steps) == {
        StepName("ask", "Which desk?"),
        StepName("again", "again"),
        StepName("bye", "bye"),
    }
    assert state.acts == (
        Act.HANG_UP,
        Act.STOP_GATHER,
        *ALWAYS,
        Act.START_ASSISTANT,
        Act.TRANSFER,
    )


def test_a_call_that_is_not_answered_yet_can_be_hung_up(wire):
    publish_by_hand()
    feed("v3:a", "call.initiated", direction="incoming")
    state = state_of(Call.objects.get())
    assert state.phase == "answering"
    assert state.acts == (Act.HANG_UP,)


def test_a_call_that_is_over_can_do_nothing_more(wire):
    publish_by_hand()
    call = ring()
    feed("v3:a", "call.hangup", hangup_cause="normal_clearing", hangup_source="caller")
    state = state_of(call)
    assert (state.phase, state.is_over, state.outcome) == ("ended", True, "caller_hung_up")
    assert (state.step, state.steps, state.acts) == ("", (), ())


@pytest.mark.parametrize(
    ("sensitivity", "masked"),
    [
        ("normal", LiveVariable("ask", "142")),
        ("masked", LiveVariable("ask", "•••", is_masked=True)),
        ("secret", LiveVariable("ask", "•••", is_masked=True)),
    ],
)
def test_variables_show_to_those_who_may_see_them(wire, sensitivity, masked):
    publish_by_hand(asked_twice(sensitivity=sensitivity))
    call = ring()
    enter(call, "142")
    assert state_of(call).step == "again"
    assert masked in state_of(call).variables
    assert LiveVariable("ask", "142") in state_of(call, Sight.REVEALED).variables


def test_an_assistant_that_runs_can_be_stopped_and_told_something(wire):
    call = conversing("assistant", {"assistant": ASSISTANT})
    state = state_of(call)
    assert (state.step_kind, state.assistant_runs, state.gather_runs) == ("assistant", True, False)
    assert state.conversation == LiveConversation(2, ConversationKind.ASSISTANT, ASSISTANT)
    assert state.acts == (
        Act.HANG_UP,
        *ALWAYS,
        Act.STOP_ASSISTANT,
        Act.ADD_MESSAGE,
        Act.TRANSFER,
    )


def test_a_conversation_that_ended_is_not_running(wire):
    call = conversing("assistant", {"assistant": ASSISTANT})
    tell(call, "call.conversation.ended", conversation_id="c", reason="assistant_ended")
    state = state_of(call)
    assert (state.conversation, state.assistant_runs) == (None, False)


@pytest.mark.parametrize(
    ("sensitivity", "shown"), [("normal", "29"), ("masked", "•••"), ("secret", "•••")]
)
def test_what_an_ai_gather_has_filled_shows_to_those_who_may_see_it(wire, sensitivity, shown):
    call = asked_by_ai(sensitivity=sensitivity)
    tell(call, "call.ai_gather.partial_results", partial_results={"age": 29, "city": "Paris"})
    state, revealed = state_of(call), state_of(call, Sight.REVEALED)
    assert state.conversation is not None
    assert state.conversation.kind is ConversationKind.AI_GATHER
    assert state.conversation.partial[0] == LiveVariable("age", shown, is_masked=shown == "•••")
    assert Act.START_ASSISTANT in state.acts
    assert Act.STOP_GATHER not in state.acts
    assert revealed.conversation is not None
    assert revealed.conversation.partial == (
        LiveVariable("age", "29"),
        LiveVariable("city", "Paris"),
    )


@pytest.mark.parametrize("partial", ["[1]", "no JSON", "null"])
def test_rubbish_in_the_place_of_partial_results_shows_nothing(wire, partial):
    call = asked_by_ai()
    Conversation.objects.update(sealed_partial=seal(partial))
    state = state_of(call)
    assert state.conversation is not None
    assert state.conversation.partial == ()


def test_a_gather_that_staff_stopped_cannot_be_stopped_again(wire):
    publish_by_hand(asked_twice())
    call = ring()
    author = get_user_model().objects.create_user("dana")
    assert Act.STOP_GATHER in state_of(call).acts
    act_on_call(call, Act.STOP_GATHER, author=author, act_id=uuid4())
    assert dispatch.wait_until_idle()
    assert wire.actions[-1] == "gather_stop"
    assert Act.STOP_GATHER not in state_of(call).acts


def test_of_a_call_whose_key_is_gone_the_phase_is_told(wire):
    publish_by_hand()
    call = ring()
    Call.objects.filter(pk=call.pk).update(sealed_state=b"\x01gone" + bytes(40))
    state = state_of(call)
    assert (state.phase, state.language, state.variables, state.acts) == (
        "running",
        "en-US",
        (),
        (Act.HANG_UP,),
    )
