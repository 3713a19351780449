"""The registry of step kinds, and the exits that each kind has."""

from __future__ import annotations

from typing import Any

import pytest

from voicegather.engine import steps as _register_kinds  # noqa: F401
from voicegather.engine.config import ConfigProblem
from voicegather.engine.edges import Edge, Match
from voicegather.engine.graph import StepNode
from voicegather.engine.kinds import all_kinds, check_settings, kind_named, kind_under_way

FORM = {"fields": [{"name": "age", "description": "The age", "type": "integer"}]}
HELPER = {"assistant": "assistant-0c9d5c9e"}
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
        ("ai_gather", FORM, ("done", "no_input", "invalid", "failure"), ()),
        (
            "ai_gather",
            {**FORM, "consent_prompt": "p"},
            ("done", "no_input", "invalid", "failure", "no_consent"),
            (),
        ),
        ("assistant", HELPER, ("done", "failure"), ("time_limit",)),
        (
            "assistant",
            {**HELPER, "consent_prompt": "p"},
            ("done", "failure", "no_consent"),
            ("time_limit",),
        ),
        ("message", {"prompt": "p"}, ("done", "failure"), ()),
        ("transfer", RING, ("busy", "no_answer", "failure"), ("done",)),
        ("submenu", {"menu": "m"}, ("done", "failure"), ()),
        ("branch", {"variable": "v"}, ("otherwise",), ()),
        ("branch", {"calendar": "c"}, ("open", "closed"), ()),
        ("branch", {"machine": True}, ("human", "machine"), ()),
        ("handler", {"handler": "balance"}, ("done", "failure"), ()),
        ("record", {}, ("done", "no_input", "failure"), ()),
        ("record", {"records": "call"}, ("done",), ()),
        (
            "record",
            {"records": "call", "consent_prompt": "p"},
            ("done", "no_consent", "failure"),
            (),
        ),
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


def test_each_kind_says_what_callers_can_give_it():
    def kinds(trait: str) -> set[str]:
        return {kind.name for kind in all_kinds() if getattr(kind, trait)}

    assert kinds("takes_input") == {"gather", "ai_gather", "assistant", "record"}
    assert kinds("takes_keys") == {"gather"}
    assert kinds("takes_fields") == {"ai_gather"}


def test_an_ai_gather_collects_its_fields_and_assures_the_required_ones():
    kind = kind_named("ai_gather")
    assert kind is not None
    more = {"name": "note", "description": "A note", "required": False}
    step = StepNode("ask", "ai_gather", {"fields": [*FORM["fields"], more]})
    assert kind.variables_of(step.settings, "ask") == ("age", "note")
    assert kind.assures(step, Edge(Match.EXIT, "done")) == ("age",)
    assert kind.assures(step, Edge(Match.FIELD, "note=x")) == ("age",)
    assert kind.assures(step, Edge(Match.EXIT, "invalid")) == ()


def test_an_unknown_kind_is_none():
    assert kind_named("telepathy") is None


def test_settings_are_checked_by_their_kind():
    kind = kind_named("submenu")
    assert kind is not None
    assert check_settings(kind, {}) == (None, [ConfigProblem("menu", "is required")])


@pytest.mark.parametrize("name", ["operator_transfer", "operator_assistant"])
def test_what_stands_in_for_a_step_is_no_kind_of_step(name: str):
    assert kind_under_way(name) is not None
    assert kind_named(name) is None
    assert name not in {kind.name for kind in all_kinds()}
