"""What staff do to a call that runs: once, by name, and not after its end."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.db import connections, transaction

from tests.line import (
    ACCEPTED,
    ENDS,
    connect,
    document,
    feed,
    last,
    publish_by_hand,
    ring,
    store,
    token,
)
from tests.services.calls.test_races import in_threads
from voicegather.engine.codec import CodecError
from voicegather.engine.events import Act, OperatorActed
from voicegather.engine.secret import Secret
from voicegather.models import Call, CallEvent
from voicegather.provider.client import CommandAnswer
from voicegather.services import dispatch
from voicegather.services.calls import control, process_call
from voicegather.services.calls.control import ActRefusedError, CallOverError, act_on_call
from voicegather.services.calls.menus import CallMenus
from voicegather.services.calls.reading import read_event
from voicegather.services.menus.errors import VersionMissingError
from voicegather.services.moments import to_ms

pytestmark = pytest.mark.django_db(transaction=True)

ASSISTANT = "assistant-00000000-0000-4000-8000-000000000001"


@pytest.fixture
def wire(monkeypatch):
    return connect(monkeypatch)


@pytest.fixture
def enqueued(monkeypatch):
    legs: list[str] = []
    monkeypatch.setattr(dispatch, "enqueue", legs.append)
    return legs


@pytest.fixture
def ada():
    return User.objects.create(username="ada")


@pytest.fixture
def call(wire, enqueued):
    publish_by_hand()
    return ring()


def acts():
    return CallEvent.objects.filter(source="operator")


def do(call, act, author, **said):
    act_on_call(call, act, author=author, **{"act_id": uuid4()} | said)


@pytest.fixture
def talking(wire, enqueued):
    """A call whose caller talks to an assistant."""
    compiled = document(entry="help")
    compiled["steps"]["help"] = {
        "key": "help",
        "kind": "assistant",
        "config": {"assistant": ASSISTANT},
        "edges": [each | ({"target": "ask"} if each["value"] == "done" else {}) for each in ENDS],
    }
    publish_by_hand(compiled)
    wire.answers = [ACCEPTED, CommandAnswer(True, 200, 5, conversation_id="c-1")]
    return ring()


def test_an_act_is_an_event_that_the_next_turn_takes_in(call, enqueued, ada):
    act_id = uuid4()
    act_on_call(call, Act.JUMP_TO_STEP, author=ada, act_id=act_id, target=" bye ")
    event = acts().get()
    assert (event.source, event.external_id, event.event_type) == (
        "operator",
        str(act_id),
        "operator.acted",
    )
    assert (event.call, event.call_control_id, event.status) == (call, "v3:a", "pending")
    assert event.payload == {
        "act": "jump_to_step",
        "target": "bye",
        "answer_now": False,
        "author": ada.pk,
    }
    assert enqueued == ["v3:a"]
    assert read_event(event, is_target=False) == OperatorActed(
        to_ms(event.occurred_at), Act.JUMP_TO_STEP, target="bye"
    )


def test_a_message_is_sealed_and_in_no_log(talking, ada):
    do(talking, Act.ADD_MESSAGE, ada, text="The caller is Grace.\x00", answer_now=True)
    event = acts().get()
    assert "Grace" not in str(event.payload)
    assert b"Grace" not in bytes(event.sealed)
    assert "Grace" not in LogEntry.objects.get().change_message
    assert read_event(event, is_target=False) == OperatorActed(
        to_ms(event.occurred_at),
        Act.ADD_MESSAGE,
        text=Secret("The caller is Grace.�"),
        answer_now=True,
    )


@pytest.mark.parametrize(
    ("act", "said", "words"),
    [
        (Act.HANG_UP, {}, "Hung up."),
        (Act.STOP_GATHER, {}, "Stopped the gather."),
        (Act.REPEAT_STEP, {}, "Repeated the step."),
        (Act.JUMP_TO_STEP, {"target": "bye"}, "Sent the caller to step bye."),
        (Act.START_ASSISTANT, {"target": ASSISTANT}, f"Started {ASSISTANT}."),
        (Act.TRANSFER, {"target": "+13125550177"}, "Transferred to +13125550177."),
    ],
)
def test_the_log_tells_who_did_what(call, ada, act, said, words):
    do(call, act, ada, **said)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.change_message) == (ada, str(call.pk), words)


@pytest.mark.parametrize(
    ("act", "said", "words"),
    [
        (Act.STOP_ASSISTANT, {}, "Stopped the assistant."),
        (Act.ADD_MESSAGE, {"text": "Hello"}, "Told the assistant something."),
    ],
)
def test_the_log_tells_what_was_done_to_an_assistant(talking, ada, act, said, words):
    do(talking, act, ada, **said)
    assert LogEntry.objects.get().change_message == words


@pytest.mark.parametrize(
    ("act", "said", "action"),
    [
        (Act.HANG_UP, {}, "hangup"),
        (Act.STOP_GATHER, {}, "gather_stop"),
        (Act.REPEAT_STEP, {}, "gather_using_speak"),
        (Act.JUMP_TO_STEP, {"target": "bye"}, "hangup"),
        (Act.START_ASSISTANT, {"target": ASSISTANT}, "ai_assistant_start"),
        (Act.TRANSFER, {"target": "+13125550177"}, "transfer"),
    ],
)
def test_the_next_turn_does_it_in_the_authors_name(call, wire, ada, act, said, action):
    do(call, act, ada, **said)
    process_call("v3:a")
    assert action in wire.actions[2:]
    commands = call.commands.filter(seq__gt=2)
    assert {command.author for command in commands} == {ada}
    assert set(call.commands.filter(seq__lte=2).values_list("author", flat=True)) == {None}
    assert acts().get().status == "processed"


@pytest.mark.parametrize(
    ("act", "said", "action", "params"),
    [
        (Act.STOP_ASSISTANT, {}, "ai_assistant_stop", {}),
        (
            Act.ADD_MESSAGE,
            {"text": "The caller is Grace.", "answer_now": True},
            "ai_assistant_add_messages",
            {
                "messages": [{"role": "system", "content": "The caller is Grace."}],
                "trigger_response": True,
            },
        ),
    ],
)
def test_a_running_assistant_is_stopped_and_told(talking, wire, ada, act, said, action, params):
    do(talking, act, ada, **said)
    process_call("v3:a")
    leg, sent, found = wire.sent[-1]
    assert (leg, sent) == ("v3:a", action)
    assert found | params == found
    assert last(talking, action).author == ada


def test_the_commands_of_somebody_who_is_gone_since_have_no_author(call, ada):
    do(call, Act.REPEAT_STEP, ada)
    LogEntry.objects.all().delete()
    ada.delete()
    process_call("v3:a")
    assert last(call, "gather_using_speak").author is None
    assert acts().get().status == "processed"


def test_a_double_click_is_one_act(call, enqueued, ada):
    act_id = uuid4()
    do(call, Act.REPEAT_STEP, ada, act_id=act_id)
    do(call, Act.REPEAT_STEP, ada, act_id=act_id)
    assert acts().count() == LogEntry.objects.count() == len(enqueued) == 1


def test_a_double_click_on_hang_up_is_one_act_though_the_call_is_over(call, ada):
    act_id = uuid4()
    do(call, Act.HANG_UP, ada, act_id=act_id)
    feed("v3:a", "call.hangup", hangup_cause="normal_clearing")
    do(call, Act.HANG_UP, ada, act_id=act_id)
    assert acts().count() == 1


def test_an_acts_id_is_for_one_call(call, ada):
    act_id = uuid4()
    do(call, Act.REPEAT_STEP, ada, act_id=act_id)
    other = ring("v3:b")
    with pytest.raises(ActRefusedError, match="This was done to another call"):
        do(other, Act.REPEAT_STEP, ada, act_id=act_id)


def test_an_acts_id_is_for_one_call_in_the_same_moment_too(call, ada, monkeypatch):
    act_id = uuid4()
    do(call, Act.REPEAT_STEP, ada, act_id=act_id)
    other = ring("v3:b")
    monkeypatch.setattr(control, "_is_done", lambda *told: False)
    with pytest.raises(ActRefusedError, match="This was done to another call"):
        do(other, Act.REPEAT_STEP, ada, act_id=act_id)
    assert acts().count() == LogEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("act", "target"), [(Act.HANG_UP, ""), (Act.JUMP_TO_STEP, "bye"), (Act.JUMP_TO_STEP, "")]
)
def test_an_acts_id_is_for_one_act(call, enqueued, ada, act, target):
    act_id = uuid4()
    do(call, Act.JUMP_TO_STEP, ada, target="ask", act_id=act_id)
    with pytest.raises(ActRefusedError, match="Something else was done under this id already"):
        do(call, act, ada, target=target, act_id=act_id)
    assert acts().count() == LogEntry.objects.count() == len(enqueued) == 1


def test_an_assistants_id_is_the_one_that_a_menu_may_name(call, ada):
    do(call, Act.START_ASSISTANT, ada, target="assistant-1")
    assert acts().get().payload["target"] == "assistant-1"


def test_nothing_is_done_to_a_call_that_has_ended(call, enqueued, ada):
    feed("v3:a", "call.hangup", hangup_cause="normal_clearing")
    with pytest.raises(CallOverError, match="The call has ended: nothing more can be done to it"):
        do(call, Act.HANG_UP, ada)
    assert not acts().exists()
    assert not LogEntry.objects.exists()
    assert enqueued == []


def test_nothing_is_done_to_a_call_that_is_being_hung_up(call, ada):
    Call.objects.update(phase="ending")
    with pytest.raises(CallOverError, match="is being hung up already"):
        do(call, Act.TRANSFER, ada, target="+13125550177")


def test_before_the_answer_a_call_can_only_be_hung_up(wire, enqueued, ada):
    publish_by_hand()
    feed("v3:a", "call.initiated", direction="incoming")
    call = Call.objects.get()
    with pytest.raises(ActRefusedError, match="not answered yet"):
        do(call, Act.REPEAT_STEP, ada)
    do(call, Act.HANG_UP, ada)
    assert acts().count() == 1


@pytest.mark.parametrize(
    ("act", "said", "message"),
    [
        (Act.JUMP_TO_STEP, {"target": "nowhere"}, "has no step “nowhere”: choose another"),
        (Act.JUMP_TO_STEP, {"target": ""}, "Name the step to jump to"),
        (Act.JUMP_TO_STEP, {"target": "x" * 256}, "longer than 255 characters"),
        (Act.TRANSFER, {"target": "+442071838750"}, "Numbers of GB may not be rung"),
        (Act.TRANSFER, {"target": "+19005551234"}, "premium-rate"),
        (Act.TRANSFER, {"target": "the desk"}, "no number that can be rung"),
        (Act.TRANSFER, {"target": "sip:a@b.example"}, "SIP addresses at “b.example”"),
        (Act.START_ASSISTANT, {"target": ""}, "no assistant's id"),
        (Act.START_ASSISTANT, {"target": "assistant-"}, "no assistant's id"),
        (Act.START_ASSISTANT, {"target": f"{ASSISTANT}\u0000"}, "no assistant's id"),
        (Act.STOP_ASSISTANT, {}, "No assistant is running"),
        (Act.ADD_MESSAGE, {"text": "Hello"}, "No assistant is running"),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(
    call, enqueued, ada, act, said, message
):
    with pytest.raises(ActRefusedError, match=message):
        do(call, act, ada, **said)
    assert not acts().exists()
    assert not LogEntry.objects.exists()
    assert enqueued == []


def test_an_assistant_that_has_ended_takes_no_message(talking, ada):
    token_of_start = token(talking, last(talking, "ai_assistant_start").seq)
    store("v3:a", "call.conversation.ended", conversation_id="c-1", client_state=token_of_start)
    process_call("v3:a")
    talking.refresh_from_db()
    assert talking.phase == "running"
    with pytest.raises(ActRefusedError, match="No assistant is running"):
        do(talking, Act.ADD_MESSAGE, ada, text="Hello")


def test_where_keys_are_not_gathered_there_is_nothing_to_stop(talking, ada):
    with pytest.raises(ActRefusedError, match="Nothing is being gathered"):
        do(talking, Act.STOP_GATHER, ada)


def test_a_question_for_consent_is_not_stopped(wire, enqueued, ada):
    """The caller has to answer it: what is stopped is an entry."""
    compiled = document(entry="help")
    compiled["steps"]["help"] = {
        "key": "help",
        "kind": "assistant",
        "config": {"assistant": ASSISTANT, "consent_prompt": "question"},
        "edges": [*ENDS, {"match": "exit", "value": "no_consent", "target": "bye"}],
    }
    publish_by_hand(compiled)
    asked = ring()
    assert wire.actions[-1] == "gather_using_speak"
    with pytest.raises(ActRefusedError, match="Nothing is being gathered"):
        do(asked, Act.STOP_GATHER, ada)


def test_a_caller_who_talks_to_a_person_is_left_to_talk(call, wire, ada):
    do(call, Act.TRANSFER, ada, target="+13125550177")
    process_call("v3:a")
    state = wire.sent[-1][2]["target_leg_client_state"]
    feed("v3:t", "call.initiated", direction="outgoing", client_state=state)
    feed("v3:t", "call.answered", client_state=state)
    with pytest.raises(ActRefusedError, match="talks to the person who was rung"):
        do(call, Act.REPEAT_STEP, ada)
    do(call, Act.HANG_UP, ada)


@pytest.mark.parametrize("text", ["", "  \n", "x" * 2_001])
def test_a_message_has_words_and_an_end(talking, ada, text):
    with pytest.raises(ActRefusedError, match="Write a message of 1 to 2,000 characters"):
        do(talking, Act.ADD_MESSAGE, ada, text=text)


def test_a_call_whose_state_cannot_be_opened_can_still_be_hung_up(call, ada):
    Call.objects.update(sealed_state=b"rubbish")
    with pytest.raises(ActRefusedError, match="cannot be read"):
        do(call, Act.JUMP_TO_STEP, ada, target="bye")
    do(call, Act.HANG_UP, ada)
    assert acts().count() == 1


@pytest.mark.parametrize("problem", [VersionMissingError("f" * 64), CodecError("of tomorrow")])
def test_nobody_is_sent_to_a_step_of_a_version_that_cannot_be_read(call, ada, monkeypatch, problem):
    def unreadable(menus, sha256):
        raise problem

    monkeypatch.setattr(CallMenus, "graph", unreadable)
    with pytest.raises(ActRefusedError, match="cannot be read here: repeat the step"):
        do(call, Act.JUMP_TO_STEP, ada, target="bye")
    do(call, Act.HANG_UP, ada)


def test_an_act_whose_transaction_is_rolled_back_is_none(call, enqueued, ada):
    with transaction.atomic():
        do(call, Act.HANG_UP, ada)
        transaction.set_rollback(True)
    assert not acts().exists()
    assert enqueued == []


@pytest.mark.services
def test_the_same_act_from_several_requests_at_once_is_one(call, enqueued, ada):
    act_id = uuid4()
    in_threads(lambda number: do(call, Act.REPEAT_STEP, ada, act_id=act_id), 6)
    assert acts().count() == LogEntry.objects.count() == len(enqueued) == 1


@pytest.mark.services
def test_acts_of_several_people_at_once_are_all_kept(call, ada):
    in_threads(lambda number: do(call, Act.REPEAT_STEP, ada), 6)
    assert acts().count() == LogEntry.objects.count() == 6
    process_call("v3:a")
    assert not acts().filter(status="pending").exists()


@pytest.mark.services
def test_an_act_waits_for_the_turn_under_way_and_learns_that_the_call_ended(call, ada):
    """The turn that ends the call holds its lock; the act looks only after that."""
    refusals: list[str] = []
    begun = threading.Event()

    def act():
        begun.set()
        try:
            do(call, Act.HANG_UP, ada)
        except CallOverError as problem:
            refusals.append(str(problem))
        finally:
            connections.close_all()

    with transaction.atomic():
        Call.objects.select_for_update().get(pk=call.pk)
        thread = threading.Thread(target=act)
        thread.start()
        begun.wait(5)
        thread.join(0.3)
        assert thread.is_alive(), "the act looked before the turn was over"
        Call.objects.update(phase="ended")
    thread.join(10)
    assert refusals == ["The call has ended: nothing more can be done to it."]
    assert not acts().exists()


@pytest.mark.services
def test_an_act_and_the_callers_hang_up_at_once_lose_nothing(call, wire, ada):
    store("v3:a", "call.hangup", hangup_cause="normal_clearing", hangup_source="caller")
    outcomes: list[str] = []

    def work(number):
        if number % 2:
            process_call("v3:a")
            return
        try:
            do(call, Act.JUMP_TO_STEP, ada, target="ask")
            outcomes.append("done")
        except CallOverError:
            outcomes.append("over")

    in_threads(work, 6)
    process_call("v3:a")
    call.refresh_from_db()
    assert (call.phase, call.outcome) == ("ended", "caller_hung_up")
    assert acts().count() == outcomes.count("done")
    assert not CallEvent.objects.filter(status="pending").exists()
