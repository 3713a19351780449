"""The clock turns deadlines into events and finds what was left behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.errands.models import Errand
from tests.line import connect, enter, last, publish_by_hand, ring, store
from voicegather.models import Call, CallCommand, CallEvent, Lease
from voicegather.services import clock, moments
from voicegather.services.calls import process_call

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wire(monkeypatch):
    return connect(monkeypatch)


def tick():
    """One turn of a clock that has just been started."""
    return clock.Clock().tick()


@pytest.fixture
def enqueued(monkeypatch):
    legs: list[str] = []
    monkeypatch.setattr(clock.dispatch, "enqueue", legs.append)
    return legs


def make_due():
    Call.objects.update(wake_at=moments.now() - timedelta(seconds=1))


def test_a_deadline_that_passed_becomes_one_timer_event(wire, enqueued):
    publish_by_hand()
    ring()
    make_due()
    tick()
    tick()
    assert CallEvent.objects.filter(source="timer").count() == 1
    assert enqueued == ["v3:a"]


def test_a_call_before_its_deadline_is_left_alone(wire, enqueued):
    publish_by_hand()
    ring()
    tick()
    assert enqueued == []
    assert not CallEvent.objects.filter(source="timer").exists()


def test_an_event_that_nobody_waits_for_is_folded_with_the_next(wire, enqueued):
    publish_by_hand()
    call = ring()
    store("v3:a", "call.speak.started")
    tick()
    assert CallEvent.objects.get(event_type="call.speak.started").status == "noted"
    enter(call, "1")
    folded = CallEvent.objects.get(event_type="call.speak.started")
    assert (folded.status, folded.call) == ("ignored", call)


def test_an_event_that_nobody_waits_for_and_no_other_follows_is_folded_after_a_minute(
    wire, enqueued, time_machine
):
    publish_by_hand()
    ring()
    Call.objects.update(wake_at=None)
    store("v3:a", "call.speak.started")
    time_machine.move_to(moments.now() + timedelta(seconds=59))
    tick()
    assert enqueued == []
    time_machine.move_to(moments.now() + timedelta(seconds=2))
    tick()
    process_call("v3:a")
    assert CallEvent.objects.get(event_type="call.speak.started").status == "ignored"


def test_a_gather_whose_end_was_lost_is_asked_once_more(wire, enqueued, time_machine):
    publish_by_hand()
    call = ring()
    time_machine.move_to(moments.now() + timedelta(minutes=10))
    tick()
    process_call("v3:a")
    assert wire.actions == ["answer", "gather_using_speak", "gather_using_speak"]
    assert list(call.visits.get().attempts.values_list("number", "outcome")) == [
        (1, "error"),
        (2, ""),
    ]


def test_a_silent_network_ends_the_call_in_the_end(wire, enqueued, time_machine):
    publish_by_hand()
    call = ring()
    for _ in range(6):
        time_machine.move_to(moments.now() + timedelta(minutes=2))
        tick()
        process_call("v3:a")
    call.refresh_from_db()
    assert (call.phase, call.wake_at) == ("ended", None)
    assert call.visits.get(step_key="ask").exit == "failure"


def test_events_left_behind_are_enqueued_after_two_seconds(wire, enqueued):
    publish_by_hand()
    store("v3:a", "call.initiated", direction="incoming")
    tick()
    assert enqueued == []
    CallEvent.objects.update(received_at=moments.now() - timedelta(seconds=3))
    tick()
    assert enqueued == ["v3:a"]


def test_work_that_nobody_takes_is_enqueued_after_growing_gaps(wire, enqueued, time_machine):
    began = moments.now()
    time_machine.move_to(began, tick=False)
    store("v3:a", "call.initiated", direction="incoming")
    store("v3:a", "call.answered")
    running = clock.Clock()
    for second in range(3, 64):
        time_machine.move_to(began + timedelta(seconds=second), tick=False)
        running.tick()
    assert enqueued == ["v3:a"] * 5, "after 3, 7, 15, 31 and 61 seconds"


def test_a_leg_that_was_served_is_reminded_of_at_once_when_it_is_left_again(
    wire, enqueued, time_machine
):
    running = clock.Clock()
    for _ in range(2):
        store("v3:x", "call.initiated", direction="incoming")
        CallEvent.objects.update(received_at=moments.now() - timedelta(seconds=3))
        running.tick()
        CallEvent.objects.all().delete()
        running.tick()
    assert enqueued == ["v3:x", "v3:x"]


def test_orphans_are_not_enqueued_over_and_over(wire, enqueued):
    store("v3:x", "call.cost")
    process_call("v3:x")
    CallEvent.objects.update(received_at=moments.now() - timedelta(seconds=3))
    tick()
    assert enqueued == []


def test_commands_that_were_never_sent_are_enqueued(wire, enqueued, monkeypatch):
    publish_by_hand()
    call = ring()
    monkeypatch.setattr(
        "voicegather.services.calls.process.outbox.send_commands", lambda pk, holder: 0
    )
    enter(call, "1")
    assert last(call, "hangup").status == "pending"
    CallCommand.objects.update(created_at=moments.now() - timedelta(seconds=3))
    tick()
    assert enqueued == []
    Call.objects.update(send_lease_until=moments.now() - timedelta(seconds=1))
    tick()
    assert enqueued == ["v3:a"]


def test_a_command_whose_pause_is_over_is_enqueued(wire, enqueued, monkeypatch):
    publish_by_hand()
    call = ring()
    command = last(call, "gather_using_speak")
    CallCommand.objects.filter(pk=command.pk).update(
        status="pending", next_attempt_at=moments.now() + timedelta(seconds=9)
    )
    CallCommand.objects.update(created_at=moments.now() - timedelta(seconds=30))
    tick()
    assert enqueued == []
    CallCommand.objects.update(next_attempt_at=moments.now())
    tick()
    assert enqueued == ["v3:a"]


def test_one_clock_leads_and_another_takes_over_when_it_dies():
    assert clock.lead("one")
    assert clock.lead("one")
    assert not clock.lead("two")
    Lease.objects.update(until=moments.now() - timedelta(seconds=1))
    assert clock.lead("two")
    assert not clock.lead("one")


def test_a_clock_that_stops_gives_its_lease_back():
    assert clock.lead("one")
    clock.resign("one")
    assert clock.lead("two")


def test_a_tick_takes_the_same_queries_whatever_is_stored(
    wire, enqueued, django_assert_num_queries
):
    with CaptureQueriesContext(connection) as before:
        tick()
    publish_by_hand()
    ring()
    Errand.objects.bulk_create([Errand(not_before=moments.now() - timedelta(minutes=1))] * 3)
    with django_assert_num_queries(len(before)):
        tick()
