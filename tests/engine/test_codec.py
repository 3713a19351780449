"""Dataclasses to JSON and back, across releases."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal

import pytest

from voicegather.engine.codec import CodecError, always_stored, from_json, to_json
from voicegather.engine.secret import Secret


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Inner:
    key: Secret
    at: int = 0


@dataclass(frozen=True)
class Outer:
    name: str
    version: int = always_stored(1)
    share: float = 1.0
    colour: Colour = Colour.RED
    inners: tuple[Inner, ...] = ()
    pair: tuple[str, int] = ("", 0)
    by_name: Mapping[str, Inner] = field(default_factory=dict)
    maybe: Inner | None = None
    mode: Literal["a", "b"] = "a"
    scalar: str | int | None = None
    anything: Any = None
    cached: str = field(default="", init=False)


FULL = Outer(
    name="x",
    version=2,
    share=0.5,
    colour=Colour.BLUE,
    inners=(Inner(Secret("1"), 5),),
    pair=("a", 1),
    by_name={"k": Inner(Secret("2"))},
    maybe=Inner(Secret("3")),
    mode="b",
    scalar=7,
    anything=[1, {"a": None}],
)


def through_json(value: Outer) -> Outer:
    return from_json(Outer, json.loads(json.dumps(to_json(value))))


@pytest.mark.parametrize("value", [FULL, Outer("y")])
def test_a_value_comes_back_from_json_as_it_was(value: Outer):
    assert through_json(value) == value


def test_defaults_are_left_out_but_for_those_that_are_always_stored():
    assert to_json(Outer("y")) == {"name": "y", "version": 1}


def test_fields_that_are_not_known_are_ignored():
    assert from_json(Outer, {"name": "y", "invented_later": [1]}) == Outer("y")


def test_fields_that_are_missing_take_their_default():
    assert from_json(Inner, {"key": "1"}) == Inner(Secret("1"), 0)


def test_a_whole_number_will_do_for_a_fraction():
    assert from_json(Outer, {"name": "y", "share": 2}).share == 2.0


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "Outer lacks name"),
        ([], "expected dict, found list"),
        ({"name": 5}, "name: expected str, found int"),
        ({"name": "x", "version": True}, "version: expected int, found bool"),
        ({"name": "x", "colour": "green"}, "colour: expected one of red, blue"),
        ({"name": "x", "colour": []}, "colour: expected one of red, blue"),
        ({"name": "x", "inners": {}}, "inners: expected list, found dict"),
        ({"name": "x", "inners": [{"key": 1}]}, "inners: key: expected str, found int"),
        ({"name": "x", "maybe": {}}, "maybe: Inner lacks key"),
        ({"name": "x", "pair": ["a"]}, "pair: expected 2 items"),
        ({"name": "x", "mode": "c"}, "mode: expected one of a, b"),
        ({"name": "x", "scalar": [1]}, "scalar: expected one of str, int"),
        ({"name": "x", "by_name": {"k": None}}, "by_name: expected dict, found NoneType"),
    ],
)
def test_a_document_that_does_not_fit_names_the_place(document: Any, message: str):
    with pytest.raises(CodecError) as problem:
        from_json(Outer, document)
    assert str(problem.value) == message


def test_a_value_without_a_json_form_is_refused():
    with pytest.raises(CodecError, match="set has no JSON form"):
        to_json({1, 2})


def test_a_problem_never_quotes_what_the_caller_said():
    with pytest.raises(CodecError) as problem:
        from_json(Inner, {"key": "4711", "at": "4711"})
    assert "4711" not in str(problem.value)
