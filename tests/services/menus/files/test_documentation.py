from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from voicegather.engine.config import settings_of
from voicegather.engine.kinds import all_kinds
from voicegather.services.menus import lint_menu, load_menu, menu_schema
from voicegather.services.menus.files.parse_prompts import VARIANT_KEYS

DOCUMENT = (Path(__file__).parents[4] / "docs" / "menu-format.md").read_text(encoding="utf-8")


def named_in_code() -> set[str]:
    return set(re.findall(r"`([a-z_]+)(?:`|:)", DOCUMENT))


@pytest.mark.django_db
def test_the_small_menu_of_the_documentation_publishes_without_a_finding(settings: Any) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "ALLOWED_DESTINATIONS": ["+1312555"]}

    assert lint_menu(load_menu(text=_examples()[0]).menu) == ()


@pytest.mark.django_db
def test_the_menu_with_a_model_of_the_documentation_publishes_without_a_finding() -> None:
    menu = load_menu(text=_examples()[1]).menu

    assert lint_menu(menu) == ()
    kinds = set(menu.steps.values_list("kind", flat=True))
    assert kinds == {"ai_gather", "assistant", "hangup"}


@pytest.mark.parametrize("kind", [kind.name for kind in all_kinds()])
def test_every_setting_of_a_kind_is_explained_under_its_heading(kind: str) -> None:
    section = DOCUMENT.partition(f"### `{kind}`")[2].partition("\n#")[0]
    settings = settings_of(next(each.Settings for each in all_kinds() if each.name == kind))

    assert {name for name in settings if f"`{name}`" not in section} == set()


def test_every_field_of_the_schema_is_explained() -> None:
    schema = menu_schema()
    fields = set(schema["properties"]) | set(schema["$defs"]["step"]["properties"])
    choices = schema["$defs"]["choices"]["items"]["properties"]
    fields |= set(choices) | set(VARIANT_KEYS)

    assert fields - named_in_code() == set()
    assert {match for match in choices["on"]["properties"] if f"`{{{match}: " not in DOCUMENT} == (
        set()
    )


def _examples() -> list[str]:
    return [block for block in _blocks() if block.startswith("format: 1")]


def _blocks() -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", DOCUMENT, re.DOTALL)
