from __future__ import annotations

from typing import Any

import pytest

from tests.services.menus.building import ask, choice, finding, line, lint, load, load_steps, say
from voicegather.models import Menu
from voicegather.services.menus import lint_menu, publish_menu

pytestmark = pytest.mark.django_db

RETURN: dict[str, Any] = {"on": {"exit": "done"}, "action": "return"}


def enter(slug: str, done: str = "bye") -> dict[str, Any]:
    return {"kind": "submenu", "menu": slug, "choices": [choice(done, exit="done")]}


def menu(slug: str, **steps: Any) -> Menu:
    """A menu that begins with the first of its steps; failures end the call."""
    return load(
        line(
            menu=slug,
            entry=next(iter(steps)),
            choices=[choice(exit="failure")],
            steps={**steps, "bye": {"kind": "hangup"}},
        )
    )


def test_steps_that_go_round_without_asking_anything_are_refused() -> None:
    found = menu("line", a=say("b"), b=say("c"), c=say("b"))

    assert lint(found) == {("error", "b", "", "loop")}
    assert finding(found, "loop").message == (
        "b → c → b goes round without asking the caller anything: lead one of these steps to a "
        "question or to the end"
    )


def test_a_step_that_repeats_itself_unasked_is_refused() -> None:
    repeat = say(choices=[{"on": {"exit": "done"}, "action": "repeat"}])

    assert lint(menu("line", a=repeat)) == {("error", "a", "", "loop")}


def test_a_failure_that_leads_back_is_a_loop_too() -> None:
    found = load_steps({"ask": say()}, choices=[choice("ask", exit="failure")])

    assert lint(found) == {("error", "ask", "", "loop")}


def test_two_knots_are_two_findings() -> None:
    branch = {
        "kind": "branch",
        "variable": "caller",
        "choices": [choice("a", value="x"), choice("b", otherwise=True)],
    }
    found = menu("line", start=branch, a=say("a"), b=say("b"))

    assert lint(found) == {("error", "a", "", "loop"), ("error", "b", "", "loop")}


def test_a_loop_that_asks_is_fine() -> None:
    found = load_steps({"ask": ask(choice("tell", digits="1")), "tell": say("ask")})

    assert lint(found) == set()


def test_digits_are_no_way_out_of_a_message() -> None:
    found = load_steps(
        {"ask": say("question"), "question": ask(choice(digits="1"))},
        choices=[*line()["choices"], choice("ask", digits="*")],
    )

    assert lint(found) == set()


def test_a_menu_that_enters_itself_unasked_is_refused() -> None:
    assert lint(menu("line", a=say("b"), b=enter("line"))) == {("error", "a", "", "loop")}


def test_a_menu_that_enters_itself_behind_a_question_is_fine() -> None:
    found = load_steps({"ask": ask(choice("again", digits="1")), "again": enter("line")})

    assert lint(found) == set()


def test_menus_that_enter_each_other_unasked_are_refused() -> None:
    publish_menu(menu=menu("line", tell=say()))
    publish_menu(menu=menu("inner", a=say("b"), b=enter("line")))

    found = menu("line", c=enter("inner"))

    assert lint(found) == {("error", "c", "", "loop")}
    assert "inner/b" in finding(found, "loop").message


def test_a_submenu_that_asks_breaks_the_loop_around_it() -> None:
    publish_menu(
        menu=menu(
            "inner",
            question=ask(
                {"on": {"digits": "1"}, "action": "return"},
                choice(exit="no_input"),
                choice(exit="invalid"),
            ),
        )
    )

    assert lint(menu("line", a=enter("inner", done="a"))) == set()


def test_a_submenu_that_returns_unasked_does_not() -> None:
    publish_menu(menu=menu("inner", tell=say(choices=[RETURN])))

    assert lint(menu("line", a=enter("inner", done="a"))) == {("error", "a", "", "loop")}


def test_a_submenu_that_ends_the_call_breaks_the_loop_around_it() -> None:
    publish_menu(menu=menu("inner", tell=say()))

    assert lint(menu("line", a=enter("inner", done="a"))) == set()


def test_a_loop_through_two_levels_of_submenus_is_found() -> None:
    publish_menu(menu=menu("third", tell=say(choices=[RETURN])))
    publish_menu(menu=menu("second", sub=enter("third", done="out"), out=say(choices=[RETURN])))

    assert lint(menu("line", a=enter("second", done="a"))) == {("error", "a", "", "loop")}


def test_publishing_a_submenu_must_not_make_a_live_menu_go_round() -> None:
    question = ask(
        {"on": {"digits": "1"}, "action": "return"},
        choice(exit="no_input"),
        choice(exit="invalid"),
    )
    publish_menu(menu=menu("inner", question=question))
    publish_menu(menu=menu("line", a=enter("inner", done="a")))

    found = menu("inner", tell=say(choices=[RETURN]))

    assert lint(found) == {("error", "", "", "loop")}
    assert finding(found, "loop").message.startswith("line/a → line/a goes round without asking")


def test_going_back_before_anything_was_asked_is_doubted() -> None:
    back = say(choices=[{"on": {"exit": "done"}, "action": "back"}])

    assert lint(menu("line", a=back)) == {("warning", "a", "choices", "back_to_itself")}
    assert lint_menu(load_steps({"ask": ask(choice("tell", digits="1")), "tell": back})) == ()


def test_a_large_menu_is_judged_without_recursion() -> None:
    steps = {f"s{n}": say(f"s{n + 1}") for n in range(1500)}

    assert lint(menu("line", **steps, s1500=say("s0"))) == {("error", "s0", "", "loop")}
