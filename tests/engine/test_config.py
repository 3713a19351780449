"""The settings of a step kind, read from JSON with every problem at once."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import pytest

from voicegather.engine.config import (
    ConfigProblem,
    Role,
    SettingInfo,
    parse_config,
    setting,
    settings_of,
)
from voicegather.engine.kinds import all_kinds


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


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


def test_forms_learn_what_each_setting_is():
    assert list(settings_of(Sample)) == ["name", "count", "loud", "colour", "others", "note"]
    assert settings_of(Sample)["count"] == SettingInfo("Count", "How many.", Role.PLAIN, 1, 9)


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.name)
def test_every_setting_of_every_kind_has_a_label_and_a_help(kind):
    for info in settings_of(kind.Settings).values():
        assert info.label
        assert info.help.endswith(".")
