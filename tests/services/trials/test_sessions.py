"""Test calls in the database, between one act and the next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

import voicegather
from tests.services.menus.building import ask, choice, line, load
from tests.services.trials.calling import AT, CALLER
from voicegather import handlers
from voicegather.engine.secret import Secret
from voicegather.models import Call, CallCommand, CallEvent, Menu, TrialCall
from voicegather.sealing import unseal
from voicegather.services.menus import MenuLintError
from voicegather.services.trials import (
    ActError,
    Start,
    Trial,
    TrialGoneError,
    TrialMovedError,
    act_on_trial,
    open_trial,
    start_trial,
)
from voicegather.services.trials.acts import HangUp, Press

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> User:
    return get_user_model().objects.create_user("anna")


@pytest.fixture
def menu() -> Menu:
    pin = ask(choice(any=True), maximum_digits=4, sensitivity="secret", name="PIN")
    return load(line(steps={"ask": pin, "bye": {"kind": "hangup"}}))


@pytest.fixture
def registered() -> Iterator[None]:
    with handlers.restored():
        yield


def begin(menu: Menu, owner: User, **settings: Any) -> Trial:
    return start_trial(menu, owner=owner, start=Start(at=AT, caller=CALLER), **settings)


def press(trial: Trial, keys: str) -> Trial:
    return act_on_trial(trial, Press(Secret(keys)), seq=trial.row.seq)


def test_a_test_call_goes_on_where_another_process_left_it(menu: Menu, owner: User) -> None:
    trial = begin(menu, owner)
    press(trial, "12")

    again = open_trial(menu, trial.row.pk, owner=owner)
    after = press(again, "34")

    assert after.line.state.outcome == "completed"
    assert open_trial(menu, trial.row.pk, owner=owner).line == after.line
    kinds = [entry["kind"] for entry in after.log[len(again.log) :]]
    assert (after.row.seq, kinds) == (2, ["result", "exit", "step", "exit", "command", "end"])


def test_keys_pressed_one_by_one_are_one_act(menu: Menu, owner: User) -> None:
    trial = begin(menu, owner)

    trial = press(press(press(trial, "1"), "2"), "3")

    assert [(act.document, act.is_sensitive) for act in trial.acts] == [
        ({"act": "press", "keys": "123"}, True)
    ]
    assert [entry["text"] for entry in trial.log if entry["kind"] == "act"] == ["•••"]


def test_no_call_and_no_command_comes_of_it(menu: Menu, owner: User) -> None:
    press(begin(menu, owner), "1234")

    assert not Call.objects.exists()
    assert not CallEvent.objects.exists()
    assert not CallCommand.objects.exists()


def test_what_was_entered_is_sealed(menu: Menu, owner: User) -> None:
    trial = press(begin(menu, owner), "4711")

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {TrialCall._meta.db_table}")
        stored = str(
            [bytes(each) if hasattr(each, "tobytes") else each for each in cursor.fetchone()]
        )
    assert "4711" not in stored
    assert unseal(TrialCall.objects.get().sealed)["acts"][0]["document"]["keys"] == "4711"
    assert "4711" not in str(trial.log)


def test_of_two_tabs_only_one_goes_on(menu: Menu, owner: User) -> None:
    first = begin(menu, owner)
    second = open_trial(menu, first.row.pk, owner=owner)
    after = press(first, "1")

    with pytest.raises(TrialMovedError, match="went on meanwhile"):
        press(second, "2")

    assert open_trial(menu, first.row.pk, owner=owner).line == after.line


def test_an_act_that_was_meant_for_an_earlier_state_is_refused(menu: Menu, owner: User) -> None:
    trial = press(begin(menu, owner), "1")

    with pytest.raises(TrialMovedError):
        act_on_trial(trial, HangUp(), seq=0)


def test_an_act_that_cannot_be_done_leaves_the_call_as_it_was(menu: Menu, owner: User) -> None:
    trial = press(begin(menu, owner), "1234")

    with pytest.raises(ActError, match="over"):
        press(trial, "1")

    assert open_trial(menu, trial.row.pk, owner=owner).row.seq == 1


def test_a_test_call_is_its_owners_and_its_menus(menu: Menu, owner: User) -> None:
    trial = begin(menu, owner)
    other = get_user_model().objects.create_user("bert")

    for mine, who in ((menu, other), (load(line(menu="second")), owner)):
        with pytest.raises(TrialGoneError, match="gone"):
            open_trial(mine, trial.row.pk, owner=who)


def test_a_state_that_cannot_be_read_any_more_says_to_start_again(menu: Menu, owner: User) -> None:
    trial = begin(menu, owner)
    TrialCall.objects.update(sealed=b"\x01nothing")

    with pytest.raises(TrialGoneError, match="Start a new one"):
        open_trial(menu, trial.row.pk, owner=owner)


def test_a_menu_with_errors_cannot_be_called(owner: User) -> None:
    menu = load(line(steps={"ask": ask(), "bye": {"kind": "hangup"}}))

    with pytest.raises(MenuLintError):
        begin(menu, owner)

    assert not TrialCall.objects.exists()


def test_the_draft_that_is_called_stays_as_it_was_when_the_call_began(
    menu: Menu, owner: User
) -> None:
    trial = begin(menu, owner)
    menu.steps.filter(key="bye").delete()

    assert press(trial, "1234").line.state.outcome == "completed"


def test_the_next_test_call_clears_away_what_is_a_day_old(menu: Menu, owner: User) -> None:
    old, new = begin(menu, owner), begin(menu, owner)
    TrialCall.objects.filter(pk=old.row.pk).update(
        updated_at=old.row.updated_at - timedelta(days=1, minutes=1)
    )

    last = begin(menu, owner)

    assert set(TrialCall.objects.values_list("pk", flat=True)) == {new.row.pk, last.row.pk}


def test_a_deleted_menu_takes_its_test_calls_along(menu: Menu, owner: User) -> None:
    begin(menu, owner)

    menu.delete()

    assert not TrialCall.objects.exists()


def test_an_act_takes_two_queries_however_long_the_call(menu: Menu, owner: User) -> None:
    trial = begin(menu, owner)

    for keys in "12":
        with CaptureQueriesContext(
            connection,
        ) as queries:
            trial = press(open_trial(menu, trial.row.pk, owner=owner), keys)
        told = [each["sql"] for each in queries if "SAVEPOINT" not in each["sql"]]
        assert [sql.split()[0] for sql in told] == ["SELECT", "UPDATE"]


@pytest.mark.usefixtures("registered")
@pytest.mark.parametrize("runs", [False, True])
def test_the_sites_functions_are_run_only_where_that_was_asked_for(runs: bool, owner: User) -> None:
    seen: list[str] = []

    @voicegather.validator("clinic_member")
    def member(entry: str, call: voicegather.ValidatorCall) -> str:
        seen.append(f"{entry} {call.caller}")
        return entry.zfill(6)

    step = ask(choice(any=True), maximum_digits=2, validator="clinic_member")
    menu = load(line(steps={"ask": step, "bye": {"kind": "hangup"}}))

    trial = press(begin(menu, owner, runs_functions=runs), "12")

    assert seen == (["12 +13125550101"] if runs else [])
    assert (trial.line.network.validators is None) is runs
    if runs:
        assert trial.line.state.variables["ask"].value.reveal() == "000012"
        assert trial.acts[-1].document["act"] == "judge"


@pytest.mark.usefixtures("registered")
def test_a_function_that_fails_or_takes_too_long_fails_as_in_a_call(
    owner: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    released = threading.Event()

    @voicegather.handler("clinic_offer")
    def offer(call: voicegather.HandlerCall) -> None:
        if not released.wait(20):
            raise AssertionError("never released")

    choices = [choice(exit="done"), choice(exit="failure")]
    step = {"kind": "handler", "handler": "clinic_offer", "timeout_seconds": 1, "choices": choices}
    menu = load(line(entry="look", steps={"look": step, "bye": {"kind": "hangup"}}))

    try:
        trial = begin(menu, owner, runs_functions=True)
    finally:
        released.set()

    notes = [entry["text"] for entry in trial.log if entry["kind"] == "note"]
    assert notes == ["took longer than 1 s"]
