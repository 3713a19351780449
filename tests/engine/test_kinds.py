"""The registry of step kinds, and the exits that each kind has."""

from __future__ import annotations

from typing import Any

import pytest

from voicegather.engine import steps as _register_kinds  # noqa: F401
from voicegather.engine.config import ConfigProblem
from voicegather.engine.kinds import all_kinds, check_settings, kind_named

RING = {"to": "+13125550177"}


def settings_for(name: str, document: dict[str, Any]) -> Any:
    kind = kind_named(name)
    assert kind is not None
    found, problems = check_settings(kind, document)
    assert problems == []
    return found


@pytest.mark.parametrize(
    ("name", "document", "required", "more"),
    [
        ("gather", {}, ("no_input", "invalid", "failure"), ()),
        ("message", {"prompt": "p"}, ("done", "failure"), ()),
        ("transfer", RING, ("busy", "no_answer", "failure"), ("done",)),
        ("submenu", {"menu": "m"}, ("done", "failure"), ()),
        ("branch", {"variable": "v"}, ("otherwise",), ()),
        ("branch", {"calendar": "c"}, ("open", "closed"), ()),
        ("hangup", {}, (), ()),
    ],
)
def test_each_kind_names_its_exits(
    name: str, document: dict[str, Any], required: tuple[str, ...], more: tuple[str, ...]
):
    kind = kind_named(name)
    assert kind is not None
    settings = settings_for(name, document)
    assert kind.required_exits(settings) == required
    assert kind.possible_exits(settings) == (*required, *more)


def test_only_a_gather_takes_input():
    assert {kind.name for kind in all_kinds() if kind.takes_input} == {"gather"}


def test_an_unknown_kind_is_none():
    assert kind_named("telepathy") is None


def test_settings_are_checked_by_their_kind():
    kind = kind_named("submenu")
    assert kind is not None
    assert check_settings(kind, {}) == (None, [ConfigProblem("menu", "is required")])
