"""The compiled menu: loading it, and finding a prompt's words."""

from __future__ import annotations

import pytest

from tests.engine.menus import by, document, gather, menu, on, otherwise, step, text, value
from voicegather.engine.codec import CodecError, to_json
from voicegather.engine.edges import Edge, Match
from voicegather.engine.graph import Graph, StepNode


def spoken(*languages: str, enabled: tuple[str, ...] = ("en-US", "fr-FR")) -> Graph:
    variants = {each: text(each) for each in languages}
    return menu({"ask": gather(on("1", "taken"))}, {"question": variants}, languages=enabled)


@pytest.mark.parametrize(
    ("wanted", "available", "found"),
    [
        ("es-MX", ("en-US", "es-MX", "es-ES"), "es-MX"),
        ("es-MX", ("en-US", "es-ES"), "es-ES"),
        ("es-MX", ("en-US", "es"), "es"),
        ("es", ("en-US", "es-ES"), "es-ES"),
        ("es-MX", ("fr-FR", "en-US"), "en-US"),
        ("es-MX", ("it-IT", "fr-FR"), "fr-FR"),
        ("es-MX", ("it-IT", "de-DE"), "it-IT"),
    ],
    ids=[
        "the language itself",
        "another region",
        "without a region",
        "any region",
        "first enabled",
        "second enabled",
        "whatever there is",
    ],
)
def test_words_follow_the_fallback_chain(wanted: str, available: tuple[str, ...], found: str):
    words = spoken(*available).words("question", wanted)
    assert words is not None
    assert words.text == found


def test_a_prompt_without_words_has_none():
    assert spoken("en-US").words("unheard_of", "en-US") is None


def test_a_compiled_menu_comes_back_from_its_document():
    graph = menu({"ask": gather(on("1", "taken"))})
    again = Graph.load(to_json(graph), sha256="other")
    assert again == graph
    assert again.sha256 == "other"
    assert "sha256" not in to_json(graph)


def test_a_compiled_menu_names_its_format():
    assert to_json(menu({"end": step("hangup")}))["format"] == 1


def test_a_newer_format_is_refused():
    newer = document({"end": step("hangup")}) | {"format": 2}
    with pytest.raises(CodecError, match="menu format 2 is newer than this release reads"):
        Graph.load(newer, sha256="x")


def test_an_exit_takes_its_own_edge_or_otherwise():
    node = menu({"ask": step("gather", by("no_input", "a"), otherwise("b"))}).steps["ask"]
    assert node.exit_edge("no_input") == Edge(Match.EXIT, "no_input", target="a")
    assert node.exit_edge("invalid") == Edge(Match.OTHERWISE, target="b")
    assert StepNode("ask", "gather").exit_edge("invalid") is None


def test_a_value_takes_its_own_edge_or_otherwise():
    node = menu({"fork": step("branch", value("1", "a"), otherwise("b"))}).steps["fork"]
    assert node.value_edge("1") == Edge(Match.VALUE, "1", target="a")
    assert node.value_edge("2") == Edge(Match.OTHERWISE, target="b")


def test_an_edge_is_labelled_by_its_value_or_its_match():
    assert Edge(Match.RANGE, "1-5").label == "1-5"
    assert Edge(Match.ANY).label == "any"


def test_settings_that_cannot_stand_name_the_step_and_the_field():
    node = StepNode("ask", "gather", {"no_input_limit": 0})
    with pytest.raises(CodecError, match="step ask: no_input_limit is 0; the least is 1"):
        _ = node.settings


def test_a_kind_that_this_release_lacks_is_named():
    with pytest.raises(CodecError, match="step x is of the kind telepathy, unknown"):
        _ = StepNode("x", "telepathy").settings
