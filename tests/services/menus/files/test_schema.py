from __future__ import annotations

import copy
import json
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from jsonschema import Draft202012Validator

from tests.services.menus.building import ask, choice, line, say
from tests.services.menus.strategies import menus
from voicegather.engine.config import settings_of
from voicegather.engine.kinds import all_kinds
from voicegather.services.menus import menu_schema
from voicegather.services.menus.files.form import STEP_KEYS, MenuForm
from voicegather.services.menus.files.reading import Place
from voicegather.services.menus.files.write import write_menu
from voicegather.services.menus.files.yamltree import parse_yaml

SAMPLES = sorted((Path(__file__).parents[4] / "project" / "sample").glob("*.yaml"))
SHIPPED = json.loads((files("voicegather") / "menu.schema.json").read_text(encoding="utf-8"))
AGE = {"name": "age", "description": "The age"}
validator = Draft202012Validator(SHIPPED)


def as_json(text: str) -> Any:
    return Place(parse_yaml(text), "", []).json()


def test_the_shipped_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SHIPPED)


def test_the_shipped_schema_has_the_settings_of_every_kind() -> None:
    assert menu_schema() == SHIPPED, (
        "run: python manage.py voicegather_schema > voicegather/menu.schema.json"
    )


def test_no_setting_of_a_kind_has_the_name_of_a_steps_own_field() -> None:
    taken = {name for kind in all_kinds() for name in settings_of(kind.Settings)}

    assert taken.isdisjoint(STEP_KEYS)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_sample_menus_fit_the_schema(path: Path) -> None:
    validator.validate(as_json(path.read_text(encoding="utf-8")))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(menus())
def test_every_dumped_menu_fits_the_schema(form: MenuForm) -> None:
    validator.validate(as_json(write_menu(form)))


@pytest.mark.parametrize(
    "changes",
    [
        {"format": 2},
        {"menu": "a line"},
        {"name": ""},
        {"languages": []},
        {"languages": ["English"]},
        {"nmae": "Line"},
        {"variables": "plan"},
        {"variables": ["plan"]},
        {"variables": [{"default": "basic"}]},
        {"variables": [{"name": "1st"}]},
        {"variables": [{"name": "a" * 51}]},
        {"variables": [{"name": "plan", "default": 1}]},
        {"variables": [{"name": "plan", "value": "basic"}]},
        {"variables": [{"name": f"v{n}"} for n in range(51)]},
        {"steps": {"Ask": say()}},
        {"steps": {"ask": {"kind": "dance"}}},
        {"steps": {"ask": ask(promt="question")}},
        {"steps": {"ask": ask(to="+13125550177")}},
        {"steps": {"ask": ask(minimum_digits=0)}},
        {"steps": {"ask": ask(type_ahead="later")}},
        {"steps": {"ask": {"kind": "transfer"}}},
        {"steps": {"ask": {"kind": "ai_gather"}}},
        {"steps": {"ask": {"kind": "ai_gather", "fields": []}}},
        {"steps": {"ask": {"kind": "ai_gather", "fields": [{"name": "age"}]}}},
        {"steps": {"ask": {"kind": "ai_gather", "fields": [{**AGE, "size": 1}]}}},
        {"steps": {"ask": {"kind": "ai_gather", "fields": [{**AGE, "name": "a" * 51}]}}},
        {"steps": {"ask": {"kind": "assistant", "assistant": "a", "voice_settings": {"a": 1}}}},
        {"steps": {"ask": ask(choice(field="plan"))}},
        {"steps": {"ask": ask({"on": {"digits": "1"}})}},
        {"steps": {"ask": ask(choice(digits="1", any=True))}},
        {"steps": {"ask": ask({"on": {"digits": "1"}, "go": "bye", "action": "back"})}},
        {"prompts": {"question": {"english": {"text": "Hi"}}}},
        {"prompts": {"question": {"en-US": {"voice": "AWS.Polly.Joanna"}}}},
        {"prompts": {"question": {"en-US": {"text": "Hi", "ssml": "<speak>Hi</speak>"}}}},
    ],
)
def test_what_loading_refuses_does_not_fit_the_schema(changes: dict[str, Any]) -> None:
    document = line()
    assert validator.is_valid(document)

    assert not validator.is_valid(copy.deepcopy(document) | changes)
