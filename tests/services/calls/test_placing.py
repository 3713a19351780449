"""Calls that we place: whole before anybody is rung, and known whoever tells of them first."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import transaction

from tests.line import (
    NUMBER,
    call_of,
    connect,
    document,
    enter,
    feed,
    publish_by_hand,
    store,
    words,
)
from tests.services.calls.test_races import in_threads
from tests.services.menus.building import ask, choice, line, load
from voicegather.models import (
    Call,
    CallCommand,
    CallEvent,
    CallLeg,
    Menu,
    MenuVersion,
    PhoneNumber,
)
from voicegather.provider.client import CommandAnswer
from voicegather.sealing import unseal
from voicegather.services import clock, dispatch, moments
from voicegather.services.calls import process_call
from voicegather.services.calls.placing import (
    MenuNotPublishedError,
    place_call,
    place_test_call,
)
from voicegather.services.destinations import DestinationRefusedError
from voicegather.services.inputs import InputError
from voicegather.services.menus import MenuLintError, publish_menu

pytestmark = pytest.mark.django_db(transaction=True)

TO = "+13125550177"
DIALLED = CommandAnswer(
    True, 200, 12, call_control_id="v3:out", call_leg_id="leg", call_session_id="session"
)
SILENT = CommandAnswer(False, 0, 2000, "", "APITimeoutError")


@pytest.fixture
def wire(monkeypatch):
    monkeypatch.setattr("voicegather.services.outbox.time.sleep", lambda seconds: None)
    wire = connect(monkeypatch)
    wire.answers = [DIALLED]
    return wire


@pytest.fixture
def enqueued(monkeypatch):
    legs: list[str] = []
    monkeypatch.setattr(dispatch, "enqueue", legs.append)
    return legs


@pytest.fixture(autouse=True)
def application(settings):
    settings.VOICEGATHER = settings.VOICEGATHER | {"TELNYX_CONNECTION_ID": "7"}


@pytest.fixture
def menu():
    return publish_by_hand().menu


@pytest.fixture
def ada():
    return User.objects.create(username="ada")


def place(menu, **changes):
    return place_call(menu, **{"to": TO, "from_": NUMBER} | changes)


def state_of_dial():
    return unseal(CallCommand.objects.get(action="dial").sealed_params)["client_state"]


def test_a_call_is_there_before_anybody_is_rung(menu, wire, enqueued, ada):
    call = place(menu, author=ada)
    leg = CallLeg.objects.get(call=call)
    command = CallCommand.objects.get(call=call)
    assert wire.sent == []
    assert enqueued == [leg.call_control_id]
    assert (call.direction, call.phase, call.menu, call.version) == (
        "outbound",
        "new",
        menu,
        menu.live_version,
    )
    assert (call.caller, call.caller_e164, call.called, call.called_e164) == (
        TO,
        TO,
        NUMBER,
        NUMBER,
    )
    assert (call.number.number, call.placed_by, call.language) == (NUMBER, ada, "en-US")
    assert call.wake_at > moments.now() + timedelta(seconds=30)
    assert (leg.call_control_id, leg.role) == (f"placed:{call.token}", "caller")
    assert (command.seq, command.action, command.status, command.author) == (
        1,
        "dial",
        "pending",
        ada,
    )


def test_the_dial_says_whom_to_ring_for_how_long_and_with_which_application(menu, wire, enqueued):
    place(menu, timeout_seconds=20, detect_machine=True)
    process_call(enqueued[0])
    ((leg, action, params),) = wire.sent
    assert (leg, action) == ("", "dial")
    assert params.pop("client_state") == state_of_dial()
    assert params == {
        "connection_id": "7",
        "to": TO,
        "from": NUMBER,
        "timeout_secs": 20,
        "answering_machine_detection": "premium",
        "command_id": str(CallCommand.objects.get().command_id),
    }


def test_another_account_dials_with_its_own_application(menu, wire, enqueued, settings):
    second = {"second": {"api_key": "KEY_fake", "connection_id": "8"}}
    settings.VOICEGATHER = settings.VOICEGATHER | {"CONNECTIONS": second}
    call = place(menu, connection="second")
    process_call(enqueued[0])
    assert call.connection == "second"
    assert wire.sent[0][2]["connection_id"] == "8"


def test_whoever_answers_walks_through_the_menu(menu, wire, enqueued):
    call = place(menu)
    process_call(enqueued[0])
    leg = CallLeg.objects.get(call=call)
    assert (leg.call_control_id, leg.call_leg_id, leg.call_session_id) == (
        "v3:out",
        "leg",
        "session",
    )
    state = state_of_dial()
    feed("v3:out", "call.initiated", direction="outgoing", client_state=state)
    assert wire.actions == ["dial"], "a leg that we dialled is not answered by us"
    feed("v3:out", "call.answered", client_state=state)
    assert [(each[0], each[1]) for each in wire.sent[1:]] == [("v3:out", "gather_using_speak")]
    enter(call, "2")
    feed("v3:out", "call.hangup", hangup_cause="normal_clearing", hangup_source="callee")
    call.refresh_from_db()
    assert (call.phase, call.outcome) == ("ended", "completed")
    assert call.results.get().value == "2"
    assert Call.objects.count() == 1


def test_webhooks_that_are_faster_than_the_dials_answer_name_the_leg(menu, enqueued, monkeypatch):
    call = place(menu)
    sent = []

    def send(account, leg, action, params):
        sent.append((leg, action))
        if action != "dial":
            return CommandAnswer(True, 200, 12)
        state = params["client_state"]
        store("v3:out", "call.initiated", direction="outgoing", client_state=state, seconds=-2)
        store("v3:out", "call.answered", client_state=state, seconds=-1)
        in_threads(lambda number: process_call("v3:out" if number % 2 else enqueued[0]), 4)
        assert call_of("v3:out") == call
        return DIALLED

    monkeypatch.setattr("voicegather.services.outbox.send_action", send)
    process_call(enqueued[0])
    assert sent == [("", "dial"), ("v3:out", "gather_using_speak")]
    assert CallLeg.objects.get().call_control_id == "v3:out"
    assert CallCommand.objects.get(action="dial").status == "accepted"
    assert not CallEvent.objects.filter(status="pending").exists()


def test_events_without_our_token_wait_for_the_legs_name(menu, wire, enqueued):
    call = place(menu)
    feed("v3:out", "call.answered", client_state=None, to="+13125550199")
    assert CallEvent.objects.get(call_control_id="v3:out").status == "orphan"
    process_call(enqueued[0])
    assert CallEvent.objects.get(event_type="call.answered").status == "processed"
    assert wire.actions == ["dial", "gather_using_speak"]
    assert call_of("v3:out") == call


def test_an_event_under_the_first_name_is_found_after_the_leg_got_its_own(menu, wire, enqueued):
    call = place(menu)
    process_call(enqueued[0])
    moment = moments.now()
    CallEvent.objects.create(
        source="timer",
        external_id="late",
        call_control_id=enqueued[0],
        call=call,
        event_type="timer.due",
        occurred_at=moment,
        received_at=moment,
    )
    process_call(enqueued[0])
    event = CallEvent.objects.get(external_id="late")
    assert (event.call_control_id, event.status) == ("v3:out", "processed")


def test_a_dial_that_nobody_sent_is_found_by_the_clock(menu, wire, enqueued, monkeypatch):
    place(menu)
    enqueued.clear()
    clock.Clock().tick()
    assert enqueued == []
    CallCommand.objects.update(created_at=moments.now() - timedelta(seconds=3))
    clock.Clock().tick()
    (leg,) = enqueued
    process_call(leg)
    assert wire.actions == ["dial"]


def test_a_number_where_nobody_answers_is_given_up_by_the_clock(menu, wire, enqueued):
    call = place(menu)
    process_call(enqueued[0])
    feed("v3:out", "call.initiated", direction="outgoing", client_state=state_of_dial())
    Call.objects.update(wake_at=moments.now() + timedelta(seconds=40))
    later = moments.now() + timedelta(seconds=60)
    store_timer(call, later)
    process_call("v3:out")
    call.refresh_from_db()
    assert (call.phase, call.outcome) == ("ending", "not_reached")
    assert wire.actions == ["dial", "hangup"]


def store_timer(call, moment):
    CallEvent.objects.create(
        source="timer",
        external_id=f"{call.pk}:due",
        call_control_id="v3:out",
        call=call,
        event_type="timer.due",
        occurred_at=moment,
        received_at=moments.now(),
    )


def test_a_dial_that_telnyx_never_answers_does_not_ring_for_ever(menu, wire, enqueued):
    wire.answers = [SILENT] * 3
    call = place(menu)
    process_call(enqueued[0])
    assert CallCommand.objects.get().status == "pending"
    CallCommand.objects.update(
        first_sent_at=moments.now() - timedelta(seconds=41), next_attempt_at=moments.now()
    )
    process_call(enqueued[0])
    call.refresh_from_db()
    assert call.outcome == "not_reached"
    assert wire.actions == ["dial"] * 3
    feed("v3:out", "call.initiated", direction="outgoing", client_state=state_of_dial())
    assert wire.sent[-1][:2] == ("v3:out", "hangup"), "it rings after all"


def test_a_busy_line_is_an_outcome(menu, wire, enqueued):
    call = place(menu)
    process_call(enqueued[0])
    feed("v3:out", "call.hangup", hangup_cause="user_busy", client_state=state_of_dial())
    call.refresh_from_db()
    assert (call.phase, call.outcome, call.reason) == ("ended", "not_reached", "user_busy")


def test_a_dial_that_telnyx_refuses_ends_the_call(menu, wire, enqueued):
    wire.answers = [CommandAnswer(False, 422, 5, "10016", "Phone number must be E.164")]
    call = place(menu)
    process_call(enqueued[0])
    call.refresh_from_db()
    assert (call.phase, call.outcome, call.wake_at) == ("ended", "not_reached", None)
    assert call.reason == "the number could not be rung: Telnyx answered 422 (10016)"
    assert wire.actions == ["dial"]


def test_a_destination_that_is_closed_before_the_dial_leaves_is_not_rung(menu, wire, enqueued):
    call = place(menu)
    PhoneNumber.objects.update(is_active=False)
    process_call(enqueued[0])
    command = CallCommand.objects.get()
    call.refresh_from_db()
    assert wire.sent == []
    assert (command.status, command.http_status, command.code) == ("failed", 422, "destination")
    assert command.detail.startswith("Numbers of US may not be rung")
    assert call.outcome == "not_reached"


def test_a_transfer_to_where_nobody_may_be_rung_takes_the_failure_exit(wire, enqueued):
    compiled = document(entry="desk")
    compiled["steps"]["desk"] = {
        "key": "desk",
        "kind": "transfer",
        "config": {"to": "+442071838750"},
        "edges": compiled["steps"]["ask"]["edges"][3:],
    }
    publish_by_hand(compiled)
    wire.answers = []
    feed("v3:a", "call.initiated", direction="incoming")
    feed("v3:a", "call.answered")
    call = call_of("v3:a")
    assert wire.actions == ["answer", "hangup"]
    assert call.visits.get(step_key="desk").exit == "failure"
    command = call.commands.get(action="transfer")
    assert (command.status, command.code) == ("failed", "destination")


def test_a_call_whose_transaction_is_rolled_back_was_never_placed(menu, wire, enqueued):
    with transaction.atomic():
        place(menu)
        transaction.set_rollback(True)
    assert enqueued == []
    assert Call.objects.count() == CallLeg.objects.count() == CallCommand.objects.count() == 0


def test_nobody_is_rung_before_the_hosts_own_transaction_is_committed(menu, wire, enqueued):
    with transaction.atomic():
        place(menu)
        assert enqueued == []
    assert len(enqueued) == 1


def test_the_same_act_rings_once_however_often_it_is_sent(menu, wire, enqueued, ada):
    act = uuid4()
    placed: dict[int, Call] = {}
    in_threads(lambda each: placed.update({each: place(menu, author=ada, act_id=act)}), 4)
    assert len(placed) == 4
    assert len({call.pk for call in placed.values()}) == Call.objects.count() == 1
    process_call(enqueued[0])
    assert wire.actions == ["dial"]


def test_the_same_act_of_another_author_is_another_call(menu, enqueued, ada):
    act = uuid4()
    first = place(menu, author=ada, act_id=act)
    other = User.objects.create(username="grace")
    assert place(menu, author=other, act_id=act) != first
    assert place(menu, act_id=act) != first


def test_variables_are_spoken_and_sealed(wire, enqueued):
    compiled = document(prompts={"question": words("Hello {{who}}, press 1 or 2.")})
    menu = publish_by_hand(compiled).menu
    call = place(menu, variables={"who": "Grace\x00"})
    assert b"Grace" not in bytes(Call.objects.get(pk=call.pk).sealed_state)
    process_call(enqueued[0])
    feed("v3:out", "call.answered", client_state=state_of_dial())
    assert wire.sent[-1][2]["payload"] == "Hello Grace�, press 1 or 2."


def test_a_menu_that_is_not_published_cannot_call(menu):
    with pytest.raises(MenuNotPublishedError, match="has no live version: publish it first"):
        place(Menu.objects.create(slug="new", name="New"))


def test_a_version_of_another_menu_is_none(menu):
    other = Menu.objects.create(slug="new", name="New")
    with pytest.raises(MenuNotPublishedError):
        place(other, version=menu.live_version)


@pytest.mark.parametrize(
    "to", ["", "3125550177", "+442071838750", "+19005551234", "sip:a@b.example"]
)
def test_who_may_not_be_rung_is_not_rung(menu, enqueued, to):
    with pytest.raises(DestinationRefusedError):
        place(menu, to=to)
    assert Call.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "path", "message"),
    [
        ({"from_": "Clinic"}, ("from",), "Write the number to call from"),
        ({"from_": "+1 312 555 0100"}, ("from",), "Write the number to call from"),
        ({"connection": "second"}, ("connection",), "There is no such connection; known: default."),
        ({"timeout_seconds": 4}, ("timeout_seconds",), "Ring for 5 to 600 seconds."),
        ({"timeout_seconds": 601}, ("timeout_seconds",), "Ring for 5 to 600 seconds."),
        ({"language": "fr-FR"}, ("language",), "This version speaks en-US only."),
        ({"variables": {"1st": "x"}}, ("variables",), "Name variables with"),
        ({"variables": {"n" * 51: "x"}}, ("variables",), "Name variables with"),
        ({"variables": {"a-b": "x"}}, ("variables",), "Name variables with"),
        ({"variables": {"caller": "x"}}, ("variables",), "Every call knows “caller” already"),
        ({"variables": {"name": "x" * 1001}}, ("variables", "name"), "Give a text of at most"),
        ({"variables": {"name": 7}}, ("variables", "name"), "Give a text of at most"),
        (
            {"variables": {f"v{number}": "" for number in range(51)}},
            ("variables",),
            "Give at most 50 variables.",
        ),
    ],
)
def test_what_cannot_stand_is_said_and_nothing_is_changed(menu, enqueued, changes, path, message):
    with pytest.raises(InputError) as refusal:
        place(menu, **changes)
    (problem,) = refusal.value.problems
    assert problem.path == path
    assert problem.message.startswith(message)
    assert Call.objects.count() == 0


def test_everything_that_cannot_stand_is_said_at_once(menu):
    with pytest.raises(InputError) as refusal:
        place(menu, from_="Clinic", timeout_seconds=0)
    assert [each.path for each in refusal.value.problems] == [("from",), ("timeout_seconds",)]


@pytest.mark.parametrize(
    ("connections", "connection", "setting"),
    [
        ({}, "default", "VOICEGATHER['TELNYX_CONNECTION_ID']"),
        (
            {"second": {"api_key": "KEY_fake"}},
            "second",
            "VOICEGATHER['CONNECTIONS']['second']['connection_id']",
        ),
    ],
)
def test_a_connection_without_an_application_cannot_call(
    menu, settings, connections, connection, setting
):
    changes = {"TELNYX_CONNECTION_ID": "", "CONNECTIONS": connections}
    settings.VOICEGATHER = settings.VOICEGATHER | changes
    with pytest.raises(InputError) as refusal:
        place(menu, connection=connection)
    assert setting in str(refusal.value)


def test_staff_call_themselves_with_a_draft_and_nothing_becomes_live(wire, enqueued, ada):
    menu = load(line())
    live = publish_menu(menu=menu)
    menu.steps.filter(key="ask").update(name="Asked anew")
    PhoneNumber.objects.create(number=NUMBER, menu=menu)

    call = place_test_call(menu, to=TO, from_=NUMBER, author=ada)

    menu.refresh_from_db()
    assert menu.live_version == live
    assert list(menu.versions.all()) == [live]
    assert (call.version.number, call.placed_by) == (0, ada)
    process_call(enqueued[0])
    feed("v3:out", "call.answered", client_state=state_of_dial())
    enter(call, "1")
    call.refresh_from_db()
    assert call.results.get().value == "1"
    assert call.visits.get(step_key="ask").version == call.version


def test_the_same_draft_is_kept_once_and_gets_its_number_when_it_is_published(enqueued, ada):
    menu = load(line())
    PhoneNumber.objects.create(number=NUMBER, menu=menu)
    first = place_test_call(menu, to=TO, from_=NUMBER, author=ada)
    second = place_test_call(menu, to=TO, from_=NUMBER, author=ada)
    assert first.version == second.version
    assert MenuVersion.objects.count() == 1

    version = publish_menu(menu=menu, author=ada, note="Now for all.")

    assert version == first.version
    assert (version.number, version.author, version.note) == (1, ada, "Now for all.")
    assert list(menu.versions.all()) == [version]
    assert place_test_call(menu, to=TO, from_=NUMBER, author=ada).version == version


def test_a_draft_that_no_call_has_taken_any_more_goes_with_the_next_one(enqueued, ada):
    menu = load(line())
    PhoneNumber.objects.create(number=NUMBER, menu=menu)
    gone = place_test_call(menu, to=TO, from_=NUMBER, author=ada)
    gone.delete()
    menu.steps.filter(key="ask").update(name="Asked anew")
    kept = place_test_call(menu, to=TO, from_=NUMBER, author=ada)
    assert list(MenuVersion.objects.all()) == [kept.version]


def test_a_call_with_a_draft_is_a_test_call_and_no_other_is(menu, enqueued, ada):
    assert place(menu).is_test is False
    tried = load(line())
    assert place_test_call(tried, to=TO, from_=NUMBER, author=ada).is_test is True


def test_two_drafts_of_a_menu_are_kept_side_by_side(enqueued, ada):
    menu = load(line())
    PhoneNumber.objects.create(number=NUMBER, menu=menu)
    first = place_test_call(menu, to=TO, from_=NUMBER, author=ada)
    menu.steps.filter(key="ask").update(name="Asked anew")
    second = place_test_call(menu, to=TO, from_=NUMBER, author=ada)
    assert first.version != second.version
    assert publish_menu(menu=menu).number == 1


def test_a_draft_with_errors_calls_nobody(enqueued, ada):
    menu = load(line(steps={"ask": ask(choice(digits="1")), "bye": {"kind": "hangup"}}))
    menu.steps.filter(key="ask").update(config={"prompt": "nowhere"})
    PhoneNumber.objects.create(number=NUMBER, menu=menu)
    with pytest.raises(MenuLintError):
        place_test_call(menu, to=TO, from_=NUMBER, author=ada)
    assert MenuVersion.objects.count() == Call.objects.count() == 0


def test_several_workers_that_are_told_of_a_placed_call_dial_once(menu, wire, enqueued):
    place(menu)
    in_threads(lambda number: process_call(enqueued[0]), 4)
    assert wire.actions == ["dial"]
    assert CallLeg.objects.get().call_control_id == "v3:out"
