"""Where in a menu something stands, in words: “Fields, row 2, Name” for ``fields.1.name``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import get_type_hints

from django.utils.translation import gettext as _

from voicegather.engine.config import SettingInfo, row_class, settings_of
from voicegather.engine.kinds import kind_named
from voicegather.engine.variables import MenuSettings
from voicegather.services.wording import translated

_CHOICE = re.compile(r"choices\[(\d+)\]")


def place_label(kind: str, field: str) -> str:
    """What a finding's `field` is called on the form of a step of this `kind`; "" for "".

    `kind` is "" for the menu itself. What has no name there stays as it is.
    """
    numbered = _CHOICE.fullmatch(field)
    if numbered:
        return _("Choice %(number)s") % {"number": int(numbered[1]) + 1}
    beside = {
        "choices": _("Choices"),
        "entry": _("First step"),
        "kind": _("Kind"),
        "languages": _("Languages"),
    }
    if field in beside:
        return beside[field]
    return ", ".join(_steps_down(_settings_of(kind), field.split("."))) if field else ""


def _settings_of(kind: str) -> type:
    found = kind_named(kind)
    return found.Settings if found else MenuSettings


def _steps_down(settings: type, names: list[str]) -> Iterator[str]:
    known: Mapping[str, SettingInfo] = settings_of(settings)
    first, *rest = names
    if first not in known:
        yield ".".join(names)
        return
    yield translated(known[first].label)
    row = row_class(get_type_hints(settings)[first])
    if rest and row is not None and rest[0].isdecimal():
        yield _("row %(number)s") % {"number": int(rest[0]) + 1}
        if rest[1:]:
            yield from _steps_down(row, rest[1:])
    elif rest:
        yield ".".join(rest)
