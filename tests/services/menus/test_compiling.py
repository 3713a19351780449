from __future__ import annotations

from typing import Any

import pytest

from tests.services.menus.building import VOICE, ask, choice, line, load, say, words
from voicegather.engine.edges import Action, Edge, Match
from voicegather.engine.graph import Graph, Sensitivity, Words, WordsKind
from voicegather.engine.variables import DeclaredVariable
from voicegather.models import Menu, Prompt, PromptVariant
from voicegather.services.menus import compile_menu, content_sha256

pytestmark = pytest.mark.django_db


def graph_of(menu: Menu) -> Graph:
    return Graph.load(compile_menu(menu), sha256="")


def test_a_document_says_its_format_menu_entry_and_languages() -> None:
    document = compile_menu(load(line()))

    assert document["format"] == 1
    assert (document["menu"], document["entry"]) == ("line", "ask")
    assert document["languages"] == ["en-US"]
    assert list(document["steps"]) == ["ask", "bye"]


def test_a_step_holds_its_own_choices_first_then_the_global_ones() -> None:
    menu = load(
        line(
            choices=[
                {"on": {"digits": "#"}, "action": "back"},
                choice(exit="no_input"),
                choice(exit="failure"),
            ],
            steps={
                "ask": ask(
                    choice("ask", exit="no_input"), choice(digits="1") | {"language": "en-US"}
                ),
                "bye": {"kind": "hangup"},
            },
        )
    )

    assert graph_of(menu).steps["ask"].edges == (
        Edge(Match.EXIT, "no_input", target="ask"),
        Edge(Match.DIGITS, "1", target="bye", language="en-US"),
        Edge(Match.DIGITS, "#", Action.BACK, inherited=True),
        Edge(Match.EXIT, "failure", target="bye", inherited=True),
    )


def test_a_step_carries_its_settings_name_and_sensitivity() -> None:
    step = ask(choice(any=True), name="PIN", sensitivity="masked", shown_last=2, maximum_digits=4)
    node = graph_of(load(line(steps={"ask": step, "bye": {"kind": "hangup"}}))).steps["ask"]

    assert (node.name, node.sensitivity, node.shown_last) == ("PIN", Sensitivity.MASKED, 2)
    assert node.config == {"prompt": "question", "maximum_digits": 4}


def test_only_prompts_that_steps_name_are_in_it_in_the_menus_languages() -> None:
    menu = load(
        line(
            languages=["es-US", "en-US"],
            prompts={
                "question": words("Hi.") | {"es-US": {"text": "Hola.", "voice": "AWS.Polly.Lupe"}},
                "unused": words(),
            },
        )
    )
    PromptVariant.objects.create(prompt=Prompt.objects.get(key="question"), language="fr-FR")

    assert graph_of(menu).prompts == {
        "question": {
            "es-US": Words(WordsKind.TEXT, "Hola.", "AWS.Polly.Lupe"),
            "en-US": Words(WordsKind.TEXT, "Hi.", VOICE),
        }
    }


def test_a_variant_brings_only_what_its_kind_uses() -> None:
    load(line())
    PromptVariant.objects.update(
        kind="audio", audio_url="https://example.com/a.wav", duration_ms=900, media_name="leftover"
    )
    audio = graph_of(Menu.objects.get()).prompts["question"]["en-US"]
    PromptVariant.objects.update(kind="media", media_name="hello")
    media = graph_of(Menu.objects.get()).prompts["question"]["en-US"]

    assert audio == Words(WordsKind.AUDIO, url="https://example.com/a.wav", duration_ms=900)
    assert media == Words(WordsKind.MEDIA, media_name="hello", duration_ms=900)


def test_a_draft_with_faults_compiles_too() -> None:
    menu = load(line(entry=None, steps={"ask": ask(choice(None, digits="1"))}, choices=[]))
    menu.steps.update(config=["not", "settings"])
    menu.languages = "en-US"
    menu.variables = "plan"
    menu.save()

    graph = graph_of(menu)

    assert (graph.entry, graph.languages, graph.variables) == ("", (), ())
    assert graph.steps["ask"].edges == (Edge(Match.DIGITS, "1"),)


def test_what_a_call_may_bring_is_in_it_where_there_is_any() -> None:
    document = compile_menu(load(line(variables=[{"name": "plan", "default": "basic"}])))

    assert document["variables"] == [{"name": "plan", "default": "basic"}]
    assert Graph.load(document, sha256="").variables == (DeclaredVariable("plan", "basic"),)
    assert "variables" not in compile_menu(load(line()))


def test_another_default_is_another_content() -> None:
    plain, basic, gold = (
        content_sha256(compile_menu(load(line(variables=variables))))
        for variables in ([], [{"name": "plan"}], [{"name": "plan", "default": "gold"}])
    )
    assert len({plain, basic, gold}) == 3


def test_the_hash_is_of_the_content_and_not_of_its_order() -> None:
    document = compile_menu(load(line()))
    shuffled = dict(reversed(document.items()))

    assert content_sha256(shuffled) == content_sha256(document)
    assert content_sha256({"é": 1}) == (
        "ddcfcf4765da163969972bb20660092ca2787782d9352d1d8a38e93f70acf3bf"
    )
    assert content_sha256(document | {"entry": "bye"}) != content_sha256(document)


def test_queries_do_not_grow_with_the_menu(django_assert_max_num_queries: Any) -> None:
    steps = {f"s{n}": say(f"s{n + 1}", prompt=f"p{n}") for n in range(150)}
    prompts = {f"p{n}": words() for n in range(150)}
    steps["s150"] = {"kind": "hangup"}
    menu = load(line(entry="s0", choices=[], steps=steps, prompts=prompts))

    with django_assert_max_num_queries(4):
        document = compile_menu(menu)

    assert len(document["prompts"]) == 150
