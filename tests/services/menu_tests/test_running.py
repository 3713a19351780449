"""Saved tests run on the draft of their menu."""

from __future__ import annotations

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from tests.services.menu_tests.saved import bank, make_test
from tests.services.menus.building import ask, choice, line, load
from voicegather.models import Call, Choice, Menu, MenuTest, MenuVersion, Step, TrialCall
from voicegather.services.menu_tests import MenuTestsFailedError, TestRun, run_tests
from voicegather.services.menus import MenuLintError, publish_menu

pytestmark = pytest.mark.django_db


@pytest.fixture
def menu() -> Menu:
    return bank()


def only_run(menu: Menu) -> TestRun:
    (run,) = run_tests(menu)
    return run


def lead(menu: Menu, step: str, value: str, target: str) -> None:
    """Have a choice of a step lead elsewhere."""
    found = Step.objects.get(menu=menu, key=target)
    Choice.objects.filter(step__menu=menu, step__key=step, value=value).update(target=found)


def test_a_test_passes_while_the_menu_does_what_it_did(menu: Menu) -> None:
    make_test(menu)

    run = only_run(menu)

    assert run.has_passed
    assert run.differences == ()


def test_a_menu_without_tests_has_nothing_to_run(menu: Menu) -> None:
    assert run_tests(menu) == ()


def test_a_step_that_leads_elsewhere_is_named(menu: Menu) -> None:
    make_test(menu, "Account", "1", "123456")
    lead(menu, "department", "1", "pin")

    assert only_run(menu).differences == (
        "Step 2 is “pin”, expected was “account”.",
        "“account” is not gathered any more.",
        "The call ends as “completed”, expected was “still under way”.",
    )


def test_an_act_that_cannot_be_done_any_more_is_named(menu: Menu) -> None:
    make_test(menu)
    lead(menu, "department", "1", "bye")

    assert only_run(menu).differences == (
        "Act 2 (press) cannot be done any more: The call is over: start a new one.",
    )


def test_a_step_that_is_gone_is_missed(menu: Menu) -> None:
    make_test(menu, "Account", "1", "123456", "4711")
    lead(menu, "department", "1", "pin")
    lead(menu, "department", "4", "pin")
    Step.objects.get(key="account").delete()

    (difference,) = only_run(menu).differences
    assert difference.startswith("Act 3 (press) cannot be done any more")


def test_another_exit_is_a_difference(menu: Menu) -> None:
    make_test(menu, "Account", "1")
    Choice.objects.filter(step__key="department", value="1").update(match="range", value="1-1")

    assert only_run(menu).differences == (
        "Step 1, “department”, leaves by “1-1”, expected was “1”.",
    )


def test_another_value_is_told_unless_it_is_secret(menu: Menu) -> None:
    test = make_test(menu)
    other = make_test(menu, "Other", "1", "654321", "1234")
    test.expectations["values"] = other.expectations["values"]
    test.save()

    run = run_tests(menu, [test])[0]

    assert run.differences == (
        "“account” is “123456”, expected was “654321”.",
        "“pin” is not what it was.",
    )


def test_a_variable_of_which_nothing_is_expected_may_be_new(menu: Menu) -> None:
    make_test(menu)
    menu.variables = [{"name": "plan", "default": "gold"}]
    menu.save()

    assert only_run(menu).has_passed


@pytest.mark.parametrize("column", ["script", "expectations"])
@pytest.mark.parametrize("stored", [{}, [], None, {"start": {}, "acts": 1}, "x"])
def test_a_test_that_cannot_be_read_fails_and_says_so(
    menu: Menu, column: str, stored: object
) -> None:
    test = make_test(menu)
    MenuTest.objects.filter(pk=test.pk).update(
        **{column: stored if stored is not None else {"a": 1}}
    )

    (difference,) = only_run(menu).differences
    assert difference.startswith("It cannot be read:")


def test_a_test_whose_key_is_gone_says_so(menu: Menu, settings: object) -> None:
    test = make_test(menu)
    test.script["acts"][-1]["sealed"] = "AAAA"
    test.save()

    assert "No configured key opens this value" in only_run(menu).differences[0]


def test_a_menu_with_errors_is_not_run(menu: Menu) -> None:
    make_test(menu)
    Choice.objects.filter(step__key="account").delete()

    with pytest.raises(MenuLintError):
        run_tests(menu)


def test_tests_take_the_same_queries_however_many_they_are(
    menu: Menu, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    make_test(menu)
    with CaptureQueriesContext(connection) as queries:
        run_tests(menu)
    for number in range(5):
        make_test(menu, f"More {number}")

    with django_assert_num_queries(len(queries)):
        assert len(run_tests(menu)) == 6


def test_a_test_takes_milliseconds(menu: Menu) -> None:
    for number in range(20):
        make_test(menu, f"Test {number}")

    began = time.perf_counter()
    runs = run_tests(menu)

    assert len(runs) == 20
    assert time.perf_counter() - began < 2
    assert sorted(run.milliseconds for run in runs)[10] < 50


def test_running_writes_nothing(menu: Menu) -> None:
    make_test(menu)
    trials = TrialCall.objects.count()

    run_tests(menu)

    assert (TrialCall.objects.count(), Call.objects.count()) == (trials, 0)


def test_tests_that_must_pass_keep_a_menu_from_being_published(menu: Menu) -> None:
    make_test(menu)
    make_test(menu, "Goodbye", "2")
    menu.requires_tests = True
    menu.save()
    version = publish_menu(menu=menu)
    lead(menu, "department", "2", "account")

    with pytest.raises(MenuTestsFailedError) as refusal:
        publish_menu(menu=menu)

    assert str(refusal.value).splitlines() == [
        "1 test of the menu fails; the live version stays as it is.",
        "Test “Goodbye”: Step 2 is “account”, expected was “bye”.",
        "Test “Goodbye”: The call ends as “still under way”, expected was “completed”.",
    ]
    assert Menu.objects.get(pk=menu.pk).live_version == version
    assert MenuVersion.objects.count() == 1


def test_tests_that_need_not_pass_keep_nobody_from_publishing(menu: Menu) -> None:
    make_test(menu, "Goodbye", "2")
    lead(menu, "department", "2", "account")

    assert publish_menu(menu=menu).number == 1


def test_opening_hours_are_those_of_the_tests_own_moment(menu: Menu) -> None:
    from voicegather.models import Calendar

    Calendar.objects.create(
        key="desk", zone="America/Chicago", weekly={"wednesday": [["09:00", "17:00"]]}
    )
    choices = [choice("ask", exit="open"), choice("bye", exit="closed")]
    branch = {"kind": "branch", "calendar": "desk", "choices": choices}
    steps = {"hours": branch, "ask": ask(choice(any=True)), "bye": {"kind": "hangup"}}
    hours = load(line(menu="desk", entry="hours", steps=steps))
    make_test(hours, "Open", "1")

    assert only_run(hours).has_passed
