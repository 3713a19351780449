"""The JSON Schema of a menu file, made from the registered kinds' own settings."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from enum import Enum
from typing import Any, get_origin, get_type_hints

from voicegather.engine.config import SettingInfo, default_of, is_text_by_name, row_class
from voicegather.engine.edges import Match
from voicegather.engine.entries import MOST_DIGITS
from voicegather.engine.graph import Sensitivity, WordsKind
from voicegather.engine.kinds import StepKind, all_kinds
from voicegather.engine.variables import MOST_VARIABLES, VARIABLE_NAME, MenuSettings
from voicegather.models import Choice, Menu, Prompt, PromptVariant, Step
from voicegather.models.menus import KEY_PATTERN
from voicegather.services.menus.files.form import (
    BARE_MATCHES,
    DEFAULT_SHOWN_LAST,
    FORMAT,
    LANGUAGE_PATTERN,
    MOST_LANGUAGE,
    longest,
)
from voicegather.services.menus.files.parse import REQUIRED, SLUG_PATTERN
from voicegather.services.menus.files.parse_prompts import MOST_MILLISECONDS, SOURCES
from voicegather.services.menus.files.parse_steps import ACTIONS

Schema = dict[str, Any]

_LANGUAGE = {"type": "string", "pattern": f"^{LANGUAGE_PATTERN}$", "maxLength": MOST_LANGUAGE}
_TEAM = {
    "type": ["string", "null"],
    "description": "A group of the site by name; null takes it away; absent leaves it as it is.",
}


def menu_schema() -> Schema:
    """The schema (draft 2020-12) of menu files with every kind of step registered here.

    :func:`load_menu` refuses a little more: keys that are no keys, two choices on the same, a step
    or team that does not exist, and two sounds of one variant without a kind.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "voicegather menu file",
        "description": "A voice menu with its prompts. See docs/menu-format.md.",
        "type": "object",
        "properties": _top(),
        "required": list(REQUIRED),
        "additionalProperties": False,
        "$defs": {
            "choices": _choices(),
            "step": _step(),
            "prompt": _prompt(),
            "variant": _variant(),
        },
    }


def _top() -> Schema:
    return {
        "format": {"const": FORMAT},
        "menu": _words(Menu, "slug") | {"pattern": f"^{SLUG_PATTERN}$", "description": "The slug."},
        "name": _words(Menu, "name"),
        "description": {"type": "string"},
        "team": _TEAM,
        "requires_tests": {
            "type": "boolean",
            "description": "A saved test that fails keeps the menu from being published.",
        },
        "languages": {
            "description": "Enabled languages, the default first.",
            "type": "array",
            "items": _LANGUAGE,
            "minItems": 1,
            "uniqueItems": True,
        },
        "variables": _variables(),
        "entry": {"type": ["string", "null"], "description": "The key of the first step."},
        "choices": {"$ref": "#/$defs/choices", "description": "Every step inherits these."},
        "steps": _by_key("step"),
        "prompts": _by_key("prompt"),
    }


def _variables() -> Schema:
    schema: Schema = _properties(MenuSettings)["variables"] | {"maxItems": MOST_VARIABLES}
    schema["items"]["properties"]["name"]["pattern"] = f"^{VARIABLE_NAME.pattern}$"
    return schema


def _by_key(definition: str) -> Schema:
    return {
        "type": "object",
        "propertyNames": {"pattern": KEY_PATTERN},
        "additionalProperties": {"$ref": f"#/$defs/{definition}"},
    }


def _words(model: type[Any], column: str) -> Schema:
    return {"type": "string", "minLength": 1, "maxLength": longest(model, column)}


def _choices() -> Schema:
    matches: Schema = {
        match.value: {"const": True} if match in BARE_MATCHES else _words(Choice, "value")
        for match in Match
    }
    matches[Match.FIELD.value]["pattern"] = "^[^=]+="
    return {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "on": {
                    "description": "What takes the choice: exactly one of these.",
                    "type": "object",
                    "properties": matches,
                    "additionalProperties": False,
                    "minProperties": 1,
                    "maxProperties": 1,
                },
                "go": {"type": ["string", "null"], "description": "The step it leads to."},
                "action": {"enum": list(ACTIONS)},
                "language": _LANGUAGE | {"description": "Switches the call to this language."},
            },
            "required": ["on"],
            "oneOf": [{"required": ["go"]}, {"required": ["action"]}],
            "additionalProperties": False,
        },
    }


def _step() -> Schema:
    kinds = all_kinds()
    return {
        "type": "object",
        "properties": {
            "kind": {"enum": [kind.name for kind in kinds]},
            "name": {"type": "string", "maxLength": longest(Step, "name")},
            "sensitivity": {"enum": [each.value for each in Sensitivity], "default": "normal"},
            "shown_last": {
                "description": "How many last characters of a masked entry are shown.",
                "type": "integer",
                "minimum": 0,
                "maximum": MOST_DIGITS,
                "default": DEFAULT_SHOWN_LAST,
            },
            "success": {
                "description": "Whether a call that comes here has got what it called for.",
                "type": "boolean",
                "default": False,
            },
            "choices": {"$ref": "#/$defs/choices"},
        },
        "required": ["kind"],
        "oneOf": [_settings(kind) for kind in kinds],
        "unevaluatedProperties": False,
    }


def _settings(kind: StepKind) -> Schema:
    properties = {"kind": {"const": kind.name}, **_properties(kind.Settings)}
    return {"title": kind.label, "properties": properties, "required": _required(kind.Settings)}


def _properties(config_class: type) -> Schema:
    hints = get_type_hints(config_class)
    return {
        each.name: _setting(hints[each.name], each.metadata["setting"], each)
        for each in fields(config_class)
    }


def _required(config_class: type) -> list[str]:
    return [each.name for each in fields(config_class) if default_of(each) is MISSING]


def _setting(hint: Any, info: SettingInfo, declared: Field[Any]) -> Schema:
    schema: Schema = {"title": info.label, "description": info.help, **_type(hint)}
    if info.minimum is not None:
        schema["minimum"] = info.minimum
    if info.maximum is not None:
        schema["maxLength" if hint is str else "maximum"] = info.maximum
    default = default_of(declared)
    if default is MISSING:
        if row_class(hint):
            return schema | {"minItems": 1}
        return schema | ({"minLength": 1} if hint is str else {})
    if isinstance(default, tuple):
        default = list(default)
    return schema | {"default": default.value if isinstance(default, Enum) else default}


def _type(hint: Any) -> Schema:
    row = row_class(hint)
    if row is not None:
        return {"type": "array", "items": _row(row)}
    if is_text_by_name(hint):
        return {"type": "object", "additionalProperties": {"type": "string"}}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": {"type": "string"}}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [member.value for member in hint]}
    names = {str: "string", int: "integer", bool: "boolean"}
    return {"type": names[hint]} if hint in names else {}


def _row(row: type) -> Schema:
    return {
        "type": "object",
        "properties": _properties(row),
        "required": _required(row),
        "additionalProperties": False,
    }


def _prompt() -> Schema:
    return {
        "description": "Variants by language, such as en-US.",
        "type": "object",
        "properties": {
            "name": {"type": "string", "maxLength": longest(Prompt, "name")},
            "team": _TEAM,
        },
        "patternProperties": {
            f"^{LANGUAGE_PATTERN}$": {"$ref": "#/$defs/variant"},
        },
        "additionalProperties": False,
    }


def _variant() -> Schema:
    columns = {
        name: {"type": "string", "maxLength": longest(PromptVariant, name)}
        for name in ("voice", "voice_language", "audio_file", "audio_url", "media_name")
    }
    return {
        "type": "object",
        "properties": {
            "text": {"type": "string"},
            "ssml": {"type": "string"},
            "kind": {"enum": [each.value for each in WordsKind]},
            **columns,
            "voice_settings": {"type": "object"},
            "duration_ms": {"type": "integer", "minimum": 0, "maximum": MOST_MILLISECONDS},
        },
        "anyOf": [{"required": [name]} for name in (*SOURCES, "kind")],
        "not": {"required": ["text", "ssml"]},
        "additionalProperties": False,
    }
