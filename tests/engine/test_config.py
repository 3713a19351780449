"""The settings of a step kind, read from JSON with every problem at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from enum import StrEnum
from typing import get_type_hints

import pytest

from voicegather.engine.config import (
    ConfigProblem,
    Role,
    SettingInfo,
    default_of,
    is_text_by_name,
    parse_config,
    row_class,
    setting,
    settings_of,
)
from voicegather.engine.kinds import all_kinds


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


@dataclass(frozen=True)
class Line:
    name: str = setting(label="Name", help="Which.", maximum=5)
    colour: Colour = setting(label="Colour", help="Which.", default=Colour.RED)
    tags: tuple[str, ...] = setting(label="Tags", help="More.", default=())


@dataclass(frozen=True)
class Table:
    lines: tuple[Line, ...] = setting(label="Lines", help="Rows.")
    spare: tuple[Line, ...] = setting(label="Spare", help="More rows.", default=())
    words: Mapping[str, str] = setting(label="Words", help="Texts by name.", default={})


@dataclass(frozen=True)
class Sample:
    name: str = setting(label="Name", help="Who.", role=Role.PROMPT)
    count: int = setting(label="Count", help="How many.", default=3, minimum=1, maximum=9)
    loud: bool = setting(label="Loud", help="Shout.", default=False)
    colour: Colour = setting(label="Colour", help="Which.", default=Colour.RED)
    others: tuple[str, ...] = setting(label="Others", help="More.", default=())
    note: str | None = setting(label="Note", help="Maybe.", default=None)


def test_settings_are_read_and_defaults_filled_in():
    document = {"name": "x", "count": 9, "colour": "blue", "others": ["a", "b"], "note": "n"}
    assert parse_config(Sample, document) == (
        Sample("x", 9, False, Colour.BLUE, ("a", "b"), "n"),
        [],
    )
    assert parse_config(Sample, {"name": "x", "note": None}) == (Sample("x"), [])


def test_every_problem_is_told_at_once():
    found, problems = parse_config(Sample, {"count": 10, "loud": 1, "size": 5})
    assert found is None
    assert problems == [
        ConfigProblem("size", "“size” is not a setting of this kind of step; remove it"),
        ConfigProblem("name", "is required"),
        ConfigProblem("count", "is 10; the most is 9"),
        ConfigProblem("loud", "must be true or false"),
    ]


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("name", "", "is required"),
        ("name", 5, "must be text"),
        ("count", 0, "is 0; the least is 1"),
        ("count", True, "must be a whole number"),
        ("count", "3", "must be a whole number"),
        ("colour", "green", "must be one of red, blue"),
        ("colour", ["red"], "must be one of red, blue"),
        ("others", "a", "must be a list of names"),
        ("others", [1], "must be a list of names"),
        ("note", 5, "must be text"),
    ],
)
def test_a_setting_that_cannot_stand_says_why(name: str, value: object, message: str):
    document = {"name": "x", name: value}
    assert parse_config(Sample, document) == (None, [ConfigProblem(name, message)])


def test_rows_and_texts_by_name_are_read():
    lines = [{"name": "a"}, {"name": "b", "colour": "blue", "tags": ["x"]}]
    found, problems = parse_config(Table, {"lines": lines, "words": {"plan": "gold"}})
    assert problems == []
    assert found == Table((Line("a"), Line("b", Colour.BLUE, ("x",))), (), {"plan": "gold"})


def test_every_problem_of_a_row_is_named_by_its_place():
    lines = [{"name": "a"}, {"name": "", "size": 1}, {"colour": "green"}, {"name": "too long"}, 5]
    found, problems = parse_config(Table, {"lines": lines, "words": {"plan": 3}})
    assert found is None
    assert problems == [
        ConfigProblem("lines.1.size", "“size” is not a setting of this kind of step; remove it"),
        ConfigProblem("lines.1.name", "is required"),
        ConfigProblem("lines.2.name", "is required"),
        ConfigProblem("lines.2.colour", "must be one of red, blue"),
        ConfigProblem("lines.3.name", "has 8 characters; the most is 5"),
        ConfigProblem("lines.4", "must be a mapping of names to values"),
        ConfigProblem("words.plan", "must be text"),
    ]


@pytest.mark.parametrize(
    ("document", "name", "message"),
    [
        ({}, "lines", "is required"),
        ({"lines": []}, "lines", "needs at least one row"),
        ({"lines": {"name": "a"}}, "lines", "must be a list of rows"),
        (
            {"lines": [{"name": "a"}], "words": ["a"]},
            "words",
            "must be a mapping of names to texts",
        ),
    ],
)
def test_rows_that_are_none_say_why(document: dict[str, object], name: str, message: str):
    assert parse_config(Table, document) == (None, [ConfigProblem(name, message)])


def test_texts_by_name_are_a_mapping_of_their_own_each_time():
    first, second = (parse_config(Table, {"lines": [{"name": "a"}]})[0] for _ in range(2))
    assert first is not None
    assert second is not None
    assert first.words == {}
    assert first.words is not second.words


def test_forms_learn_what_rows_are_made_of_and_which_settings_are_required():
    assert row_class(tuple[Line, ...]) is Line
    assert row_class(tuple[str, ...]) is None
    assert row_class(str) is None
    assert is_text_by_name(Mapping[str, str])
    assert not is_text_by_name(str)
    assert [default_of(each) for each in fields(Table)] == [MISSING, (), {}]


def test_forms_learn_what_each_setting_is():
    assert list(settings_of(Sample)) == ["name", "count", "loud", "colour", "others", "note"]
    assert settings_of(Sample)["count"] == SettingInfo("Count", "How many.", Role.PLAIN, 1, 9)


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.name)
def test_every_setting_of_every_kind_has_a_label_and_a_help(kind):
    rows = [row for hint in get_type_hints(kind.Settings).values() if (row := row_class(hint))]
    for declared in (kind.Settings, *rows):
        for info in settings_of(declared).values():
            assert info.label
            assert info.help.endswith(".")
