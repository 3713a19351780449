"""Events folded into calls, whatever their order, number and quality."""

from __future__ import annotations

import base64
import json
import secrets

import pytest
from django.utils import timezone

from tests.line import (
    CALLER,
    NUMBER,
    call_of,
    connect,
    document,
    enter,
    feed,
    last,
    publish_by_hand,
    ring,
    store,
    token,
)
from voicegather.models import Call, CallEvent, CallLeg, GatherAttempt, GatherResult, PhoneNumber
from voicegather.provider.client import CommandAnswer
from voicegather.sealing import unseal
from voicegather.services.calls import folding, process, process_call
from voicegather.services.calls.binding import call_of_leg

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wire(monkeypatch):
    return connect(monkeypatch)


def test_a_call_is_answered_asked_and_its_answer_is_kept(wire):
    publish_by_hand()
    call = ring()
    enter(call, "2")
    feed("v3:a", "call.hangup", hangup_cause="normal_clearing", hangup_source="callee")

    call.refresh_from_db()
    assert wire.actions == ["answer", "gather_using_speak", "hangup"]
    assert (call.phase, call.outcome, call.caller_e164) == ("ended", "completed", CALLER)
    assert call.wake_at is None
    assert list(call.visits.values_list("step_key", "exit")) == [("ask", "2"), ("bye", "hangup")]
    result = GatherResult.objects.get(call=call)
    assert (result.step_key, result.field, result.outcome) == ("ask", "digits", "valid")
    assert (result.raw, result.value, result.choice) == ("2", "2", "2")
    attempt = GatherAttempt.objects.get(visit__call=call)
    assert (attempt.number, attempt.outcome, attempt.status) == (1, "valid", "valid")
    assert unseal(attempt.sealed_digits) == "2"


def test_every_command_carries_our_token_and_its_own_id(wire):
    publish_by_hand()
    call = ring()
    for (leg, _, params), command in zip(wire.sent, call.commands.order_by("seq"), strict=True):
        assert leg == "v3:a"
        assert params["client_state"] == token(call, command.seq)
        assert params["command_id"] == str(command.command_id)


def test_a_repeated_call_initiated_makes_no_second_call(wire):
    publish_by_hand()
    event_id = feed("v3:a", "call.initiated", direction="incoming")
    feed("v3:a", "call.initiated", direction="incoming", event_id=event_id)
    feed("v3:a", "call.initiated", direction="incoming")
    assert Call.objects.count() == 1
    assert wire.actions == ["answer"]


def test_call_answered_alone_starts_the_call(wire):
    publish_by_hand()
    feed("v3:a", "call.answered")
    feed("v3:a", "call.initiated", direction="incoming")
    assert Call.objects.count() == 1
    assert wire.actions == ["gather_using_speak"]


def test_a_hang_up_that_overtakes_the_call_waits_for_it(wire):
    publish_by_hand()
    feed("v3:a", "call.hangup", seconds=5, hangup_cause="originator_cancel")
    assert CallEvent.objects.get().status == "orphan"
    assert Call.objects.count() == 0
    feed("v3:a", "call.initiated", direction="incoming")
    call = call_of("v3:a")
    assert (call.phase, call.outcome) == ("ended", "caller_hung_up")
    assert wire.actions == []
    assert set(CallEvent.objects.values_list("status", flat=True)) == {"processed"}


def test_a_leg_that_we_did_not_answer_never_runs_a_menu(wire):
    publish_by_hand()
    feed("v3:out", "call.initiated", direction="outgoing")
    feed("v3:out", "call.answered", **{"from": NUMBER, "to": "+13125550177"})
    assert Call.objects.count() == 0
    assert wire.actions == []


def test_a_number_that_nobody_owns_is_busy(wire):
    feed("v3:a", "call.initiated", direction="incoming")
    assert [(action, params["cause"]) for _, action, params in wire.sent] == [
        ("reject", "USER_BUSY")
    ]
    feed("v3:a", "call.hangup", hangup_cause="user_busy")
    assert call_of("v3:a").outcome == "rejected"


def test_an_inactive_number_is_busy_too(wire):
    publish_by_hand()
    PhoneNumber.objects.update(is_active=False)
    feed("v3:a", "call.initiated", direction="incoming")
    assert wire.actions == ["reject"]


def test_a_site_may_tell_callers_of_unknown_numbers(wire, settings):
    settings.VOICEGATHER = settings.VOICEGATHER | {"UNKNOWN_NUMBER": "tell"}
    call = ring()
    assert wire.actions == ["answer", "speak"]
    assert wire.sent[1][2]["payload"] == "This number is not in service."
    feed("v3:a", "call.speak.ended", status="completed", client_state=token(call, 2))
    assert wire.actions == ["answer", "speak", "hangup"]


@pytest.mark.parametrize("caller", ["anonymous", "sip:desk@example.com", "", "Restricted"])
def test_callers_without_a_number_are_served(wire, caller):
    publish_by_hand()
    feed("v3:a", "call.initiated", direction="incoming", **{"from": caller})
    call = call_of("v3:a")
    assert (call.caller, call.caller_e164) == (caller, None)
    assert wire.actions == ["answer"]


def test_the_number_in_a_sip_address_is_found(wire):
    publish_by_hand()
    feed(
        "v3:a",
        "call.initiated",
        direction="incoming",
        **{"from": "sip:+13125550142@carrier.example"},
    )
    assert call_of("v3:a").caller_e164 == "+13125550142"


def test_unknown_events_are_kept_and_ignored(wire):
    publish_by_hand()
    call = ring()
    feed("v3:a", "call.invented.tomorrow", anything=[1, 2])
    event = CallEvent.objects.get(event_type="call.invented.tomorrow")
    assert (event.status, event.call_id) == ("ignored", call.pk)


def test_calls_in_progress_stay_on_their_version(wire):
    version = publish_by_hand()
    call = ring()
    version.menu.live_version = None
    version.menu.save()
    enter(call, "1")
    assert call.results.get().value == "1"


def test_digits_that_come_after_the_hang_up_are_kept_and_nothing_is_sent(wire):
    publish_by_hand()
    call = ring()
    feed("v3:a", "call.hangup", hangup_cause="normal_clearing", hangup_source="caller")
    assert GatherResult.objects.get(call=call).outcome == "hangup"
    enter(call, "1", status="valid")
    result = GatherResult.objects.get(call=call)
    assert (result.outcome, result.value) == ("valid", "1")
    assert wire.actions == ["answer", "gather_using_speak"]


@pytest.mark.parametrize(("entry", "choice"), [("142", "range"), ("2", "digits")])
def test_a_secret_entry_is_nowhere_in_plain_text(wire, entry, choice):
    compiled = document()
    compiled["steps"]["ask"]["sensitivity"] = "secret"
    publish_by_hand(compiled)
    call = ring()
    enter(call, entry)
    result = GatherResult.objects.get(call=call)
    assert (result.raw, result.value, result.choice) == ("", "", choice)
    assert unseal(result.sealed) == {"raw": entry, "value": entry}
    assert call.visits.get(step_key="ask").exit == choice


def test_a_branch_on_a_secret_does_not_tell_it(wire):
    compiled = document()
    compiled["steps"]["ask"] |= {"sensitivity": "secret"}
    compiled["steps"]["ask"]["edges"][2]["target"] = "which"
    compiled["steps"]["which"] = {
        "key": "which",
        "kind": "branch",
        "config": {"variable": "ask"},
        "edges": [{"match": "value", "value": "142", "target": "bye"}],
    }
    publish_by_hand(compiled)
    call = ring()
    enter(call, "142")
    assert call.visits.get(step_key="which").exit == "value"


def test_a_masked_entry_shows_its_last_characters(wire):
    compiled = document()
    compiled["steps"]["ask"] |= {"sensitivity": "masked", "shown_last": 2}
    publish_by_hand(compiled)
    enter(ring(), "142")
    result = GatherResult.objects.get()
    assert (result.raw, result.value) == ("•••42", "•••42")


def test_an_event_that_cannot_be_folded_is_tried_twice_and_the_call_fails_on(wire, monkeypatch):
    publish_by_hand()
    call = ring()
    real, tries, entry = folding.read_event, [], "4711"

    def broken(event, *, is_target):
        if event.event_type == "call.gather.ended":
            tries.append(event.pk)
            raise RuntimeError(f"cannot read {entry}")
        return real(event, is_target=is_target)

    monkeypatch.setattr(folding, "read_event", broken)
    enter(call, "1")
    dead = CallEvent.objects.get(event_type="call.gather.ended")
    assert (dead.status, dead.attempts) == ("dead", 2)
    assert "RuntimeError" in dead.error
    assert "4711" not in dead.error
    assert call.visits.get(step_key="ask").exit == "failure"
    assert wire.actions[-1] == "hangup"


def test_a_call_that_cannot_even_fail_is_hung_up_and_closed(wire, monkeypatch, caplog):
    publish_by_hand()
    call = ring()

    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(folding, "advance", broken)
    enter(call, "1")
    call.refresh_from_db()
    assert (call.phase, call.outcome) == ("ended", "failed")
    assert call.wake_at is None
    assert wire.actions[-1] == "hangup"
    assert "call_given_up" in caplog.text


def test_a_call_whose_state_cannot_be_opened_is_hung_up(wire, settings, caplog):
    publish_by_hand()
    call = ring()
    key = base64.b64encode(secrets.token_bytes(32)).decode()
    settings.VOICEGATHER = settings.VOICEGATHER | {"ENCRYPTION_KEYS": [key]}
    enter(call, "1")
    call.refresh_from_db()
    assert (call.phase, call.outcome, call.wake_at) == ("ended", "failed", None)
    assert wire.actions[-1] == "hangup"
    assert "call_given_up" in caplog.text


def alerts_in(caplog):
    return [each.message for each in caplog.records if each.name == "voicegather.alerts"]


@pytest.mark.parametrize("token", ["\ud800", "a\x00b", "x" * 33, ""])
def test_a_token_that_is_none_of_ours_leaves_the_leg_alone(wire, token):
    state = base64.b64encode(json.dumps({"f": 1, "t": token, "s": 1}).encode()).decode()
    feed("v3:x", "call.initiated", direction="outgoing", client_state=state)
    assert CallEvent.objects.get().status == "orphan"


def test_events_whose_call_cannot_be_looked_for_are_dead_after_two_tries_and_wake_somebody(
    wire, monkeypatch, caplog
):
    def broken(call_control_id):
        raise RuntimeError

    monkeypatch.setattr(process, "call_of_leg", broken)
    feed("v3:x", "call.initiated", direction="incoming")
    assert CallEvent.objects.get().status == "pending"
    assert alerts_in(caplog) == []
    process_call("v3:x")
    event = CallEvent.objects.get()
    assert (event.status, event.attempts) == ("dead", 2)
    assert alerts_in(caplog) == [
        "leg v3:x: call_not_found: Its call could be neither found nor made: see its dead events "
        "for the cause."
    ]


def test_one_bad_event_does_not_take_its_neighbours_with_it(wire, monkeypatch):
    publish_by_hand()
    call = ring()
    real = folding.read_event

    def broken(event, *, is_target):
        if event.event_type == "call.cost":
            raise RuntimeError
        return real(event, is_target=is_target)

    monkeypatch.setattr(folding, "read_event", broken)
    store("v3:a", "call.cost", seconds=1)
    seq = last(call, "gather_using_speak").seq
    store(
        "v3:a",
        "call.gather.ended",
        digits="1",
        status="valid",
        client_state=token(call, seq),
    )
    process_call("v3:a")
    assert call.results.get().value == "1"
    assert CallEvent.objects.get(event_type="call.cost").status == "dead"


def test_a_refused_command_takes_the_failure_exit(wire):
    publish_by_hand()
    wire.answers = [
        CommandAnswer(True, 200, 5),
        CommandAnswer(False, 422, 5, "90010", "Invalid payload"),
    ]
    call = ring()
    assert call.visits.get(step_key="ask").exit == "failure"
    assert GatherResult.objects.get(call=call).outcome == "error"
    command = last(call, "gather_using_speak")
    assert (command.status, command.http_status, command.code) == ("failed", 422, "90010")


def test_a_refused_key_ends_the_call_with_an_alert(wire, caplog):
    publish_by_hand()
    wire.answers = [CommandAnswer(False, 401, 5, "10009", "Authentication failed")]
    feed("v3:a", "call.initiated", direction="incoming")
    call = call_of("v3:a")
    assert (call.phase, call.outcome) == ("ending", "failed")
    assert "key_refused" in caplog.text


def test_a_transfers_target_leg_joins_its_call_by_token(wire):
    compiled = document(entry="desk")
    compiled["steps"]["desk"] = {
        "key": "desk",
        "kind": "transfer",
        "config": {"to": "+13125550177"},
        "edges": compiled["steps"]["ask"]["edges"][3:],
    }
    publish_by_hand(compiled)
    call = ring()
    target_state = wire.sent[-1][2]["target_leg_client_state"]
    feed(
        "v3:b",
        "call.initiated",
        direction="outgoing",
        client_state=target_state,
        **{"from": CALLER, "to": "+13125550177"},
    )
    leg = CallLeg.objects.get(call_control_id="v3:b")
    assert (leg.call_id, leg.role, leg.fate) == (call.pk, "target", "ringing")
    feed("v3:b", "call.hangup", hangup_cause="user_busy", client_state=target_state)
    assert call.visits.get(step_key="desk").exit == "busy"
    assert CallLeg.objects.get(call_control_id="v3:b").fate == "busy"
    assert Call.objects.count() == 1


def test_a_targets_leg_tells_that_it_talks_until_it_has_ended(wire):
    compiled = document(entry="desk")
    compiled["steps"]["desk"] = {
        "key": "desk",
        "kind": "transfer",
        "config": {"to": "+13125550177"},
        "edges": compiled["steps"]["ask"]["edges"][3:],
    }
    publish_by_hand(compiled)
    ring()
    state = wire.sent[-1][2]["target_leg_client_state"]
    parties = {"from": CALLER, "to": "+13125550177"}
    feed("v3:b", "call.initiated", direction="outgoing", client_state=state, **parties)
    feed("v3:b", "call.answered", client_state=state, **parties)
    assert CallLeg.objects.get(call_control_id="v3:b").fate == "talking"
    feed("v3:b", "call.hangup", hangup_cause="normal_clearing", client_state=state)
    assert CallLeg.objects.get(call_control_id="v3:b").fate == "ended"


def test_folding_takes_the_same_few_queries_however_long_the_call_is(wire):
    publish_by_hand()
    call = ring()
    seq = last(call, "gather_using_speak").seq

    def count(leg_events):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        store(
            "v3:a",
            "call.dtmf.received",
            digit="1",
            client_state=token(call, seq),
            seconds=leg_events,
        )
        with CaptureQueriesContext(
            connection,
        ) as captured:
            folding.fold_events(call_of_leg("v3:a"))
        return len(captured)

    few = count(1)
    CallEvent.objects.bulk_create(
        CallEvent(
            source="telnyx",
            external_id=f"old-{number}",
            call_control_id="v3:a",
            call=call,
            event_type="call.cost",
            occurred_at=timezone.now(),
            received_at=timezone.now(),
            status="processed",
        )
        for number in range(500)
    )
    assert count(2) == few
    assert few <= 12
