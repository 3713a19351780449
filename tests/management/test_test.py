"""`manage.py voicegather_test`, as CI calls it."""

from __future__ import annotations

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.services.menu_tests.saved import bank, make_test
from voicegather.models import Choice, Menu, Step

pytestmark = pytest.mark.django_db


@pytest.fixture
def menu() -> Menu:
    menu = bank()
    make_test(menu, "Account")
    make_test(menu, "Goodbye", "2")
    return menu


def run(*arguments: str) -> tuple[str, int]:
    """What the command prints, and the exit code."""
    out = StringIO()
    try:
        call_command("voicegather_test", *arguments, stdout=out)
    except SystemExit as end:
        return out.getvalue(), int(end.code or 0)
    return out.getvalue(), 0


def mislead() -> None:
    account = Step.objects.get(key="account")
    Choice.objects.filter(step__key="department", value="2").update(target=account)


def test_all_tests_that_pass_are_a_success(menu: Menu) -> None:
    out, code = run("bank")

    assert code == 0
    assert [line.split(" (")[0] for line in out.splitlines()] == [
        "passed  Account",
        "passed  Goodbye",
        "bank: 2 run, 0 failed.",
    ]


def test_a_test_that_fails_is_told_with_what_differs(menu: Menu) -> None:
    mislead()

    out, code = run("bank")

    assert code == 1
    assert "FAILED  Goodbye" in out
    assert "        Step 2 is “account”, expected was “bye”." in out
    assert out.endswith("bank: 2 run, 1 failed.\n")


def test_the_same_as_one_json_document(menu: Menu) -> None:
    mislead()

    out, code = run("bank", "--json")

    document = json.loads(out)
    assert code == 1
    assert (document["menu"], document["passed"]) == ("bank", False)
    assert [(each["name"], each["passed"]) for each in document["tests"]] == [
        ("Account", True),
        ("Goodbye", False),
    ]
    assert document["tests"][1]["differences"][0].startswith("Step 2")


def test_a_menu_without_tests_is_a_success_that_says_so(db: None) -> None:
    bank(menu="empty")

    assert run("empty") == ("empty: no saved tests.\n", 0)


def test_a_menu_with_errors_is_told_with_them(menu: Menu) -> None:
    Choice.objects.filter(step__key="account").delete()

    with pytest.raises(CommandError, match="error, account"):
        run("bank")


def test_a_menu_that_is_none_is_told_with_those_there_are(menu: Menu) -> None:
    with pytest.raises(CommandError, match="Known: bank"):
        run("nobody")
