"""Variables in prompts, and how long words take."""

from __future__ import annotations

import pytest

from voicegather.engine.template import (
    Placeholder,
    digit_by_digit,
    has_stray_braces,
    placeholder_pieces,
    placeholders,
    render,
    speaking_ms,
)

VALUES = {"name": "<Smith & Sons>", "number": "+13125550101", "quote": '"it\'s"'}


def lookup(name: str) -> str:
    return VALUES.get(name, "")


def test_variables_are_filled_in():
    assert render("Call {{ number }} now, {{name}}.", lookup, ssml=False) == (
        "Call +13125550101 now, <Smith & Sons>."
    )


def test_values_are_escaped_in_ssml():
    text = "<speak>{{ name }} said {{ quote }}</speak>"
    assert render(text, lookup, ssml=True) == (
        "<speak>&lt;Smith &amp; Sons&gt; said &quot;it&apos;s&quot;</speak>"
    )


def test_a_number_can_be_said_digit_by_digit():
    assert render("{{ number|digits }}", lookup, ssml=False) == "1, 3, 1, 2, 5, 5, 5, 0, 1, 0, 1"
    assert digit_by_digit("12*#-A") == "1, 2, *, #, A"


def test_an_unknown_variable_is_silent():
    assert render("Hello {{ stranger }}!", lookup, ssml=False) == "Hello !"


def test_a_value_is_not_rendered_again():
    assert render("{{ a }}", lambda name: "{{ b }}", ssml=False) == "{{ b }}"


def test_placeholders_are_found_in_order_with_their_filters():
    assert placeholders("{{ a }} {{b|digits}} {{ c | loud }}") == [
        Placeholder("a", ""),
        Placeholder("b", "digits"),
        Placeholder("c", "loud"),
    ]


@pytest.mark.parametrize(
    ("text", "stray"),
    [("{{ a }}", False), ("{{ a", True), ("a }}", True), ("{{ 1a }}", True), ("{ a }", False)],
)
def test_braces_left_over_are_noticed(text: str, stray: bool):
    assert has_stray_braces(text) is stray


def test_words_take_a_second_and_eleven_characters_a_second():
    assert speaking_ms("x" * 110, ssml=False) == 11_000


@pytest.mark.parametrize(
    ("pause", "milliseconds"),
    [("2s", 2000), ("250ms", 250), ("1.5s", 1500), (".5s", 500), ("1.5.2s", 0), ("soon", 0)],
)
def test_pauses_count_and_tags_do_not(pause: str, milliseconds: int):
    text = f'<speak>{"x" * 11}<break time="{pause}"/></speak>'
    assert speaking_ms(text, ssml=True) == 2000 + milliseconds


def test_the_pieces_of_a_text_are_all_of_it_in_order():
    pieces = placeholder_pieces("Hi {{ caller|digits }}{{ plan }}, {{ ")

    assert pieces == ["Hi ", Placeholder("caller", "digits"), Placeholder("plan", ""), ", {{ "]
    assert placeholder_pieces("") == []
