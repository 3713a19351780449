from __future__ import annotations

import pytest

from voicegather.services.menus.lint.ssml import find_ssml_problem, ssml_problem


@pytest.mark.parametrize(
    "text",
    [
        "<speak>Hi</speak>",
        '  <speak>Hi <break time="300ms"/> &amp; bye &#233;</speak>\n',
        '<speak><amazon:effect name="whispered">Hi</amazon:effect></speak>',
        '<speak><say-as interpret-as="digits">{{ account|digits }}</say-as></speak>',
        '<speak><prosody rate="{{ rate }}">Hi</prosody></speak>',
        '<speak version="1.1" xml:lang="en-US">Hi</speak>',
        "<speak><![CDATA[a < b]]></speak>",
    ],
)
def test_well_formed_ssml_is_fine(text: str) -> None:
    assert ssml_problem(text) == ""


@pytest.mark.parametrize(
    "text", ["Hi", "<p>Hi</p>", "<speak>Hi", "<speak/>", "<speaker>Hi</speak>", "<!-- --><speak/>"]
)
def test_the_root_must_be_speak(text: str) -> None:
    assert ssml_problem(text) == "must begin with <speak> and end with </speak>"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<speak>a & b</speak>", "is not well-formed: not well-formed (invalid token) in line 1"),
        ("<speak><b>a</speak>", "is not well-formed: mismatched tag in line 1, column 14"),
        ("<speak>&nbsp;</speak>", "is not well-formed: undefined entity in line 1, column 8"),
        ("<speak>a</speak><speak>b</speak>", "is not well-formed: junk after document element"),
        (
            "<speak>\n<a b=1/></speak>",
            "is not well-formed: not well-formed (invalid token) in line 2",
        ),
    ],
)
def test_ssml_that_is_not_well_formed_is_refused_with_its_place(text: str, problem: str) -> None:
    assert ssml_problem(text).startswith(problem)


def test_the_place_is_that_in_what_was_written() -> None:
    found = find_ssml_problem("\n\n  <speak>{{ caller }} é & b</speak>")

    assert found is not None
    assert (found.line, found.column) == (3, 26)


def test_entities_cannot_be_declared() -> None:
    bomb = '<!DOCTYPE speak [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><speak>&b;</speak>'

    assert ssml_problem(bomb) != ""
    assert ssml_problem(f"<speak>{bomb}</speak>") != ""
