from __future__ import annotations

from typing import Any

import pytest

from tests.services.menus.building import ask, choice, finding, line, lint, load, load_steps, say
from voicegather.services.menus import lint_menu

pytestmark = pytest.mark.django_db


def test_every_exit_that_a_kind_demands_must_lead_on() -> None:
    menu = load_steps({"ask": ask(choice(digits="1"))}, choices=[])

    assert [each.message for each in lint_menu(menu)] == [
        "nothing leads on from “no_input”: add a choice on exit no_input",
        "nothing leads on from “invalid”: add a choice on exit invalid",
        "nothing leads on from “failure”: add a choice on exit failure",
    ]
    assert lint(menu) == {("error", "ask", "choices", "exit_missing")}


def test_otherwise_leads_on_from_every_exit() -> None:
    menu = load_steps({"ask": ask(choice(digits="1"), choice(otherwise=True))}, choices=[])

    assert lint(menu) == set()


def test_a_branch_without_otherwise_is_refused() -> None:
    step = {"kind": "branch", "variable": "caller", "choices": [choice(value="anonymous")]}
    menu = load_steps({"ask": step}, choices=[], prompts={})

    assert finding(menu, "exit_missing").message == (
        "a value that no choice names has no way on: add a choice on otherwise: true"
    )


@pytest.mark.parametrize(
    ("step", "label"),
    [
        (say(choices=[choice(exit="done"), choice(exit="busy")]), "busy"),
        (say(choices=[choice(exit="done"), choice(digits="1")]), "1"),
        (say(choices=[choice(exit="done"), choice(value="x")]), "x"),
    ],
)
def test_an_own_choice_that_the_kind_never_leaves_by_is_refused(
    step: dict[str, Any], label: str
) -> None:
    menu = load_steps({"ask": step}, choices=[choice(exit="failure")])

    found = finding(menu, "never_taken")
    assert (found.severity.value, found.step, found.field) == ("error", "ask", "choices[1]")
    assert found.message == f"a step of this kind never leaves by “{label}”: remove the choice"


def test_a_global_choice_that_no_step_leaves_by_is_doubted() -> None:
    menu = load(line(choices=[*line()["choices"], choice(exit="busy"), choice(value="x")]))

    assert lint(menu) == {
        ("warning", "", "choices[3]", "never_taken"),
        ("warning", "", "choices[4]", "never_taken"),
    }


def test_a_choice_can_only_switch_to_a_language_of_the_menu() -> None:
    menu = load_steps({"ask": ask(choice(digits="1") | {"language": "es-US"})})

    assert lint(menu) == {("error", "ask", "choices[0]", "choice_language")}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"range": "100-199"}, {"range": "150-250"}),
        ({"range": "1-12"}, {"digits": "7"}),
        ({"pattern": "9XX"}, {"digits": "911"}),
        ({"pattern": "[1-5]X"}, {"pattern": "N2"}),
        ({"pattern": "1N."}, {"digits": "12345"}),
    ],
)
def test_own_choices_that_accept_the_same_keys_are_refused(
    first: dict[str, str], second: dict[str, str]
) -> None:
    menu = load_steps({"ask": ask(choice(**first), choice(**second))})

    assert lint(menu) == {("error", "ask", "choices[1]", "ambiguous")}
    ((one,), (other,)) = first.values(), second.values()
    assert finding(menu, "ambiguous").message == (
        f"“{other}” and “{one}” accept the same keys: narrow one of the two"
    )


def test_choices_that_only_begin_alike_are_not_ambiguous() -> None:
    menu = load_steps({"ask": ask(choice(digits="1"), choice(range="100-199"))})

    assert lint(menu) == set()


def test_any_takes_what_the_other_choices_leave() -> None:
    assert lint(load_steps({"ask": ask(choice(digits="1"), choice(any=True))})) == set()


def test_global_choices_that_accept_the_same_keys_are_refused_once() -> None:
    menu = load(line(choices=[*line()["choices"], choice(digits="0"), choice(pattern="X")]))

    assert lint(menu) == {
        ("error", "", "choices[4]", "ambiguous"),
    }


def test_an_own_choice_may_override_a_global_one() -> None:
    menu = load_steps(
        {"ask": ask(choice(pattern="XX"), choice(digits="0"))},
        choices=[*line()["choices"], choice(digits="0"), choice(digits="12")],
    )

    assert lint(menu) == set()


def test_a_choice_that_the_ending_key_cuts_short_is_refused() -> None:
    menu = load_steps({"ask": ask(choice(digits="1#2"), choice(digits="*1"), choice(digits="#"))})

    assert lint(menu) == {("error", "ask", "choices[0]", "never_matches")}
    assert finding(menu, "never_matches").message == (
        "“1#2” never matches, # ends the entry: change one"
    )


def test_a_pattern_longer_than_the_entry_may_be_is_refused() -> None:
    menu = load_steps({"ask": ask(choice(pattern="XXXXX"), maximum_digits=4)})

    assert lint(menu) == {("error", "ask", "choices[0]", "entry_unreadable")}


def test_a_global_pattern_must_fit_every_question() -> None:
    menu = load_steps(
        {"ask": ask(choice(digits="1"), maximum_digits=4)},
        choices=[*line()["choices"], choice(pattern="9XXXX")],
    )

    assert lint(menu) == {("error", "ask", "maximum_digits", "entry_unreadable")}
    assert finding(menu, "entry_unreadable").message == (
        "is too few for a choice of the whole menu: “9XXXX” is not within 1 to 4 keys"
    )


def test_keys_that_nobody_can_read_are_refused() -> None:
    menu = load(line())
    menu.choices.filter(value="1").update(value="one")

    assert lint(menu) == {("error", "ask", "choices[0]", "entry_unreadable")}
