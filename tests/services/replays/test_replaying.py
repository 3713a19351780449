"""Past calls, made by webhooks, replayed on the draft of their menu."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

import voicegather
from tests import line as wire
from tests.services.menus.building import ask, choice
from tests.services.replays.callers import (
    GONE,
    SILENT,
    call,
    configure,
    groups,
    lead,
    open_line,
    replay,
)
from voicegather.engine.hours import WEEKDAYS
from voicegather.handlers import registry
from voicegather.models import Calendar, Call, Choice, Menu, PhoneNumber, Replay
from voicegather.services import dispatch, jobs, replays
from voicegather.services.calls import process_call
from voicegather.services.menus import MenuLintError, publish_menu
from voicegather.services.replays import ReplayError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> wire.Wire:
    return wire.connect(monkeypatch)


@pytest.fixture
def menu() -> Menu:
    return open_line()


def counts(found: Replay) -> tuple[int, int, int, int]:
    return found.same, found.other, found.asking, found.unreplayable


def test_on_the_version_that_they_ran_on_all_calls_go_their_own_way(menu: Menu) -> None:
    call(["1", "123456", "4711"])
    call(["2"])
    call(["9", SILENT, "3", "4711"])
    call([SILENT, SILENT, SILENT, SILENT])
    call(["1", GONE])
    call([GONE])

    found = replay(menu)

    assert counts(found) == (6, 0, 0, 0)
    assert (found.done, found.total) == (6, 6)


def test_calls_that_would_go_to_another_step_are_counted_where_they_part(menu: Menu) -> None:
    made = [call(["1", "123456", "4711"]), call(["4", "1", "4711"]), call(["4", "12", "4711"])]
    lead(menu, "department", "4", "bye")

    found = replay(menu)

    assert counts(found) == (1, 2, 0, 0)
    assert groups(found) == [("department", "4", "account", "4", "bye", None, 2)]
    assert found.groups[0]["examples"] == [made[2].pk, made[1].pk]
    assert found.elsewhere == 0


def test_calls_that_would_end_in_another_step_are_counted(menu: Menu) -> None:
    call(["2"])
    Choice.objects.filter(step__menu=menu, step__key="department", value="2").update(
        action="repeat", target=None
    )

    found = replay(menu)

    assert groups(found) == [("department", "2", "bye", "2", "department", "caller", 1)]
    assert (found.asking, found.elsewhere) == (1, 0)


def test_a_question_that_the_caller_never_heard_ends_the_replay(menu: Menu) -> None:
    call(["2"])
    lead(menu, "department", "2", "account")

    found = replay(menu)

    assert counts(found) == (0, 0, 1, 0)
    assert groups(found) == [("department", "2", "bye", "2", "account", "caller", 1)]
    assert found.elsewhere == 0


def test_what_is_asked_once_more_than_it_was_answered_is_new(menu: Menu) -> None:
    call(["1", "12", "4711"])
    Choice.objects.filter(step__menu=menu, step__key="account", match="any").update(
        match="pattern", value="XXXXXX"
    )

    found = replay(menu)

    assert groups(found) == [("account", "any", "pin", "", "", "caller", 1)]


def test_another_choice_that_leads_to_the_same_step_is_the_same_way(menu: Menu) -> None:
    call(["1", "123456", "4711"])
    Choice.objects.filter(step__menu=menu, step__key="department", value="1").update(
        match="pattern", value="[1678]"
    )

    assert counts(replay(menu)) == (1, 0, 0, 0)


def test_a_step_that_gives_up_earlier_takes_its_exit(menu: Menu) -> None:
    call([SILENT, "1", "123456", "4711"])
    call(["1", "123456", "4711"])
    configure(menu, "department", no_input_limit=1)

    found = replay(menu)

    assert groups(found) == [("department", "1", "account", "no_input", "bye", None, 1)]
    assert found.same == 1


def test_keys_that_the_draft_does_not_wait_for_are_nobodys(menu: Menu) -> None:
    """An account of one digit leaves five keys over: they are no PIN."""
    call(["1", "123456", "4711"])
    configure(menu, "account", maximum_digits=1)

    assert counts(replay(menu)) == (1, 0, 0, 0)


def test_a_caller_who_hung_up_in_the_middle_of_an_entry_does_so_again(menu: Menu) -> None:
    made = call(["1"], ends=False)
    leg = made.legs.get().call_control_id
    seq = made.commands.latest("seq").seq
    wire.feed(leg, "call.dtmf.received", digit="1", client_state=wire.token(made, seq))
    wire.feed(leg, "call.hangup", hangup_cause="normal_clearing", hangup_source="caller")

    assert counts(replay(menu)) == (1, 0, 0, 0)


def test_a_call_that_staff_led_on_cannot_be_replayed(menu: Menu) -> None:
    made = call(["1"])
    made.visits.filter(number=1).update(exit="operator")

    found = replay(menu)

    assert found.reasons == {"staff_acted": 1}


def test_entries_whose_key_is_gone_cannot_be_replayed(menu: Menu) -> None:
    made = call(["1", "123456", "4711"])
    made.visits.get(number=2).attempts.update(sealed_digits=b"\x01gone, and not to be opened")

    assert replay(menu).reasons == {"sealed": 1}


def test_a_record_that_does_not_lead_to_its_own_way_blames_no_draft(menu: Menu) -> None:
    made = call(["1", "123456", "4711"])
    made.visits.get(number=1).attempts.all().delete()

    assert replay(menu).reasons == {"not_on_record": 1}


def test_a_call_whose_version_is_gone_cannot_be_replayed(menu: Menu) -> None:
    call(["2"])
    Call.objects.update(version=None)

    assert replay(menu).reasons == {"version_gone": 1}


def test_a_call_that_was_over_before_the_menu_began_cannot_be_replayed(menu: Menu) -> None:
    wire.feed("v3:early", "call.initiated", direction="incoming")
    wire.feed("v3:early", "call.hangup", hangup_cause="originator_cancel")

    assert replay(menu).reasons == {"never_began": 1}


def test_calls_that_still_run_are_left_alone(menu: Menu) -> None:
    call(["1"], ends=False)

    with pytest.raises(ReplayError, match="No call matches"):
        replays.start_replay(replays.Choice(menu=menu))


def test_the_newest_calls_of_the_chosen_version_number_and_days_are_taken(menu: Menu) -> None:
    old = menu.versions.get()
    number = PhoneNumber.objects.get(menu=menu)
    for _ in range(3):
        call(["2"])
    lead(menu, "department", "2", "pin")
    publish_menu(menu=menu)
    call(["2", "4711"])
    day = Call.objects.latest("pk").started_at.date()

    def taken(**wanted: object) -> int:
        return replays.count_matching(replays.Choice(menu=menu, **wanted))  # type: ignore[arg-type]

    assert taken() == 4
    assert taken(most=2) == 2
    assert taken(version=old) == 3
    assert taken(number=number) == 4
    assert taken(first_day=day, last_day=day) == 4
    assert taken(last_day=date(2020, 1, 1)) == 0
    assert counts(replay(menu, most=2)) == (1, 0, 1, 0)


def test_asking_twice_for_the_same_starts_one_replay(menu: Menu) -> None:
    call(["2"])
    wanted = replays.Choice(menu=menu)

    first, second = replays.start_replay(wanted), replays.start_replay(wanted)

    assert first == second


def test_a_replay_keeps_to_the_draft_as_it_was_asked_for(menu: Menu) -> None:
    call(["2"])
    started = replays.start_replay(replays.Choice(menu=menu))
    lead(menu, "department", "2", "account")

    jobs.run_job(f"replay:{started.pk}")

    started.refresh_from_db()
    assert counts(started) == (1, 0, 0, 0)
    assert started.sha256 != replays.draft_sha256(menu)


def test_a_replay_that_was_stopped_says_nothing(menu: Menu) -> None:
    call(["2"])
    started = replays.start_replay(replays.Choice(menu=menu))

    jobs.cancel(started)
    jobs.run_job(f"replay:{started.pk}")

    started.refresh_from_db()
    assert (started.state, started.same) == ("cancelled", 0)


def test_nothing_that_callers_entered_is_in_what_is_stored(menu: Menu) -> None:
    call(["1", "987654", "4711"])
    lead(menu, "department", "1", "pin")

    found = replay(menu)

    stored = str([found.groups, found.reasons])
    assert "987654" not in stored
    assert "4711" not in stored


def test_the_number_of_queries_does_not_depend_on_how_many_calls_there_are(menu: Menu) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            replay(menu)
        return len(found)

    call(["1", "123456", "4711"])
    lead(menu, "department", "1", "pin")
    queries()
    few = queries()
    for _ in range(6):
        call(["1", "123456", "4711"])

    assert queries() == few


def test_a_draft_with_errors_is_not_replayed(menu: Menu) -> None:
    call(["2"])
    menu.steps.filter(key="department").update(kind="message", config={})

    with pytest.raises(MenuLintError):
        replays.start_replay(replays.Choice(menu=menu))


def test_an_entry_that_is_too_short_now_is_heard_to_its_end(menu: Menu) -> None:
    call(["1", "123456", "4711"])
    Choice.objects.filter(step__menu=menu, step__key="department", value="1").update(value="111")

    assert groups(replay(menu)) == [("department", "1", "account", "", "", "caller", 1)]


def test_a_calendar_answers_as_it_did_in_the_call(sent: wire.Wire) -> None:
    """The desk was closed when they called, and is open at every hour since."""
    desk = Calendar.objects.create(key="desk")
    hours = {
        "kind": "branch",
        "calendar": "desk",
        "choices": [choice("ask", exit="open"), choice(exit="closed")],
    }
    steps = {"hours": hours, "ask": ask(choice(digits="1")), "bye": {"kind": "hangup"}}
    menu = open_line(entry="hours", steps=steps)
    call([])
    day = [["00:00", "24:00"]]
    desk.weekly = dict.fromkeys(WEEKDAYS, day)
    desk.save()

    assert counts(replay(menu)) == (1, 0, 0, 0)
    lead(menu, "hours", "closed", "ask")
    assert groups(replay(menu)) == [("hours", "closed", "bye", "closed", "ask", "caller", 1)]


@pytest.mark.django_db(transaction=True)
def test_a_handler_says_what_it_said_unless_it_is_asked_something_else(sent: wire.Wire) -> None:
    found = {
        "kind": "handler",
        "handler": "find_account",
        "choices": [choice("ask", exit="known"), choice(exit="done")],
    }
    steps = {"find": found, "ask": ask(choice(digits="1")), "bye": {"kind": "hangup"}}
    with registry.restored():
        voicegather.handler("find_account")(lambda call: voicegather.Result(exit="known"))
        menu = open_line(entry="find", steps=steps)
        made = wire.ring("v3:handled")
        assert dispatch.wait_until_idle(10)
        process_call("v3:handled")
        wire.feed("v3:handled", "call.hangup", hangup_cause="normal_clearing")
        assert list(made.visits.values_list("step_key", "exit")) == [("find", "known"), ("ask", "")]

        assert counts(replay(menu)) == (1, 0, 0, 0)
        configure(menu, "find", options={"branch": "north"})
        assert groups(replay(menu)) == [("find", "known", "ask", "", "", "site", 1)]
