from __future__ import annotations

from typing import Any

import pytest

from tests.services.menus.building import (
    ask,
    choice,
    finding,
    line,
    lint,
    load,
    load_steps,
    say,
    words,
)
from voicegather.services.menus import lint_menu, publish_menu

pytestmark = pytest.mark.django_db


def prompts(spoken: str) -> dict[str, object]:
    return {"question": words("Press 1."), "spoken": words(spoken)}


@pytest.mark.parametrize("name", ["caller", "called", "language", "ask"])
def test_what_a_call_knows_and_collects_can_be_spoken(name: str) -> None:
    steps = {"ask": ask(choice("tell", any=True)), "tell": say(prompt="spoken")}

    assert lint(load_steps(steps, prompts=prompts(f"You: {{{{ {name} }}}}"))) == set()


def test_a_variable_that_no_step_collects_is_refused() -> None:
    steps = {"ask": ask(choice("tell", any=True)), "tell": say(prompt="spoken")}
    menu = load_steps(steps, prompts=prompts("{{ acount }}"))

    assert lint(menu) == {("error", "tell", "prompt", "variable_unknown")}
    assert finding(menu, "variable_unknown").message == (
        "the variable “acount” is never collected here, and the menu does not say that a call may "
        "bring it; known: answered_by, ask, called, caller, language"
    )


def test_a_variable_of_a_step_that_nobody_reaches_is_unknown() -> None:
    steps = {"ask": say(prompt="spoken"), "lost": ask(choice(any=True))}
    menu = load_steps(steps, prompts=prompts("{{ lost }}"))

    assert lint(menu) == {
        ("error", "ask", "prompt", "variable_unknown"),
        ("error", "lost", "", "unreachable"),
    }


def test_a_variable_goes_by_the_name_that_its_step_gives_it() -> None:
    steps = {
        "ask": ask(choice("tell", any=True), variable="account"),
        "tell": say(prompt="spoken"),
    }

    assert lint(load_steps(steps, prompts=prompts("{{ account|digits }}"))) == set()
    assert lint(load_steps(steps, prompts=prompts("{{ ask }}"))) == {
        ("error", "tell", "prompt", "variable_unknown")
    }


def test_a_variable_that_some_way_leaves_empty_is_doubted() -> None:
    steps = {
        "ask": ask(choice("tell", any=True), choice("tell", exit="no_input")),
        "tell": say(prompt="spoken"),
    }
    menu = load_steps(steps, prompts=prompts("{{ ask }}"))

    assert lint(menu) == {("warning", "tell", "prompt", "variable_uncollected")}


def test_a_global_choice_collects_nothing() -> None:
    steps = {"ask": ask(choice(any=True)), "tell": say(prompt="spoken")}
    menu = load_steps(
        steps,
        prompts=prompts("{{ ask }}"),
        choices=[*line()["choices"], choice("tell", digits="0")],
    )

    assert lint(menu) == {("warning", "tell", "prompt", "variable_uncollected")}


def test_what_every_way_collects_is_certain_behind_loops() -> None:
    steps = {
        "ask": ask(choice("more", any=True)),
        "more": ask(choice("tell", digits="1"), choice("more", digits="2"), prompt="spoken"),
        "tell": say("more", prompt="spoken"),
    }

    assert lint(load_steps(steps, prompts=prompts("{{ ask }}"))) == set()


def test_the_entry_is_known_in_its_read_back_only() -> None:
    read_back = ask(choice(any=True), read_back="spoken")
    assert lint(load_steps({"ask": read_back}, prompts=prompts("{{ entry|digits }}"))) == set()

    prompt = ask(choice(any=True), prompt="spoken")
    assert lint(load_steps({"ask": prompt}, prompts=prompts("{{ entry }}"))) == {
        ("error", "ask", "prompt", "variable_unknown")
    }


def test_a_branch_must_ask_a_known_variable() -> None:
    branch = {"kind": "branch", "choices": [choice(otherwise=True)]}
    steps = {"ask": ask(choice("sort", any=True)), "sort": branch | {"variable": "acount"}}
    assert lint(load_steps(steps)) == {("error", "sort", "variable", "variable_unknown")}

    steps["sort"] = branch | {"variable": "ask"}
    assert lint(load_steps(steps)) == set()


@pytest.mark.parametrize("sensitivity", ["secret", "masked"])
def test_a_sensitive_value_is_not_spoken(sensitivity: str) -> None:
    steps = {
        "ask": ask(choice("tell", any=True), sensitivity=sensitivity, read_back="repeat"),
        "tell": say(prompt="spoken"),
    }
    spoken = prompts("{{ ask }}") | {"repeat": words("{{ entry }}")}
    menu = load_steps(steps, prompts=spoken)

    assert lint(menu) == {
        ("error", "ask", "read_back", "secret_spoken"),
        ("error", "tell", "prompt", "secret_spoken"),
    }

    steps["ask"]["speak_secret"] = True
    assert lint(load_steps(steps, prompts=spoken)) == set()


@pytest.mark.parametrize("name", ["caller", "entry"])
def test_a_variable_that_hides_a_built_in_one_is_doubted(name: str) -> None:
    menu = load_steps({"ask": ask(choice(any=True), variable=name)})

    assert lint(menu) == {("warning", "ask", "variable", "variable_hides")}


def test_a_variable_that_no_prompt_could_name_is_refused() -> None:
    menu = load_steps({"ask": ask(choice(any=True), variable="my account")})

    assert lint(menu) == {("error", "ask", "variable", "variable_name")}


def test_what_a_submenu_collects_may_be_spoken_with_a_doubt() -> None:
    _publish_asking_for_a_pin("inner")
    ways = [choice("tell", exit="done"), choice(exit="failure")]
    steps = {
        "ask": {"kind": "submenu", "menu": "inner", "choices": ways},
        "tell": say(prompt="spoken"),
    }
    menu = load_steps(steps, prompts=prompts("{{ pin }}"), choices=[choice(exit="failure")])

    assert lint(menu) == {("warning", "tell", "prompt", "variable_uncollected")}


def test_a_secret_of_a_submenu_is_not_spoken_either() -> None:
    _publish_asking_for_a_pin("inner", sensitivity="secret")
    ways = [choice("tell", exit="done"), choice(exit="failure")]
    steps = {
        "ask": {"kind": "submenu", "menu": "inner", "choices": ways},
        "tell": say(prompt="spoken"),
    }
    menu = load_steps(steps, prompts=prompts("{{ pin }}"), choices=[choice(exit="failure")])

    assert ("error", "tell", "prompt", "secret_spoken") in lint(menu)


def test_what_a_calling_menu_collects_may_be_spoken_with_a_doubt() -> None:
    inner = load(
        line(
            menu="inner",
            entry="tell",
            choices=[choice(exit="failure")],
            steps={"tell": say(prompt="spoken"), "bye": {"kind": "hangup"}},
            prompts=prompts("{{ ask }}"),
        )
    )
    assert lint(inner) == {("error", "tell", "prompt", "variable_unknown")}

    ways = [choice(exit="done"), choice(exit="failure")]
    submenu = {"kind": "submenu", "menu": "inner", "choices": ways}
    publish_menu(menu=load_steps({"ask": ask(choice("sub", any=True)), "sub": submenu}))
    assert lint(inner) == {("warning", "tell", "prompt", "variable_uncollected")}


# -- what a call may bring ---------------------------------------------------------------------


def branch(variable: str) -> dict[str, Any]:
    ways = [choice(value="gold"), choice(otherwise=True)]
    return {"kind": "branch", "variable": variable, "choices": ways}


def test_what_a_call_may_bring_is_known_everywhere_and_never_doubted() -> None:
    steps = {
        "ask": ask(choice("tell", any=True), prompt="spoken"),
        "tell": say("sort", prompt="spoken"),
        "sort": branch("plan"),
    }
    menu = load_steps(steps, prompts=prompts("{{ plan }}"), variables=[{"name": "plan"}])

    assert lint(menu) == set()


def test_what_a_call_may_bring_stays_certain_behind_questions_that_may_be_left_out() -> None:
    steps = {
        "ask": ask(choice("tell", any=True), choice("tell", exit="no_input")),
        "tell": say(prompt="spoken"),
    }
    spoken = prompts("{{ plan }} {{ ask }}")
    menu = load_steps(steps, prompts=spoken, variables=[{"name": "plan"}])

    assert [each.message for each in lint_menu(menu)] == [
        "“ask” is empty when callers come here before they entered it"
    ]


def test_a_variable_that_a_step_collects_cannot_be_brought_as_well() -> None:
    steps = {"ask": ask(choice("more", any=True)), "more": ask(choice(any=True), variable="plan")}
    menu = load_steps(steps, variables=[{"name": "name"}, {"name": "plan"}])

    assert lint(menu) == {("error", "", "variables.1.name", "variable_twice")}
    assert finding(menu, "variable_twice").message == (
        "“plan” may be brought by a call, and step more collects “plan”, too: name one of the two "
        "otherwise"
    )


@pytest.mark.parametrize("name", ["caller", "called", "language", "answered_by", "entry"])
def test_what_every_call_has_cannot_be_brought(name: str) -> None:
    menu = load(line(variables=[{"name": name}]))

    assert lint(menu) == {("error", "", "variables.0.name", "variable_built_in")}
    assert finding(menu, "variable_built_in").message == (
        f"“{name}” cannot be brought by a call: every call has its own “{name}”; name it otherwise"
    )


@pytest.mark.parametrize(
    ("stored", "place", "message"),
    [
        ("plan", "variables", "must be a list of rows"),
        (["plan"], "variables.0", "must be a mapping of names to values"),
        ([{"default": "gold"}], "variables.0.name", "is required"),
        ([{"name": "1st"}], "variables.0.name", "“1st” cannot be a variable. Name variables with"),
        ([{"name": "a" * 51}], "variables.0.name", "has 51 characters; the most is 50"),
        ([{"name": "a"}, {"name": "a"}], "variables.1.name", "a stands here twice"),
        ([{"name": "a", "default": 7}], "variables.0.default", "must be text"),
        ([{"name": "a", "default": "x" * 1_001}], "variables.0.default", "has 1001 characters"),
        ([{"name": f"v{n}"} for n in range(51)], "variables", "lists 51 variables; the most is 50"),
    ],
)
def test_variables_that_cannot_be_read_keep_a_menu_from_being_published(
    stored: Any, place: str, message: str
) -> None:
    menu = load(line())
    menu.variables = stored

    assert lint(menu) == {("error", "", place, "variables")}
    assert finding(menu, "variables").message.startswith(message)


def test_what_a_call_brings_to_a_calling_menu_may_be_spoken_with_a_doubt() -> None:
    inner = load(
        line(
            menu="inner",
            entry="tell",
            choices=[choice(exit="failure")],
            steps={"tell": say(prompt="spoken"), "bye": {"kind": "hangup"}},
            prompts=prompts("{{ plan }}"),
        )
    )
    assert lint(inner) == {("error", "tell", "prompt", "variable_unknown")}

    ways = [choice(exit="done"), choice(exit="failure")]
    submenu = {"kind": "submenu", "menu": "inner", "choices": ways}
    steps = {"ask": ask(choice("sub", any=True)), "sub": submenu}
    publish_menu(menu=load_steps(steps, variables=[{"name": "plan"}]))

    assert lint(inner) == {("warning", "tell", "prompt", "variable_uncollected")}


def test_a_secret_of_a_calling_menu_is_no_less_secret_for_being_declared() -> None:
    inner = line(
        menu="inner",
        entry="tell",
        choices=[choice(exit="failure")],
        steps={"tell": say(prompt="spoken"), "bye": {"kind": "hangup"}},
        prompts=prompts("{{ pin }}"),
        variables=[{"name": "pin", "default": "none"}],
    )
    menu = load(inner)
    assert lint(menu) == set()

    ways = [choice(exit="done"), choice(exit="failure")]
    submenu = {"kind": "submenu", "menu": "inner", "choices": ways}
    pin = ask(choice("sub", any=True), sensitivity="secret")
    publish_menu(menu=menu)
    publish_menu(menu=load_steps({"pin": pin, "sub": submenu}, entry="pin"))

    assert lint(menu) == {("error", "tell", "prompt", "secret_spoken")}


def _publish_asking_for_a_pin(slug: str, **settings: str) -> None:
    pin = ask({"on": {"any": True}, "action": "return"}, **settings)
    steps = {"pin": pin, "bye": {"kind": "hangup"}}
    publish_menu(menu=load(line(menu=slug, entry="pin", steps=steps)))
