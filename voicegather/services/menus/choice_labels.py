"""Choices as people read them: what takes one, and where it leads when it leads to no step."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from voicegather.engine.edges import Action, Match, field_of

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
