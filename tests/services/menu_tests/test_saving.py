"""Test calls kept as tests."""

from __future__ import annotations

import json

import pytest
from django.contrib.admin.models import LogEntry

from tests.services.menu_tests.saved import bank, called, make_test, owner
from voicegather.models import Choice, Menu, MenuTest, Step
from voicegather.services.menu_tests import (
    MenuTestError,
    accept_test,
    delete_test,
    rename_test,
    run_tests,
    save_test,
    saving,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def menu() -> Menu:
    return bank()


def test_a_test_call_becomes_a_test_of_what_happened_in_it(menu: Menu) -> None:
    test = save_test(called(menu, "1", "12", "3456", "4711"), name="  Account   number ")

    assert test.name == "Account number"
    assert [act["act"] for act in test.script["acts"]] == ["press", "press", "press"]
    assert test.script["acts"][:2] == [
        {"act": "press", "keys": "1"},
        {"act": "press", "keys": "123456"},
    ]
    assert test.expectations["steps"] == [
        ["department", "1"],
        ["account", "any"],
        ["pin", "any"],
        ["bye", "hangup"],
    ]
    assert test.expectations["values"]["account"] == "123456"
    assert test.expectations["outcome"] == "completed"


def test_what_a_secret_step_heard_is_sealed_in_the_test(menu: Menu) -> None:
    test = make_test(menu)

    assert set(test.script["acts"][2]) == {"act", "sealed"}
    assert set(test.expectations["values"]["pin"]) == {"sealed"}
    assert "4711" not in json.dumps([test.script, test.expectations])


def test_a_test_call_that_is_not_over_is_a_test_of_the_way_so_far(menu: Menu) -> None:
    test = make_test(menu, "Department", "1")

    assert test.expectations["steps"] == [["department", "1"], ["account", ""]]
    assert test.expectations["outcome"] == ""
    assert run_tests(menu)[0].has_passed


@pytest.mark.parametrize("name", ["", "  ", "\0", "x" * 121])
def test_a_test_needs_a_name(menu: Menu, name: str) -> None:
    with pytest.raises(MenuTestError, match="Name the test"):
        save_test(called(menu, "1"), name=name)


def test_names_are_one_menus_own(menu: Menu) -> None:
    test = make_test(menu, "Account")
    other = make_test(menu, "Other")

    for attempt in (
        lambda: make_test(menu, "Account", "2"),
        lambda: rename_test(other, name="Account"),
    ):
        with pytest.raises(MenuTestError, match="has a test “Account” already"):
            attempt()
    make_test(bank(menu="second"), "Account")
    rename_test(test, name="Account")
    rename_test(other, name="Billing")

    assert set(menu.tests.values_list("name", flat=True)) == {"Account", "Billing"}


def test_a_menu_has_so_many_tests_at_the_most(menu: Menu, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saving, "MOST_TESTS", 1)
    make_test(menu)

    with pytest.raises(MenuTestError, match="at most 1 tests"):
        make_test(menu, "More")


def test_what_happens_now_can_be_accepted(menu: Menu) -> None:
    test = make_test(menu, "Goodbye", "2")
    account = Step.objects.get(key="account")
    Choice.objects.filter(step__key="department", value="2").update(target=account)
    assert not run_tests(menu)[0].has_passed

    accept_test(test)

    assert run_tests(menu)[0].has_passed
    assert MenuTest.objects.get().expectations["steps"] == [["department", "2"], ["account", ""]]


def test_accepting_seals_what_a_step_hears_that_has_become_secret(menu: Menu) -> None:
    test = make_test(menu)
    Step.objects.filter(key="account").update(sensitivity="masked")

    accept_test(test)

    test.refresh_from_db()
    assert "123456" not in json.dumps([test.script, test.expectations])
    assert run_tests(menu)[0].has_passed


def test_acts_that_cannot_be_done_any_more_cannot_be_accepted(menu: Menu) -> None:
    test = make_test(menu)
    bye = Step.objects.get(key="bye")
    Choice.objects.filter(step__key="department", value="1").update(target=bye)

    with pytest.raises(MenuTestError, match=r"Act 2 \(press\) cannot be done any more"):
        accept_test(test)

    assert len(MenuTest.objects.get().script["acts"]) == 3


def test_who_did_what_to_a_test_is_in_the_admins_log(menu: Menu) -> None:
    author = owner()
    test = save_test(called(menu, "1"), name="Account", author=author)
    rename_test(test, name="Billing", author=author)
    accept_test(test, author=author)
    delete_test(test, author=author)

    messages = LogEntry.objects.order_by("pk").values_list("change_message", flat=True)
    assert list(messages) == [
        "Saved a test call.",
        "Renamed.",
        "Accepted what happens now.",
        "Deleted the test “Billing”.",
    ]
    assert not MenuTest.objects.exists()
