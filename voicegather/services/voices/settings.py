"""What voices of a provider can be told beside their words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _


class Shape(Enum):
    """What the value of a setting is in JSON."""

    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    YES_NO = "yes_no"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class VoiceSetting:
    """One setting. `choices` are those of a choice; `minimum` and `maximum` those of a number."""

    name: str
    label: str | Promise
    shape: Shape = Shape.TEXT
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    help: str | Promise = ""

    def problem(self, value: Any) -> str:
        """Why `value` cannot stand, in a sentence; "" where it can."""
        match self.shape:
            case Shape.YES_NO if not isinstance(value, bool):
                return _("Write true or false.")
            case Shape.NUMBER if isinstance(value, bool) or not isinstance(value, int | float):
                return _("Write a number.")
            case Shape.INTEGER if isinstance(value, bool) or not isinstance(value, int):
                return _("Write a whole number.")
            case Shape.TEXT if not isinstance(value, str):
                return _("Write a text.")
            case Shape.CHOICE if value not in self.choices:
                return _("Choose one of %(choices)s.") % {"choices": ", ".join(self.choices)}
            case Shape.NUMBER | Shape.INTEGER:
                return self._beyond(value)
        return ""

    def _beyond(self, value: float) -> str:
        low, high = self.minimum, self.maximum
        if low is not None and high is not None and not low <= value <= high:
            return _("Choose between %(low)s and %(high)s.") % {"low": low, "high": high}
        # Not a number is in no JSON that others read.
        return "" if abs(value) < float("inf") else _("Write a number.")
