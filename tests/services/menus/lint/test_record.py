"""Steps that record: what keeps them from being published, and what is only minded."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.menus.building import choice, finding, lint, load_steps, say, words
from voicegather.models import Menu
from voicegather.services.menus import MenuLintError, publish_menu

pytestmark = pytest.mark.django_db

KEYS = {"keep_key": "1", "listen_key": "2", "again_key": "3"}


def menu(**settings: Any) -> Menu:
    """A menu that takes a message; `review` is a prompt of it."""
    exits = [choice(exit=name) for name in ("done", "no_consent")]
    step = {"kind": "record", "prompt": "question", "choices": exits, **settings}
    prompts = {"question": words("Speak."), "review": words("To keep it press 1.")}
    if "review" not in settings.values():
        del prompts["review"]
    if not settings.get("consent_prompt"):
        step["choices"] = exits[:1]
    return load_steps(
        {"ask": step},
        prompts=prompts,
        choices=[choice(exit=name) for name in ("no_input", "failure")],
    )


def said(found: Menu, code: str) -> tuple[str, str, str]:
    """The severity, the field and the message of the only finding, which is of this code."""
    ((severity, step, field, _),) = lint(found)
    assert step == "ask"
    return severity, field, finding(found, code).message


def test_a_message_with_its_review_has_no_findings() -> None:
    assert lint(menu()) == set()
    assert lint(menu(review_prompt="review", **KEYS)) == set()


@pytest.mark.parametrize("shortest", [10, 11])
def test_a_message_that_would_always_be_too_short_is_refused(shortest: int) -> None:
    found = menu(shortest_s=shortest, longest_s=10)

    message = "is not less than longest_s (10): every recording would be too short"
    assert said(found, "record_lengths") == ("error", "shortest_s", message)
    with pytest.raises(MenuLintError):
        publish_menu(menu=found)


def test_a_message_may_be_one_second_longer_than_its_shortest() -> None:
    assert lint(menu(shortest_s=9, longest_s=10)) == set()


def test_callers_are_told_to_speak_by_a_prompt_or_by_a_beep() -> None:
    message = "neither a prompt nor a beep tells the caller to speak: add one"
    unannounced = lint(menu(prompt="", beep=False))

    assert ("warning", "ask", "prompt", "record_unannounced") in unannounced
    assert finding(menu_of("quiet", prompt="", beep=False), "record_unannounced").message == message
    assert "record_unannounced" not in codes(menu_of("beeps", prompt="", beep=True))
    assert "record_unannounced" not in codes(menu_of("speaks", beep=False))


def test_a_message_that_nothing_but_its_length_ends_is_minded() -> None:
    message = "neither a key nor silence ends the recording: callers wait for 30 seconds"
    found = menu(ending_key="", silence_s=0, longest_s=30)

    assert said(found, "record_endless") == ("warning", "ending_key", message)
    assert lint(menu_of("key", ending_key="#", silence_s=0)) == set()
    assert lint(menu_of("silence", ending_key="", silence_s=5)) == set()


@pytest.mark.parametrize(
    ("name", "more"),
    [
        ("ending_key", {}),
        ("keep_key", {"review_prompt": "review"}),
        ("listen_key", {"review_prompt": "review"}),
        ("again_key", {"review_prompt": "review"}),
        ("consent_key", {"consent_prompt": "review"}),
    ],
)
@pytest.mark.parametrize("key", ["A", "é", "٣"])
def test_keys_are_those_of_a_telephone(name: str, more: dict[str, str], key: str) -> None:
    message = f"“{key}” is not a key: use one of 0-9, * and #"

    assert said(menu(**{**more, name: key}), "record_key") == ("error", name, message)


@pytest.mark.parametrize("name", ["keep_key", "listen_key", "again_key", "consent_key"])
def test_keys_that_play_no_part_are_not_minded(name: str) -> None:
    assert lint(menu(**{name: "A"})) == set()


@pytest.mark.parametrize(("one", "other"), [("keep_key", "2"), ("again_key", "1")])
def test_one_key_of_the_review_does_one_thing(one: str, other: str) -> None:
    found = menu(review_prompt="review", **{one: other})

    message = "two keys of the review are the same: choose another"
    assert said(found, "record_key") == ("error", "again_key", message)


def test_a_recorded_call_whose_caller_was_not_asked_is_minded() -> None:
    step = {"kind": "record", "records": "call", "choices": [choice("hello", exit="done")]}
    menu = load_steps({"ask": step, "hello": say()})

    assert ("warning", "ask", "consent_prompt", "record_consent") in lint(menu)
    assert finding(menu, "record_consent").message.startswith("the call is recorded without asking")


def test_a_recorded_call_has_no_need_of_what_messages_need() -> None:
    found = menu(
        records="call",
        consent_prompt="review",
        prompt="question",
        beep=False,
        ending_key="",
        silence_s=0,
        shortest_s=5,
        longest_s=5,
    )

    assert not {each for each in codes(found) if each.startswith("record_")}


def codes(found: Menu) -> set[str]:
    return {code for _, _, _, code in lint(found)}


def menu_of(name: str, **settings: Any) -> Menu:
    """As `menu`, beside others of the same test."""
    Menu.objects.filter(slug="line").update(slug=f"before-{name}")
    return menu(**settings)
