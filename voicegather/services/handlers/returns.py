"""What functions of the site return, checked and made text: rubbish must not reach a call.

What no database stores, NUL and half a surrogate pair, becomes U+FFFD as in webhooks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from voicegather.exceptions import VoicegatherError
from voicegather.handlers import Refusal, Result
from voicegather.handlers.words import LONGEST_REASON
from voicegather.provider.inbox import storable
from voicegather.services.handlers.outcomes import Judgement, Returned

MOST_VARIABLES = 50
LONGEST_VALUE = 1000
LONGEST_EXIT = 60
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")


class UnusableReturnError(VoicegatherError):
    """A function returned what a menu cannot use. Its words quote no value."""


def returned(answer: object) -> Returned:
    """A handler's return as text by variable, and the exit; raises UnusableReturnError."""
    taken = answer.exit if isinstance(answer, Result) else ""
    variables = _mapping(answer.variables if isinstance(answer, Result) else answer)
    if len(variables) > MOST_VARIABLES:
        raise UnusableReturnError(
            f"returned {len(variables)} variables: {MOST_VARIABLES} at the most are allowed"
        )
    if not isinstance(taken, str) or len(taken) > LONGEST_EXIT:
        raise UnusableReturnError(
            f"returned an exit that is not a text of at most {LONGEST_EXIT} characters"
        )
    values = {_name(name): _text(value) for name, value in variables.items()}
    return Returned(values, storable(taken))


def judged(value: str, answer: object) -> Judgement:
    """A validator's return about `value`; raises UnusableReturnError."""
    if answer is None or answer is True:
        return Judgement(accepted=True, value=value)
    if answer is False:
        return Judgement(accepted=False, value=value)
    if isinstance(answer, Refusal):
        return Judgement(accepted=False, value=value, reason=_reason(answer.reason))
    if isinstance(answer, str):
        return Judgement(accepted=True, value=_text(answer))
    raise UnusableReturnError(
        f"returned {_type(answer)}: a validator returns a text, None, True, False or "
        "voicegather.refuse(...)"
    )


def _mapping(answer: object) -> Mapping[object, object]:
    if answer is None:
        return {}
    if isinstance(answer, Mapping):
        return answer
    raise UnusableReturnError(
        f"returned {_type(answer)}: a handler returns a dict of variables, voicegather.Result or "
        "None"
    )


def _name(name: object) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise UnusableReturnError(
            "returned a variable whose name is not made of at most 60 letters, digits and _, "
            "no digit first"
        )
    return str(name)


def _text(value: object) -> str:
    text = _as_text(value)
    if text is None:
        raise UnusableReturnError(
            f"returned {_type(value)} for a variable: texts, whole and finite numbers, bools, "
            "dates and Decimals are allowed"
        )
    if len(text) > LONGEST_VALUE:
        raise UnusableReturnError(
            f"returned a value of {len(text)} characters: {LONGEST_VALUE} at the most are allowed"
        )
    return storable(text)


def _as_text(value: object) -> str | None:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return str(value)
        case int():
            # Python itself refuses to write out far longer ones.
            return str(value) if value.bit_length() < 4 * LONGEST_VALUE else None
        case float() if math.isfinite(value):
            return repr(value)
        case Decimal() if value.is_finite() and abs(value.adjusted()) < LONGEST_VALUE:
            return format(value, "f")
        case date():
            return value.isoformat()
    return None


def _reason(reason: object) -> str:
    if not isinstance(reason, str) or len(reason) > LONGEST_REASON:
        raise UnusableReturnError(
            f"refused for a reason that is not a word of at most {LONGEST_REASON} characters"
        )
    return storable(reason)


def _type(value: object) -> str:
    return f"a value of the type {type(value).__name__}"
