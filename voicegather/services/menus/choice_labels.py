"""Choices as people read them: what takes one, and where it leads when it leads to no step."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from voicegather.engine.edges import Action, Match, field_of
from voicegather.models.menus import KEY_PATTERN

_EXITS = {
    "no_input": _("no input"),
    "invalid": _("wrong entries"),
    "failure": _("failure"),
    "done": _("done"),
    "busy": _("busy"),
    "no_answer": _("no answer"),
    "human": _("a person answered"),
    "machine": _("a machine answered"),
}
_BARE = {Match.ANY: _("any entry"), Match.OTHERWISE: _("otherwise")}

LEADS = {
    Action.REPEAT: _("the same again"),
    Action.BACK: _("back a step"),
    Action.RETURN: _("out of this menu"),
    Action.GOTO: _("nowhere yet"),
}


def exit_named(text: str) -> str:
    """The name of the exit that `text` means: “no input”, as pages show it, is ``no_input``.

    What could be a name itself is given back as it is, and so is what is no label.
    """
    if re.fullmatch(KEY_PATTERN, text):
        return text
    labels = {str(label).casefold(): name for name, label in _EXITS.items()}
    return labels.get(text.strip().casefold(), text)


def label_of_choice(match: Match, value: str) -> str:
    """What takes a choice: “2”, “wrong entries”, “department = sales”."""
    if match in _BARE:
        return str(_BARE[match])
    if match is Match.EXIT:
        return str(_EXITS.get(value, value.replace("_", " ")))
    if match is Match.FIELD:
        name = field_of(value)
        return f"{name} = {value[len(name) + 1 :]}" if name else value
    return value
