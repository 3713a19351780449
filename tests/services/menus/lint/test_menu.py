from __future__ import annotations

from typing import Any

import pytest

from tests.services.menus.building import ask, choice, finding, line, lint, load, say
from voicegather.models import Choice
from voicegather.services.menus import Finding, Severity, lint_menu

pytestmark = pytest.mark.django_db


def test_a_sound_menu_has_no_findings() -> None:
    assert lint_menu(load(line())) == ()


def test_a_menu_without_an_entry_is_refused() -> None:
    assert lint(load(line(entry=None))) == {("error", "", "entry", "no_entry")}


def test_a_menu_without_steps_is_refused() -> None:
    menu = load(line(entry=None, choices=[], steps={}, prompts={}))

    assert lint(menu) == {("error", "", "entry", "no_entry")}


def test_a_step_that_no_choice_leads_to_is_refused() -> None:
    menu = load(line(steps=line()["steps"] | {"lost": say(), "more": say("lost")}))

    assert lint(menu) == {
        ("error", "lost", "", "unreachable"),
        ("error", "more", "", "unreachable"),
    }


def test_a_step_that_only_a_global_choice_leads_to_is_reached() -> None:
    menu = load(
        line(
            choices=[*line()["choices"], choice("help", digits="0")],
            steps=line()["steps"] | {"help": say()},
        )
    )

    assert lint(menu) == set()


@pytest.mark.parametrize("languages", [[], "en-US", None, {"en-US": 1}, [1]])
def test_languages_that_are_no_list_of_names_are_refused(languages: Any) -> None:
    menu = load(line())
    menu.languages = languages

    assert lint(menu) == {("error", "", "languages", "languages")}


def test_malformed_and_repeated_languages_are_refused() -> None:
    menu = load(line())
    menu.languages = ["en-US", "English", "en-US"]

    messages = [each.message for each in lint_menu(menu) if each.code == "languages"]

    assert messages == [
        "“English” is not a language such as en-US",
        "en-US stands twice: keep one of the two",
    ]


def test_a_finding_names_its_step_and_field_and_says_what_to_do() -> None:
    menu = load(line(steps={"ask": ask(choice(digits="1"), terminator="x"), "bye": _BYE}))

    assert lint_menu(menu) == (
        Finding(
            Severity.ERROR,
            "ask",
            "terminator",
            "“x” is not a key: use one of 0-9, * and #, or nothing",
            "terminator",
        ),
    )
    assert str(lint_menu(menu)[0]) == (
        "error, ask.terminator: “x” is not a key: use one of 0-9, * and #, or nothing"
    )


def test_findings_of_the_menu_come_first_then_those_of_its_steps_in_order() -> None:
    menu = load(
        line(
            choices=[choice(exit="busy")],
            steps={"bye": ask(), "ask": ask(choice("bye", digits="1"))},
        )
    )

    assert [each.step for each in lint_menu(menu)] == [""] + ["bye"] * 4 + ["ask"] * 3


def test_a_choice_that_lost_its_step_is_refused() -> None:
    menu = load(
        line(
            steps=line()["steps"] | {"gone": say()},
            choices=[*line()["choices"], choice("gone", digits="0")],
        )
    )
    menu.steps.get(key="gone").delete()

    assert lint(menu) == {("error", "", "choices[3]", "target_missing")}
    assert finding(menu, "target_missing").message == (
        "“0” leads nowhere: choose the step that it leads to"
    )


def test_a_choice_that_leads_into_another_menu_is_refused() -> None:
    other = load(line(menu="other"))
    menu = load(line())
    Choice.objects.filter(menu=menu, value="1").update(target=other.steps.get(key="bye"))

    assert lint(menu) == {("error", "ask", "choices[0]", "target_missing")}


def test_queries_do_not_grow_with_the_menu(django_assert_max_num_queries: Any) -> None:
    steps = {f"s{n}": say(f"s{n + 1}") for n in range(100)} | {"s100": _BYE}
    menu = load(line(entry="s0", steps=steps, choices=[choice("s100", exit="failure")]))

    with django_assert_max_num_queries(7):
        assert lint_menu(menu) == ()


_BYE = {"kind": "hangup"}
