"""What a site's own functions are told of a call, and what they may answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from voicegather.exceptions import VoicegatherError

#: What a handler may set a variable to; the menu gets it as text.
Value = str | int | float | bool | date | Decimal

LONGEST_REASON = 60


class HandlerError(VoicegatherError):
    """Raise it in a handler or validator to fail: its words are shown in the call's timeline.

    Of other exceptions only the class and the place are shown, for their words may quote what a
    caller entered. So put nothing of that into these.
    """


@dataclass(frozen=True, slots=True)
class HandlerCall:
    """The call that a handler works for.

    `token` names it for good; `caller` and `called` are as Telnyx tells them, E.164 as a rule, but
    anonymous and SIP callers exist. `variables` is what the call has brought and collected, by
    name; `options` are the step's own.
    """

    token: str
    caller: str
    called: str
    language: str
    variables: Mapping[str, str] = field(default_factory=dict, repr=False)
    options: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class ValidatorCall:
    """The call in which a validator judges an entry; `field` is where it was entered."""

    token: str
    caller: str
    called: str
    language: str
    field: str


@dataclass(frozen=True, slots=True)
class Result:
    """What a handler hands back: variables to set, and the exit to take ("" for ``done``)."""

    variables: Mapping[str, Value] = field(default_factory=dict, repr=False)
    exit: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A validator's no; made by :func:`refuse`."""

    reason: str = ""


def refuse(reason: str = "") -> Refusal:
    """What a validator returns to refuse an entry.

    `reason` is a word of at most 60 characters, such as ``"unknown"``, that the step may have a
    prompt for; "" takes the usual one. Raises ValueError for anything else.
    """
    if not isinstance(reason, str) or len(reason) > LONGEST_REASON or not reason.isprintable():
        raise ValueError(f"A reason is a word of at most {LONGEST_REASON} characters.")
    return Refusal(reason)
