"""How a test is stored: acts and expectations as JSON, with what sensitive steps heard sealed.

A sealed value stands as ``{"sealed": text}``: only this site's keys open it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from voicegather.engine.codec import CodecError, from_json, to_json
from voicegather.exceptions import UnsealError
from voicegather.sealing import seal, unseal
from voicegather.services.menu_tests.errors import unreadable
from voicegather.services.menu_tests.happening import Happened, Value
from voicegather.services.trials.acts import Act, act_document, read_act
from voicegather.services.trials.errors import ActError
from voicegather.services.trials.line import Start

FORMAT = 1
SEALED = "sealed"


@dataclass(frozen=True, slots=True)
class Script:
    """How a test's call begins, and the acts in it."""

    start: Start
    acts: tuple[Act, ...]


def stored_script(start: Start, acts: Iterable[tuple[Act, bool]]) -> dict[str, Any]:
    """The script as JSON; each act beside whether it is done in a sensitive step."""
    return {
        "format": FORMAT,
        "start": to_json(start),
        "acts": [_stored_act(act, is_sensitive) for act, is_sensitive in acts],
    }


def read_script(stored: Any) -> Script:
    """The script of its JSON; raises MenuTestError where it cannot be read."""
    try:
        start = from_json(Start, stored["start"])
        return Script(start, tuple(_read_act(each) for each in stored["acts"]))
    except (CodecError, ActError, UnsealError, KeyError, TypeError, ValueError) as problem:
        raise unreadable(problem) from problem


def stored_expectations(happened: Happened) -> dict[str, Any]:
    """What happened, as JSON, to be expected from now on."""
    return {
        "steps": [list(each) for each in happened.steps],
        "values": {
            name: sealed_text(each.text) if each.is_sensitive else each.text
            for name, each in happened.values.items()
        },
        "outcome": happened.outcome,
    }


def read_expectations(stored: Any) -> Happened:
    """What is expected; raises MenuTestError where it cannot be read."""
    try:
        return Happened(
            steps=tuple((str(step), str(exit_name)) for step, exit_name in stored["steps"]),
            values={name: _read_value(each) for name, each in stored["values"].items()},
            outcome=stored["outcome"],
        )
    except (UnsealError, KeyError, TypeError, ValueError, AttributeError) as problem:
        raise unreadable(problem) from problem


def sealed_text(value: Any) -> dict[str, str]:
    """A JSON value as it may stand in a test."""
    return {SEALED: base64.b64encode(seal(value)).decode()}


def is_sealed(stored: Any) -> bool:
    return isinstance(stored, Mapping) and SEALED in stored


def _opened(stored: Mapping[str, Any]) -> Any:
    try:
        return unseal(base64.b64decode(stored[SEALED], validate=True))
    except binascii.Error as problem:
        raise UnsealError("The sealed value was changed or cut off.") from problem


def _stored_act(act: Act, is_sensitive: bool) -> dict[str, Any]:
    document = act_document(act)
    if is_sensitive and len(document) > 1:
        return {"act": act.name, **sealed_text(document)}
    return document


def _read_act(stored: Any) -> Act:
    return read_act(_opened(stored) if is_sealed(stored) else stored)


def _read_value(stored: Any) -> Value:
    if is_sealed(stored):
        return Value(str(_opened(stored)), is_sensitive=True)
    return Value(str(stored))
