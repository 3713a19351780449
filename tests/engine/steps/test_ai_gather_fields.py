"""Fields of an AI gather: the schema that asks for them, and answers held to their types."""

from __future__ import annotations

import json
from typing import Any

import pytest

from voicegather.engine.secret import Secret
from voicegather.engine.steps.ai_gather import AiField, AiGatherSettings, FieldType
from voicegather.engine.steps.ai_gather_fields import can_be, read_result, schema_of

PLAN = AiField("plan", "The plan", FieldType.CHOICE, choices=("Gold", "silver", "SILVER"))


def field(kind: str, **more: Any) -> AiField:
    choices = ("Gold", "silver") if kind == "choice" else ()
    return AiField("x", "What it is", FieldType(kind), choices=choices, **more)


def read(kind: str, answer: str) -> tuple[str, str | None] | None:
    """Raw and value of an answer given as JSON text; None where it counts as none."""
    found = read_result([field(kind)], Secret(f'{{"x": {answer}}}'))
    if not found:
        return None
    (reading,) = found
    return reading.raw.reveal(), reading.value.reveal() if reading.value else None


def test_every_type_is_asked_for_in_words_that_json_schema_has():
    fields = [field(kind.value) for kind in FieldType]
    schemas = {
        kind: schema_of([each], ())["properties"]["x"]
        for kind, each in zip(FieldType, fields, strict=True)
    }
    assert schemas == {
        FieldType.STRING: {"type": "string", "description": "What it is"},
        FieldType.INTEGER: {"type": "integer", "description": "What it is"},
        FieldType.NUMBER: {"type": "number", "description": "What it is"},
        FieldType.BOOLEAN: {"type": "boolean", "description": "What it is"},
        FieldType.DATE: {"type": "string", "description": "What it is. Written as YYYY-MM-DD."},
        FieldType.CHOICE: {
            "type": "string",
            "enum": ["Gold", "silver"],
            "description": "What it is",
        },
    }


def test_required_is_never_empty():
    optional = [AiField("a", "A", required=False), AiField("b", "B", required=False)]
    assert AiGatherSettings(tuple(optional)).required == {"a", "b"}
    mixed = (*optional, AiField("c", "C"))
    assert AiGatherSettings(mixed).required == {"c"}
    assert schema_of(mixed, {"c"})["required"] == ["c"]
    assert schema_of(optional, {"c"})["required"] == ["a", "b"]


@pytest.mark.parametrize(
    ("kind", "answer", "raw", "value"),
    [
        ("string", '" Ada "', " Ada ", "Ada"),
        ("string", '"José 🎉"', "José 🎉", "José 🎉"),
        ("integer", "29", "29", "29"),
        ("integer", "-0", "0", "0"),
        ("integer", "29.0", "29.0", "29"),
        ("integer", "1e3", "1000.0", "1000"),
        ("number", "1.50", "1.5", "1.5"),
        ("number", "1e-7", "1e-07", "0.0000001"),
        ("number", "3", "3", "3"),
        ("number", "-0.0", "-0.0", "0"),
        ("boolean", "true", "true", "true"),
        ("boolean", "false", "false", "false"),
        ("date", '"2028-02-29"', "2028-02-29", "2028-02-29"),
        ("choice", '"silver"', "silver", "silver"),
        ("choice", '" GOLD"', " GOLD", "Gold"),
    ],
)
def test_an_answer_is_kept_in_one_spelling(kind: str, answer: str, raw: str, value: str):
    assert read(kind, answer) == (raw, value)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("string", "5"),
        ("string", "true"),
        ("string", '["Ada"]'),
        ("string", json.dumps("x" * 1_001)),
        ("string", '"a\\u0000b"'),
        ("string", '"\\ud800"'),
        ("integer", '"29"'),
        ("integer", "29.5"),
        ("integer", "true"),
        ("integer", "NaN"),
        ("integer", "1e999"),
        ("integer", "1" + "0" * 1_000),
        ("number", "NaN"),
        ("number", "-Infinity"),
        ("number", "false"),
        ("number", '"1.5"'),
        ("boolean", "1"),
        ("boolean", '"true"'),
        ("date", '"2026-02-29"'),
        ("date", '"20260101"'),
        ("date", '"2026-W01-1"'),
        ("date", '"tomorrow"'),
        ("date", '"٢٠٢٦-٠١-٠١"'),
        ("date", "20260101"),
        ("choice", '"bronze"'),
        ("choice", "7"),
        ("choice", '{"Gold": 1}'),
    ],
)
def test_an_answer_that_does_not_fit_its_type_is_never_valid(kind: str, answer: str):
    found = read(kind, answer)
    assert found is not None
    raw, value = found
    assert value is None
    assert raw.encode()
    assert "\0" not in raw


@pytest.mark.parametrize("answer", ["null", '""', '"  "'])
def test_nothing_said_is_no_answer(answer: str):
    assert read("string", answer) is None
    assert read_result([field("string")], Secret("{}")) == ()
    assert read_result([field("string")], None) == ()


def test_a_choice_that_could_be_two_must_be_spelt_as_it_is():
    found = read_result([PLAN], Secret('{"plan": "Silver"}'))
    assert [each.value for each in found] == [None]
    found = read_result([PLAN], Secret('{"plan": "SILVER", "more": 1}'))
    assert [each.value for each in found] == [Secret("SILVER")]


@pytest.mark.parametrize(
    ("kind", "value", "possible"),
    [
        ("boolean", "true", True),
        ("boolean", "True", False),
        ("integer", "12", True),
        ("integer", "012", False),
        ("integer", "1.5", False),
        ("integer", "-0", False),
        ("number", "1.5", True),
        ("number", "1.50", False),
        ("number", "one", False),
        ("date", "2026-12-24", True),
        ("date", "24.12.2026", False),
        ("choice", "Gold", True),
        ("choice", "gold", False),
        ("string", "anything", True),
        ("string", " blank", False),
        ("string", "", False),
    ],
)
def test_a_choice_can_only_be_on_a_value_that_is_kept_so(kind: str, value: str, possible: bool):
    assert can_be(field(kind), value) is possible
