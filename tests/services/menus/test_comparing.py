"""Two compiled documents of a menu compared: what who publishes reads."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services.menus.building import VOICE, ask, choice, line, load, words
from voicegather.engine.codec import CodecError
from voicegather.services.menus import compile_menu
from voicegather.services.menus.comparing import Comparison, Difference, compare_documents
from voicegather.services.menus.wording import Part, Piece, compare_words

pytestmark = pytest.mark.django_db


def compiled(**changes: Any) -> dict[str, Any]:
    return compile_menu(load(line(**changes)))


def compared(**changes: Any) -> Comparison:
    """The plain menu against itself with `changes`."""
    return compare_documents(compiled(), compiled(**changes))


def steps(*choices: Any, **settings: Any) -> dict[str, Any]:
    return {"ask": ask(*(choices or [choice(digits="1")]), **settings), "bye": {"kind": "hangup"}}


def told(difference: Difference) -> list[tuple[str, str, str]]:
    return [(each.label, each.old, each.new) for each in difference.changes]


def test_the_same_document_has_no_differences() -> None:
    assert not compared()


def test_a_changed_setting_is_told_by_its_label_with_its_default() -> None:
    (step,) = compared(steps=steps(maximum_digits=4, name="Account")).steps

    assert (step.fate, step.key, step.name, step.detail) == (
        "changed",
        "ask",
        "Account",
        "Gather digits",
    )
    assert told(step) == [
        ("Name", "", "Account"),
        ("Most digits", "16 (as it comes)", "4"),
    ]


def test_rows_and_lists_of_settings_are_read_as_lines() -> None:
    rows = [{"name": "city", "type": "string", "description": "Where"}]
    document = compiled()
    document["steps"]["bye"] = {"key": "bye", "kind": "ai_gather", "config": {"fields": rows}}

    step = next(each for each in compare_documents(compiled(), document).steps if each.changes)

    assert ("Kind", "Hang up", "Gather by AI") in told(step)
    assert any("city" in new and "Where" in new for _, old, new in told(step))


def test_steps_that_come_and_go_are_told_with_where_they_lead() -> None:
    more = ask(choice("ask", any=True), name="More", sensitivity="masked")
    new = {**steps(choice("more", digits="1")), "more": more}

    there = compared(steps=new).steps
    back = compare_documents(compiled(steps=new), compiled()).steps

    assert [(each.fate, each.key, each.name) for each in there] == [
        ("changed", "ask", "ask"),
        ("added", "more", "More"),
    ]
    assert told(there[0]) == [("Choice “1”", "→ bye", "→ More (more)")]
    assert told(there[1]) == [
        ("Sensitivity", "", "masked"),
        ("Prompt", "", "question"),
        ("Choice “any entry”", "", "→ ask"),
    ]
    assert [(each.fate, each.key, each.changes) for each in back if each.key == "more"] == [
        ("removed", "more", ())
    ]


def test_choices_are_told_when_they_come_go_lead_elsewhere_or_change_places() -> None:
    old = compiled(steps=steps(choice(digits="1"), choice("ask", digits="2")))
    new = compiled(steps=steps(choice(digits="3"), choice(digits="2") | {"language": "en-US"}))
    swapped = compiled(steps=steps(choice("ask", digits="2"), choice(digits="1")))

    assert told(compare_documents(old, new).steps[0]) == [
        ("Choice “3”", "", "→ bye"),
        ("Choice “2”", "→ ask", "→ bye, en-US"),
        ("Choice “1”", "→ bye", ""),
    ]
    assert told(compare_documents(old, swapped).steps[0]) == [("Order of choices", "1, 2", "2, 1")]


def test_a_global_choice_is_told_once_and_not_at_every_step() -> None:
    added = [*line()["choices"], {"on": {"digits": "#"}, "action": "back"}]

    found = compared(choices=added)

    assert [(each.label, each.old, each.new) for each in found.menu] == [
        ("Everywhere, “#”", "", "→ back a step")
    ]
    assert found.steps == ()


def test_global_choices_in_another_order_are_told() -> None:
    (change,) = compared(choices=line()["choices"][::-1]).menu
    assert change.label == "Order of choices"


def test_a_step_that_overrides_a_global_choice_differs_itself() -> None:
    override = choice("ask", exit="no_input")

    (step,) = compared(steps=steps(choice(digits="1"), override)).steps

    assert told(step) == [("Choice “no input”", "", "→ ask")]


def test_words_are_compared_in_each_language() -> None:
    spanish = {"es-US": {"text": "Marque 1.", "voice": "AWS.Polly.Lupe"}}
    found = compared(
        languages=["en-US", "es-US"],
        prompts={"question": words("Please press 1 now.") | spanish},
    )

    english, other = found.prompts
    assert (english.fate, english.key, english.detail) == ("changed", "question", "en-US")
    assert told(english) == [("Words", "Press 1.", "Please press 1 now.")]
    assert (other.fate, other.detail) == ("added", "es-US")
    assert ("Words", "", "Marque 1.") in told(other)
    assert [(each.label, each.old, each.new) for each in found.menu] == [
        ("Languages", "en-US", "en-US, es-US")
    ]


def test_a_prompt_that_is_gone_is_told_with_what_it_said() -> None:
    said = {"text": "Bye.", "voice": VOICE}
    old = compiled()
    old["prompts"]["farewell"] = {"en-US": {"kind": "text", **said}}

    (gone,) = compare_documents(old, compiled()).prompts

    assert (gone.fate, gone.key) == ("removed", "farewell")
    assert ("Words", "Bye.", "") in told(gone)


def test_the_entry_and_what_calls_bring_concern_the_whole_menu() -> None:
    found = compared(
        steps=steps(choice("ask", digits="1")) | {"bye": ask(choice(any=True), name="ask")},
        entry="bye",
        variables=[{"name": "plan", "default": "gold"}],
    )

    assert [each.label for each in found.menu] == ["What a call may bring", "First step"]
    assert found.menu[0].new == "name: plan; default: gold"


def test_of_no_older_version_everything_is_new() -> None:
    found = compare_documents(None, compiled())

    assert {each.fate for each in (*found.steps, *found.prompts)} == {"added"}
    assert [each.key for each in found.steps] == ["ask", "bye"]


def test_marks_tell_differences_apart_and_stay() -> None:
    one, same, other = (
        compared(prompts={"question": words(text)}) for text in ("One.", "One.", "Two.")
    )

    assert one.marks == same.marks
    assert one.prompts[0].mark not in other.marks


@pytest.mark.parametrize("change", [{"format": 99}, {"steps": "none"}])
def test_a_document_that_cannot_be_read_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(CodecError):
        compare_documents(compiled(), compiled() | change)


def test_true_and_one_differ() -> None:
    old, new = compiled(), compiled()
    old["steps"]["ask"]["config"]["odd"], new["steps"]["ask"]["config"]["odd"] = 1, True

    assert told(compare_documents(old, new).steps[0]) == [("odd", "1", "yes")]


# ---- words --------------------------------------------------------------------------------


def test_words_that_stayed_are_told_from_those_that_went_and_came() -> None:
    assert compare_words("Press 1 for sales.", "Please press 1 for sales.") == (
        Piece(Part.REMOVED, "Press "),
        Piece(Part.ADDED, "Please press "),
        Piece(Part.KEPT, "1 for sales."),
    )


@pytest.mark.parametrize(
    ("old", "new"), [("", "One two."), ("One two.", ""), ("a b", "a  b"), ("x " * 5000, "y")]
)
def test_the_pieces_make_up_both_texts(old: str, new: str) -> None:
    pieces = compare_words(old, new)

    assert "".join(each.text for each in pieces if each.part is not Part.ADDED) == old
    assert "".join(each.text for each in pieces if each.part is not Part.REMOVED) == new


def test_equal_texts_are_one_piece() -> None:
    assert compare_words("One.", "One.") == (Piece(Part.KEPT, "One."),)
    assert compare_words("", "") == ()
