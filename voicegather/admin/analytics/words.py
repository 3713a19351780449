"""Numbers of analytics as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voicegather.selectors.analytics import Compared, Figures

NONE = "–"

#: The rates by name: how each is called, and what it says.
RATES: Mapping[str, tuple[Any, Any]] = {
    "containment": (
        gettext_lazy("Containment"),
        gettext_lazy("Calls that reached a step marked as success"),
    ),
    "drop_off": (
        gettext_lazy("Drop-off"),
        gettext_lazy("Calls that were lost before: the caller hung up, or the call failed"),
    ),
    "transfer_rate": (
        gettext_lazy("Transferred"),
        gettext_lazy("Calls in which somebody took a transfer"),
    ),
    "no_input_rate": (
        gettext_lazy("No input"),
        gettext_lazy("Attempts at an entry that ended in silence"),
    ),
    "invalid_rate": (
        gettext_lazy("Invalid"),
        gettext_lazy("Attempts at an entry that ended with a wrong one"),
    ),
}
#: Where more is better; elsewhere less is.
_BETTER_HIGH = frozenset({"calls", "containment"})


@dataclass(frozen=True, slots=True)
class Headline:
    """A number with its change since the days before; `mood` is "good", "bad" or ""."""

    name: str
    label: str
    help: str
    value: str
    of: str
    change: str
    mood: str


def number(value: int) -> str:
    """With its thousands told apart."""
    return number_format(value, force_grouping=True)


def percent(value: float | None, digits: int = 1) -> str:
    """A share as a percentage; a dash where there is none."""
    if value is None:
        return NONE
    return _("%s %%") % number_format(round(100 * value, digits), digits)


def points(value: float | None) -> str:
    """A difference of two shares, in percentage points, with its sign."""
    if value is None:
        return NONE
    rounded = round(100 * value, 1)
    sign = "+" if rounded > 0 else "−" if rounded < 0 else "±"
    return _("%s points") % f"{sign}{number_format(abs(rounded), 1)}"


def seconds(value: float | None) -> str:
    """A duration: to the tenth below ten seconds."""
    if value is None:
        return NONE
    digits = 1 if value < 10 else 0
    return _("%s s") % number_format(round(value, digits), digits)


def headlines(now: Figures, before: Figures) -> list[Headline]:
    """What stands at the head of the page."""
    found = [_calls(now, before)]
    parts = {
        "containment": (now.contained, now.judged),
        "drop_off": (now.dropped, now.entered),
        "transfer_rate": (now.transferred, now.entered),
        "no_input_rate": (now.no_input, now.attempts),
        "invalid_rate": (now.invalid, now.attempts),
    }
    for name, (label, text) in RATES.items():
        one, other = getattr(now, name), getattr(before, name)
        change = None if one is None or other is None else one - other
        part, whole = parts[name]
        of = _("%(part)s of %(whole)s") % {"part": number(part), "whole": number(whole)}
        found.append(
            Headline(
                name=name,
                label=str(label),
                help=str(text),
                value=percent(one),
                of=of if whole else "",
                change=points(change) if change is not None else "",
                mood=_mood(name, change),
            )
        )
    return found


def _calls(now: Figures, before: Figures) -> Headline:
    change = (now.calls - before.calls) / before.calls if before.calls else None
    told = ""
    if change is not None:
        sign = "+" if change > 0 else "−" if change < 0 else "±"
        told = f"{sign}{percent(abs(change), 0)}"
    return Headline(
        name="calls",
        label=_("Calls"),
        help=_("Calls that came to this menu and have ended"),
        value=number(now.calls),
        of=_("%s entered") % number(now.entered) if now.entered != now.calls else "",
        change=told,
        mood="",
    )


def _mood(name: str, change: float | None) -> str:
    if change is None or abs(change) < 0.0005 or name == "transfer_rate":
        return ""
    return "good" if (change > 0) == (name in _BETTER_HIGH) else "bad"


def verdict(compared: Compared) -> str:
    """What the difference of two versions is worth."""
    if compared.difference is None:
        return _("Nothing to compare.")
    if compared.is_few:
        return _("Too few calls to tell.")
    if not compared.is_clear:
        return _("May be chance.")
    if compared.difference > 0:
        return _("Clearly more.")
    return _("Clearly less.")
