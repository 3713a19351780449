"""Commands leave in order, once, from one sender, and not after they stopped being wanted."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.line import (
    ACCEPTED,
    ENDS,
    connect,
    document,
    enter,
    feed,
    last,
    publish_by_hand,
    ring,
)
from voicegather.models import Call, CallCommand, CallEvent
from voicegather.provider.client import CommandAnswer
from voicegather.sealing import unseal
from voicegather.services import handlers, moments, outbox
from voicegather.services.calls import process_call

pytestmark = pytest.mark.django_db(transaction=True)

BROKEN = CommandAnswer(False, 500, 7, "10007", "Unexpected error")
NOBODY = CommandAnswer(False, 0, 2000, "", "APITimeoutError")


@pytest.fixture
def wire(monkeypatch):
    monkeypatch.setattr(outbox.time, "sleep", lambda seconds: None)
    return connect(monkeypatch)


def test_a_server_error_is_tried_again_with_the_same_command_id(wire):
    publish_by_hand()
    wire.answers = [BROKEN, NOBODY, ACCEPTED]
    feed("v3:a", "call.initiated", direction="incoming")
    assert wire.actions == ["answer", "answer", "answer"]
    assert len({params["command_id"] for _, _, params in wire.sent}) == 1
    command = CallCommand.objects.get()
    assert (command.status, command.attempts) == ("accepted", 3)


def test_after_quick_tries_the_command_is_left_to_the_clock(wire):
    publish_by_hand()
    wire.answers = [BROKEN] * 3
    feed("v3:a", "call.initiated", direction="incoming")
    command = CallCommand.objects.get()
    assert (command.status, command.attempts, command.http_status) == ("pending", 3, 500)
    assert command.next_attempt_at > moments.now()
    assert Call.objects.get().send_owner == ""
    process_call("v3:a")
    assert len(wire.sent) == 3, "not before its time"
    CallCommand.objects.update(next_attempt_at=moments.now())
    process_call("v3:a")
    assert CallCommand.objects.get().status == "accepted"


def test_nothing_is_sent_again_once_telnyx_would_not_know_it_for_a_repeat(wire):
    publish_by_hand()
    wire.answers = [BROKEN] * 3
    feed("v3:a", "call.initiated", direction="incoming")
    CallCommand.objects.update(
        first_sent_at=moments.now() - timedelta(seconds=41), next_attempt_at=moments.now()
    )
    process_call("v3:a")
    assert wire.actions == ["answer"] * 3 + ["hangup"]
    assert CallCommand.objects.get(action="answer").status == "failed"


def test_only_the_holder_of_the_lease_sends(wire):
    publish_by_hand()
    call = ring()
    Call.objects.update(
        send_owner="another", send_lease_until=moments.now() + timedelta(seconds=10)
    )
    enter(call, "1")
    assert "hangup" not in wire.actions
    Call.objects.update(send_lease_until=moments.now() - timedelta(seconds=1))
    process_call("v3:a")
    assert wire.actions[-1] == "hangup"


def test_a_command_that_is_not_wanted_any_more_is_superseded(wire):
    publish_by_hand()
    wire.answers = [ACCEPTED, *[BROKEN] * 3]
    call = ring()
    assert last(call, "gather_using_speak").status == "pending"
    feed("v3:a", "call.hangup", hangup_cause="normal_clearing", hangup_source="caller")
    CallCommand.objects.filter(status="pending").update(next_attempt_at=moments.now())
    process_call("v3:a")
    assert last(call, "gather_using_speak").status == "superseded"
    assert wire.actions == ["answer"] + ["gather_using_speak"] * 3


def test_a_call_that_telnyx_says_has_ended_ends_at_once(wire):
    publish_by_hand()
    wire.answers = [ACCEPTED, CommandAnswer(False, 422, 5, "90018", "Call has already ended")]
    call = ring()
    call.refresh_from_db()
    assert (call.phase, call.outcome) == ("ended", "caller_hung_up")
    assert wire.actions == ["answer", "gather_using_speak"]


def test_each_outcome_is_an_event_with_status_code_and_time(wire):
    publish_by_hand()
    wire.answers = [ACCEPTED, CommandAnswer(False, 422, 9, "90010", "Invalid payload")]
    call = ring()
    outcomes = CallEvent.objects.filter(call=call, source="command").order_by("pk")
    assert [
        (each.event_type, each.payload["seq"], each.payload["code"], each.payload["milliseconds"])
        for each in outcomes
    ][:2] == [
        ("command.accepted", 1, "", 12),
        ("command.failed", 2, "90010", 9),
    ]


def test_parameters_are_sealed_and_the_command_row_shows_none(wire):
    publish_by_hand()
    call = ring()
    command = last(call, "gather_using_speak")
    assert b"Press 1" not in bytes(command.sealed_params)


def test_two_commands_failing_in_a_row_end_the_call(wire, caplog):
    publish_by_hand()
    refused = CommandAnswer(False, 422, 5, "90010", "Invalid payload")
    wire.answers = [ACCEPTED, refused, refused]
    call = ring()
    call.refresh_from_db()
    assert call.outcome in ("completed", "failed")
    assert [action for action in wire.actions if action == "hangup"] == ["hangup"]


def with_handler():
    """A menu that begins with a handler of the site."""
    compiled = document(entry="look")
    compiled["steps"]["look"] = {
        "key": "look",
        "kind": "handler",
        "config": {"handler": "balance", "options": {"unit": "EUR"}, "timeout_seconds": 7},
        "edges": ENDS,
    }
    return publish_by_hand(compiled)


def test_a_handler_is_started_by_its_command_and_telnyx_hears_nothing_of_it(wire, monkeypatch):
    with_handler()
    started = []
    monkeypatch.setattr(handlers, "start", started.append)
    call = ring()
    command = last(call, "run_handler")
    assert wire.actions == ["answer"]
    assert [each.command_id for each in started] == [command.command_id]
    assert (command.status, command.attempts) == ("accepted", 1)
    params = unseal(command.sealed_params)
    assert (params["handler"], params["options"]) == ("balance", {"unit": "EUR"})
    assert (params["language"], params["timeout_s"]) == ("en-US", 7)
    assert "client_state" not in params


def test_a_handler_that_cannot_be_started_takes_the_failure_exit(wire, monkeypatch, caplog):
    with_handler()
    entry = "4711"

    def broken(command):
        raise RuntimeError(f"cannot look up {entry}")

    monkeypatch.setattr(handlers, "start", broken)
    call = ring()
    command = last(call, "run_handler")
    assert (command.status, command.http_status, command.code) == ("failed", 422, "handler")
    assert command.detail == "could not be started"
    assert call.visits.get(step_key="look").exit == "failure"
    assert wire.actions == ["answer", "hangup"]
    assert "RuntimeError" in caplog.text
    assert "4711" not in caplog.text


def test_an_acceptance_that_began_a_conversation_is_news_to_the_engine(wire):
    publish_by_hand()
    wire.answers = [ACCEPTED, CommandAnswer(True, 200, 8, conversation_id="c-1")]
    call = ring()
    first, second = CallEvent.objects.filter(call=call, source="command").order_by("pk")
    assert (first.payload["conversation_id"], first.call_id) == ("", call.pk)
    assert second.payload["conversation_id"] == "c-1"
    assert first.processed_at == first.received_at, "settled as it was written"
    assert second.processed_at > second.received_at, "folded"
    assert (first.status, second.status) == ("processed", "processed")


def test_a_sender_that_breaks_down_gives_its_lease_back(wire, monkeypatch):
    publish_by_hand()

    def broken(*arguments):
        raise RuntimeError

    monkeypatch.setattr(outbox, "send_action", broken)
    with pytest.raises(RuntimeError):
        feed("v3:a", "call.initiated", direction="incoming")
    call = Call.objects.get()
    assert (call.send_owner, call.send_lease_until) == ("", None)
