"""One edge out of a step: what it matches, and where it leads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Match(StrEnum):
    """What takes an edge: keys, a variable's or a field's value, a way out, or anything else."""

    DIGITS = "digits"
    RANGE = "range"
    PATTERN = "pattern"
    ANY = "any"
    VALUE = "value"
    FIELD = "field"
    EXIT = "exit"
    OTHERWISE = "otherwise"


class Action(StrEnum):
    """Where an edge leads: to a step, to this step again, back, or out of the menu."""

    GOTO = "goto"
    REPEAT = "repeat"
    BACK = "back"
    RETURN = "return"


@dataclass(frozen=True, slots=True)
class Edge:
    match: Match
    value: str = ""
    action: Action = Action.GOTO
    target: str = ""
    #: Taking this edge switches the call to this language.
    language: str = ""
    #: Whether the edge is one of the menu's global choices.
    inherited: bool = False

    @property
    def label(self) -> str:
        """How the ledger names the edge: ``2``, ``100-199``, ``any``, ``no_input``."""
        return self.value or self.match.value


def field_of(value: str) -> str:
    """The field that the value of a FIELD edge names (``department=sales``), "" if it names none.

    The field's own value stands after the first ``=``.
    """
    name, equals, _ = value.partition("=")
    return name if equals else ""
