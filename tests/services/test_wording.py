"""What the engine says, in the language of whoever reads it."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from voicegather.engine.config import parse_config
from voicegather.engine.entries import EntryError, range_patterns
from voicegather.engine.kinds import kind_named
from voicegather.engine.reasons import REASONS
from voicegather.engine.steps.gather import GatherSettings
from voicegather.engine.wording import told
from voicegather.services.display import grouped
from voicegather.services.wording import translated, translated_error, translated_reason


def test_a_label_is_told_in_the_readers_language() -> None:
    kind = kind_named("gather")
    assert kind is not None

    with override("es"):
        assert translated(kind.label) == "Recogida de dígitos"
    assert translated(kind.label) == "Gather digits"


def test_a_sentence_with_values_is_told_in_the_readers_language() -> None:
    _settings, problems = parse_config(GatherSettings, {"maximum_digits": 1000})

    with override("es"):
        assert translated(problems[0].message) == "es 1000; el máximo es 128"
    assert problems[0].message == "is 1000; the most is 128"


def test_a_sentence_inside_another_is_told_in_the_same_language() -> None:
    inner = told("is %(value)s; the most is %(maximum)s", value=3, maximum=2)

    with override("es"):
        whole = translated(told("this is not YAML: %(problem)s", problem=inner))

    assert whole == "esto no es YAML: es 3; el máximo es 2"


def test_an_error_is_told_in_the_readers_language() -> None:
    with pytest.raises(EntryError) as raised:
        range_patterns("9-1")

    with override("es"):
        message = translated_error(raised.value)

    assert message == "«9-1» va al revés: escriba primero el extremo menor"


@pytest.mark.parametrize("text", ["", "a site’s own words", "100 %"])
def test_what_is_not_marked_stays_as_it_is(text: str) -> None:
    with override("es"):
        assert translated(text) == text


@pytest.mark.parametrize(
    ("kept", "spanish"),
    [
        ("nobody answered", "nadie contestó"),
        (
            "step main/ask (1) was entered more than 10 times",
            "se entró más de 10 veces en el paso main/ask (1)",
        ),
        (
            "the number could not be rung: Telnyx answered 422 (10015)",
            "no se pudo llamar al número: Telnyx respondió 422 (10015)",
        ),
        ("normal_clearing", "normal_clearing"),
        ("", ""),
    ],
)
def test_why_a_call_ended_is_told_in_the_readers_language(kept: str, spanish: str) -> None:
    with override("es"):
        assert translated_reason(kept) == spanish
    assert translated_reason(kept) == kept


def test_no_reason_can_be_taken_for_another() -> None:
    for template in REASONS:
        values = dict.fromkeys(("step", "exit", "most", "status", "code"), "7")

        assert translated_reason(template % values) == template % values


@pytest.mark.parametrize(
    ("language", "text"), [("en", "3,000"), ("es", "3\N{NO-BREAK SPACE}000"), ("es-mx", "3,000")]
)
def test_thousands_are_set_apart_as_the_language_does(language: str, text: str) -> None:
    with override(language):
        assert grouped(3000) == text
