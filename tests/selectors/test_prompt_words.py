"""What the words of a prompt can name, as the linter knows it, and how they sound."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.services.menus.building import ask, choice, finding, line, load, say, words
from voicegather.models import Prompt
from voicegather.selectors.prompt_words import Vocabulary, vocabulary_of

BUILT_IN = {"caller", "called", "language", "answered_by"}


def names(vocabulary: Vocabulary) -> set[str]:
    return {each.name for each in vocabulary.variables}


def entering(menu: str) -> dict[str, Any]:
    on = [choice("bye", exit=name) for name in ("done", "failure")]
    return {"kind": "submenu", "menu": menu, "choices": on}


@pytest.mark.django_db
def test_a_prompt_that_no_menu_speaks_can_name_what_every_call_has() -> None:
    vocabulary = vocabulary_of("nowhere")

    assert names(vocabulary) == BUILT_IN
    assert vocabulary.unknown_in("{{ whatever }}") == ()


@pytest.mark.django_db
def test_known_is_what_menus_on_the_way_collect_and_declare() -> None:
    bye = {"kind": "hangup"}
    outer = {"ask": ask(choice("in", digits="1"), variable="account"), "in": entering("inner")}
    inner = {"ask": say(prompt="told"), "bye": bye}
    load(line(menu="inner", steps=inner, prompts={"told": words()}))
    load(line(menu="outer", steps={**outer, "bye": bye}, variables=[{"name": "plan"}]))
    load(line(menu="apart", steps={"ask": ask(choice(digits="1"), variable="other"), "bye": bye}))

    vocabulary = vocabulary_of("told")

    assert names(vocabulary) == BUILT_IN | {"account", "plan"}
    assert vocabulary.unknown_in("{{ other }} {{ plan }} {{ other }}") == ("other",)


@pytest.mark.django_db
def test_the_linter_knows_the_same() -> None:
    menu = load(line(prompts={"question": words("{{ other }}")}))

    known = vocabulary_of("question")

    told = finding(menu, "variable_unknown").message.partition("known: ")[2]
    assert set(told.split(", ")) == names(known)


@pytest.mark.django_db
def test_an_entry_is_known_where_it_is_read_back() -> None:
    steps = {"ask": ask(choice(digits="1"), read_back="back"), "bye": {"kind": "hangup"}}
    load(line(steps=steps, prompts={"question": words(), "back": words("{{ entry }}")}))

    assert "entry" in names(vocabulary_of("back"))
    assert "entry" not in names(vocabulary_of("question"))


@pytest.mark.django_db
def test_an_entry_that_may_be_spoken_is_offered() -> None:
    pin = ask(choice(digits="1"), variable="pin", sensitivity="masked", speak_secret=True)
    load(line(steps={"ask": pin, "bye": {"kind": "hangup"}}))

    assert "pin" in {each.name for each in vocabulary_of("question").offered}


@pytest.mark.django_db
def test_steps_with_settings_that_cannot_be_read_are_passed_over() -> None:
    menu = load(line())
    menu.steps.filter(key="ask").update(config={"prompt": "question", "variable": [1]})

    assert names(vocabulary_of("question")) == BUILT_IN


@pytest.mark.django_db
def test_what_menus_of_other_teams_know_is_hidden_and_yet_not_unknown() -> None:
    pin = ask(choice(digits="1"), name="Ask for the PIN", variable="pin", sensitivity="secret")
    steps = {"ask": pin, "bye": {"kind": "hangup"}}
    menu = load(line(steps=steps, variables=[{"name": "plan", "help": "Gold or silver"}]))
    menu.team = Group.objects.create(name="Theirs")
    menu.save()
    reader = User.objects.create_user("reader")

    vocabulary = vocabulary_of("question", reader=reader)

    assert {each.name for each in vocabulary.offered} == BUILT_IN
    assert vocabulary.unknown_in("{{ plan }} {{ pin }} {{ other }}") == ("other",)
    assert vocabulary.beside_in("Your {{ plan }} plan") == ("plan",)
    (kept,) = vocabulary.kept_in("{{ pin }}")
    assert "Ask for the PIN" not in f"{kept.keeper} {kept.origin}"
    assert "Gold or silver" not in str(vocabulary)


@pytest.mark.django_db
def test_what_own_menus_know_is_told_though_other_teams_know_it_too() -> None:
    variables = [{"name": "plan", "help": "Gold or silver"}]
    theirs = load(line(menu="theirs", variables=[{"name": "plan", "help": "Theirs"}]))
    theirs.team = Group.objects.create(name="Theirs")
    theirs.save()
    load(line(menu="zulu", variables=variables))

    (plan,) = (
        each
        for each in vocabulary_of("question", reader=User.objects.create_user("reader")).offered
        if each.name == "plan"
    )

    assert plan.origin == "Gold or silver"


@pytest.mark.django_db
def test_the_queries_are_as_many_whatever_the_menus_are() -> None:
    counts = []
    reader = User.objects.create_user("reader")
    for size in (1, 4):
        for number in range(size):
            load(line(menu=f"line-{size}-{number}"))
        with CaptureQueriesContext(connection) as asked:
            vocabulary_of(Prompt.objects.get().key, reader=reader)
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_words_are_heard_with_example_values_and_without_tags() -> None:
    ssml = "<speak>Hi &amp; <b>{{ caller|digits }}</b></speak>"

    pieces = vocabulary_of("").preview(ssml, ssml=True)

    caller = "1, 3, 1, 2, 5, 5, 5, 0, 1, 0, 1"
    assert " ".join("".join(text for text, _ in pieces).split()) == f"Hi & {caller}"
    assert [text for text, is_example in pieces if is_example] == [caller]
