"""Variables out of a JSON answer."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from voicegather.handlers.words import HandlerError, Value

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def variables_of(body: bytes, take: Sequence[tuple[str, tuple[str, ...]]]) -> dict[str, Value]:
    """What `take` names, by its path; without it all simple values at the top of the answer.

    A null is the empty text where it is named, and left out otherwise. Raises HandlerError, in
    words that do not quote the answer.
    """
    answer = _object(body)
    if take:
        return {name: _taken(answer, path) for name, path in take}
    return {
        name: value
        for name, value in answer.items()
        if _NAME.fullmatch(name) and isinstance(value, str | int | float | bool)
    }


def _object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body, parse_constant=_refused)
    except (ValueError, RecursionError):
        raise HandlerError("the answer is not JSON") from None
    if not isinstance(answer, dict):
        raise HandlerError("the answer is not a JSON object")
    return answer


def _refused(constant: str) -> Any:
    raise ValueError(constant)


def _taken(answer: dict[str, Any], path: tuple[str, ...]) -> Value:
    found: Any = answer
    for key in path:
        if isinstance(found, dict) and key in found:
            found = found[key]
        elif isinstance(found, list) and _is_place(key, found):
            found = found[int(key)]
        else:
            raise HandlerError(f"the answer has no {'.'.join(path)}")
    if found is None:
        return ""
    if not isinstance(found, str | int | float | bool):
        raise HandlerError(f"{'.'.join(path)} of the answer is not a single value")
    return found


def _is_place(key: str, found: list[Any]) -> bool:
    return key.isascii() and key.isdigit() and len(key) < 10 and int(key) < len(found)
