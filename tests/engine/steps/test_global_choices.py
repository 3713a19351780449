"""Choices that every step inherits: operator, repeat, back; and choices that switch language."""

from __future__ import annotations

from tests.engine.line import Line
from tests.engine.menus import any_entry, by, gather, menu, on, step, text, wish
from voicegather.engine.facts import AttemptOutcome, StepEntered, StepLeft
from voicegather.engine.graph import Graph

VALID = AttemptOutcome.VALID
WISHES = (wish("0", target="operator"), wish("*", "repeat"), wish("#", "back"))


def asking(*edges: dict, prompt: str) -> dict:
    return gather(*edges, *WISHES, prompt=prompt)


def house(*, name: str = "main") -> Graph:
    """Two questions and an operator."""
    return menu(
        {
            "first": asking(on("1", "second"), prompt="one"),
            "second": asking(on("1", "taken"), prompt="two"),
            "operator": gather(on("1", "taken"), prompt="operator"),
        },
        name=name,
    )


def test_zero_leads_to_the_operator_from_every_step():
    line = Line(house()).answer()
    line.gather_ends("1")
    line.gather_ends("0")
    assert line.step == "operator"
    assert line.results[-1] == (VALID, "0", None, "0")


def test_a_wish_leaves_no_value_in_the_variables():
    line = Line(house()).answer()
    line.gather_ends("0")
    assert line.state.variables == {}


def test_star_asks_again_as_a_new_visit():
    line = Line(house()).answer()
    line.gather_ends("*")
    assert line.step == "first"
    assert line.said == "<one>"
    assert [each.visit for each in line.found(StepEntered)] == [1, 2]


def test_hash_goes_back_to_the_step_before():
    line = Line(house()).answer()
    line.gather_ends("1")
    line.gather_ends("#")
    assert line.step == "first"
    line.gather_ends("1")
    line.gather_ends("#")
    assert line.step == "first"


def test_back_from_the_first_step_asks_it_again():
    line = Line(house()).answer()
    line.gather_ends("#")
    assert line.step == "first"
    assert line.said == "<one>"


def test_back_passes_over_steps_that_asked_nothing():
    notice = step("message", by("done", "second"), prompt="notice", uninterrupted=True)
    line = Line(
        menu(
            {
                "first": asking(on("1", "notice"), prompt="one"),
                "notice": notice,
                "second": asking(on("1", "taken"), prompt="two"),
            }
        )
    ).answer()
    line.gather_ends("1")
    line.prompt_ends()
    assert line.step == "second"
    line.gather_ends("#")
    assert line.step == "first"


def test_back_leads_out_of_a_submenu():
    main = menu(
        {
            "first": asking(on("1", "hours"), prompt="one"),
            "hours": step("submenu", by("done", "taken"), by("failure", "broken"), menu="hours"),
        }
    )
    hours = menu({"which": asking(on("1", "taken"), prompt="which")}, name="hours")
    line = Line(main, hours).answer()
    line.gather_ends("1")
    assert (len(line.state.frames), line.step) == (2, "which")
    line.gather_ends("#")
    assert (len(line.state.frames), line.step) == (1, "first")
    assert line.found(StepLeft)[1:] == [
        StepLeft(line.now, 3, "#"),
        StepLeft(line.now, 2, "back"),
    ]


def test_a_steps_own_choice_wins_over_an_inherited_one():
    line = Line(menu({"first": gather(wish("1", target="wrong"), on("1", "taken"))})).answer()
    line.gather_ends("1")
    assert line.step == "taken"


def test_an_inherited_choice_wins_over_any_entry_and_stops_at_once_where_it_can():
    line = Line(menu({"first": asking(any_entry("taken"), prompt="one")} | OPERATOR)).answer()
    line.press("*")
    assert line.was_stopped
    line.gather_ends("*")
    assert line.step == "first"
    line.gather_ends("0")
    assert line.step == "operator"


OPERATOR = {"operator": gather(on("1", "taken"), prompt="operator")}


def test_a_choice_can_switch_the_language():
    languages = ("en-US", "es-US")
    spoken = {
        "one": {"en-US": text("For English"), "es-US": text("Para español")},
        "two": {"en-US": text("Which?"), "es-US": text("¿Cuál?")},
    }
    line = Line(
        menu(
            {
                "first": gather(
                    on("1", "second", language="en-US"),
                    on("2", "second", language="es-US"),
                    prompt="one",
                ),
                "second": gather(on("1", "taken"), prompt="two"),
            },
            spoken,
            languages=languages,
        )
    ).answer()
    assert line.said == "For English"
    line.gather_ends("2")
    assert line.said == "¿Cuál?"
    assert line.state.language == "es-US"
    assert [each.language for each in line.found(StepEntered)] == ["en-US", "es-US"]


def test_a_call_can_begin_in_another_language():
    spoken = {"question": {"en": text("Which?"), "es": text("¿Cuál?")}}
    graph = menu({"first": gather(on("1", "taken"))}, spoken, languages=("en", "es"))
    assert Line(graph, language="es").answer().said == "¿Cuál?"
