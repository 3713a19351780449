"""What the linter says of a menu."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Severity(StrEnum):
    """An error keeps the menu from being published; a warning does not; a hint is no fault."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"


#: As people read them.
SEVERITIES = {
    Severity.ERROR: gettext_lazy("error"),
    Severity.WARNING: gettext_lazy("warning"),
    Severity.HINT: gettext_lazy("hint"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend. `step` is "" for what concerns the whole menu.

    `field` names a setting, ``choices[2]`` (a choice of the step, or of the menu, counted from 0),
    or is "". `code` never changes; `message` says what to do.
    """

    severity: Severity
    step: str
    field: str
    message: str
    code: str

    def __str__(self) -> str:
        place = ".".join(part for part in (self.step, self.field) if part) or _("menu")
        return f"{SEVERITIES[self.severity]}, {place}: {self.message}"
