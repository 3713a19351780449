"""The settings of steps as text to read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any, get_type_hints

from django.utils.translation import gettext as _

from voicegather.engine.codec import to_json
from voicegather.engine.config import default_of, row_class, settings_of
from voicegather.engine.kinds import kind_named
from voicegather.services.wording import translated


def setting_texts(kind: str, name: str, config: Mapping[str, Any]) -> tuple[str, str]:
    """The label of a setting and what it is set to, its default where it is not given.

    Of a kind or a setting that this release does not know, the label is the name.
    """
    found = kind_named(kind)
    if found is None or name not in settings_of(found.Settings):
        return name, text_of_value(config.get(name))
    label = translated(settings_of(found.Settings)[name].label)
    if name in config:
        return label, text_of_value(config[name], row_class(get_type_hints(found.Settings)[name]))
    (declared,) = (each for each in fields(found.Settings) if each.name == name)
    default = default_of(declared)
    text = "" if default is MISSING else text_of_value(to_json(default))
    return label, _("%s (as it comes)") % text if text else ""


def text_of_value(value: Any, row: type | None = None) -> str:
    """A JSON value as text: rows and texts by name a line each, `row` is the class of the rows."""
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case str():
            return value
        case Mapping():
            return "\n".join(f"{name}: {_inside(each)}" for name, each in value.items())
        case list() | tuple() if any(isinstance(each, Mapping) for each in value):
            return "\n".join(_line(each, row) for each in value)
        case list() | tuple():
            return ", ".join(map(_inside, value))
        case _:
            return str(value)


def _line(value: Any, row: type | None) -> str:
    if not isinstance(value, Mapping):
        return _inside(value)
    labels = settings_of(row) if row else {}
    texts = (
        f"{translated(labels[name].label) if name in labels else name}: {_inside(each)}"
        for name, each in value.items()
    )
    return "; ".join(texts)


def _inside(value: Any) -> str:
    if isinstance(value, str | bool) or value is None:
        return text_of_value(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
