from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.services.menus.building import ask, choice, finding, lint, load_steps, say, words
from voicegather import handlers
from voicegather.models import Menu
from voicegather.services.menus import publish_menu

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def registered() -> Iterator[None]:
    """The site has a handler and a validator."""
    with handlers.restored():
        handlers.handler("balance")(lambda call: None)
        handlers.validator("account")(lambda entry, call: None)
        yield


def looking(*choices: dict[str, Any], account: dict[str, Any] | None = None, **more: Any) -> Menu:
    """A menu that asks for an account, looks it up and tells the amount."""
    look = {"kind": "handler", "handler": "balance", "variables": ["amount"], **more}
    return load_steps(
        {
            "ask": ask(choice("look", any=True), variable="account", **(account or {})),
            "look": look | {"choices": [choice("tell", exit="done"), *choices]},
            "tell": say(prompt="spoken"),
        },
        prompts={"question": words("Account?"), "spoken": words("You have {{ amount }}")},
    )


def test_a_handlers_variables_can_be_spoken() -> None:
    assert lint(looking()) == set()


def test_a_handlers_variables_are_not_there_after_a_failure() -> None:
    assert lint(looking(choice("tell", exit="failure"))) == {
        ("warning", "tell", "prompt", "variable_uncollected")
    }


def test_a_variable_that_the_handler_does_not_declare_is_unknown() -> None:
    assert lint(looking(variables=[])) == {("error", "tell", "prompt", "variable_unknown")}


@pytest.mark.parametrize("name", ["two words", "1st", ""])
def test_a_handlers_variables_have_names(name: str) -> None:
    assert ("error", "look", "variables", "variable_name") in lint(looking(variables=[name]))


def test_a_handler_that_hides_what_every_call_knows_is_warned_of() -> None:
    menu = looking(variables=["amount", "caller"])

    assert lint(menu) == {("warning", "look", "variables", "variable_hides")}


def test_a_handler_that_the_site_does_not_have_is_refused() -> None:
    menu = looking(handler="balanse")

    assert lint(menu) == {("error", "look", "handler", "handler_unknown")}
    assert finding(menu, "handler_unknown").message.startswith(
        "this site has no handler “balanse”: register it, or name another; known: balance"
    )


def test_a_handler_may_name_exits_of_its_own() -> None:
    assert lint(looking(choice(exit="vip"))) == set()


def test_a_handler_never_leaves_by_keys() -> None:
    assert lint(looking(choice(digits="1"))) == {("error", "look", "choices[1]", "never_taken")}


def test_a_global_choice_is_not_taken_for_an_exit_that_a_handler_names() -> None:
    retry = {"on": {"exit": "no_input"}, "action": "repeat"}
    menu = load_steps(
        {
            "ask": ask(choice("look", any=True)),
            "look": {
                "kind": "handler",
                "handler": "balance",
                "choices": [choice(exit="done")],
            },
        },
        choices=[retry, choice(exit="invalid"), choice(exit="failure")],
    )

    assert lint(menu) == set()


def test_a_handler_that_repeats_itself_goes_round_without_asking_anything() -> None:
    again = {"on": {"exit": "busy"}, "action": "repeat"}

    assert ("error", "look", "", "loop") in lint(looking(again))


def test_options_speak_what_is_known() -> None:
    assert lint(looking(options={"body": "{{ account }} {{ caller }} {{ answered_by }}"})) == set()
    assert lint(looking(options={"body": "{{ acount }}"})) == {
        ("error", "look", "options", "variable_unknown")
    }


def test_braces_that_form_no_variable_are_refused_in_options() -> None:
    menu = looking(options={"body": "{{ account"})

    assert lint(menu) == {("error", "look", "options", "braces")}
    assert finding(menu, "braces").message == (
        "“body” has {{ or }} that form no variable: write {{ name }}"
    )


@pytest.mark.parametrize("kept", ["masked", "secret"])
def test_a_sensitive_entry_is_handed_on_only_where_that_is_allowed(kept: str) -> None:
    more: dict[str, Any] = {
        "account": {"sensitivity": kept},
        "options": {"body": "{{ account }}"},
    }
    menu = looking(**more)

    assert lint(menu) == {("error", "look", "options", "secret_passed")}
    assert finding(menu, "secret_passed").message == (
        f"hands on “account”, which step ask keeps {kept}: remove it, or set pass_sensitive"
    )
    assert lint(looking(**more, pass_sensitive=True)) == set()


def test_what_a_sensitive_handler_returns_is_spoken_only_where_that_is_allowed() -> None:
    assert lint(looking(sensitivity="masked")) == {("error", "tell", "prompt", "secret_spoken")}
    assert lint(looking(sensitivity="masked", speak_secret=True)) == set()


def test_more_variables_than_a_handler_may_set_are_refused() -> None:
    names = ["amount", *(f"v{number}" for number in range(50))]

    assert lint(looking(variables=names)) == {("error", "look", "variables", "variables")}


def judging(**settings: Any) -> Menu:
    return load_steps(
        {"ask": ask(choice(any=True), **settings)},
        prompts={"question": words("Account?"), "closed": words("It is closed.")},
    )


def test_a_validator_and_its_prompts_are_looked_up() -> None:
    assert lint(judging(validator="account", refusal_prompts={"closed": "closed"})) == set()


def test_a_validator_that_the_site_does_not_have_is_refused() -> None:
    menu = judging(validator="acount")

    assert lint(menu) == {("error", "ask", "validator", "validator_unknown")}
    assert finding(menu, "validator_unknown").message.startswith(
        "this site has no validator “acount”: register it, or name another; known: account"
    )


def test_a_prompt_for_a_refusal_must_exist() -> None:
    menu = judging(validator="account", refusal_prompts={"closed": "klosed"})

    assert lint(menu) == {("error", "ask", "refusal_prompts", "prompt_missing")}


def test_prompts_for_refusals_need_a_validator() -> None:
    menu = judging(refusal_prompts={"closed": "closed"})

    assert lint(menu) == {("error", "ask", "refusal_prompts", "refusals")}


def test_a_prompt_for_a_refusal_is_published_with_its_menu() -> None:
    version = publish_menu(menu=judging(validator="account", refusal_prompts={"closed": "closed"}))

    assert version.document["prompts"]["closed"]["en-US"]["text"] == "It is closed."
