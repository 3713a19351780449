"""Fields of an AI gather: the JSON Schema that asks for them, and the answers read from a result.

Telnyx does not promise that a result fits the schema (Telnyx docs: gather_using_ai, parameters), so
every answer is held to its type here.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from voicegather.engine.secret import Secret
from voicegather.engine.steps.ai_gather_settings import AiField, FieldType

#: The longest answer that is taken.
MOST_CHARACTERS = 1_000
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]{0,99})(\.[0-9]{1,99})?")
_UNSTORABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Reading:
    """One answer: what came, and as what it is taken (None: it is not valid)."""

    field: str
    raw: Secret
    value: Secret | None


def schema_of(fields: Iterable[AiField], required: Collection[str]) -> dict[str, Any]:
    """The JSON Schema object of `fields`; without ``required`` a gather ends at its first value.

    `required` names fields among `fields`; where it names none of them, all are.
    """
    asked = list(fields)
    names = [each.name for each in asked if each.name in required]
    return {
        "type": "object",
        "properties": {each.name: _property(each) for each in asked},
        "required": names or [each.name for each in asked],
    }


def read_result(fields: Iterable[AiField], result: Secret | None) -> tuple[Reading, ...]:
    """The answers in a JSON object as text, in the order of `fields`; absent ones are left out.

    What is no JSON object has no answers.
    """
    answers = _object(result.reveal() if result else "")
    return tuple(
        Reading(each.name, Secret(_raw(answers[each.name])), _value(each, answers[each.name]))
        for each in fields
        if not _is_absent(answers.get(each.name))
    )


def can_be(field: AiField, value: str) -> bool:
    """Whether `value` is how a valid answer to the field can be kept."""
    match field.type:
        case FieldType.BOOLEAN:
            return value in ("true", "false")
        case FieldType.INTEGER | FieldType.NUMBER:
            whole = field.type is FieldType.INTEGER
            is_number = _NUMBER.fullmatch(value) is not None
            return is_number and _number(json.loads(value), whole=whole) == value
    return is_storable(value) and value == value.strip() and _text(field, value) == value


def is_storable(text: str) -> bool:
    """Whether a text can be an answer: not empty, not too long, no control characters."""
    return 0 < len(text) <= MOST_CHARACTERS and not _UNSTORABLE.search(text)


def _property(field: AiField) -> dict[str, Any]:
    match field.type:
        case FieldType.DATE:
            words = f"{field.description.rstrip().rstrip('.')}. Written as YYYY-MM-DD."
            return {"type": "string", "description": words}
        case FieldType.CHOICE:
            choices = list(field.choices)
            return {"type": "string", "enum": choices, "description": field.description}
    return {"type": field.type.value, "description": field.description}


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_absent(answer: Any) -> bool:
    return answer is None or (isinstance(answer, str) and not answer.strip())


def _raw(answer: Any) -> str:
    text = answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False)
    return _UNSTORABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def _value(field: AiField, answer: Any) -> Secret | None:
    match field.type:
        case FieldType.BOOLEAN:
            text = str(answer).lower() if isinstance(answer, bool) else ""
        case FieldType.INTEGER | FieldType.NUMBER:
            text = _number(answer, whole=field.type is FieldType.INTEGER)
        case _:
            text = _text(field, answer.strip()) if isinstance(answer, str) else ""
    return Secret(text) if is_storable(text) else None


def _number(answer: Any, *, whole: bool) -> str:
    """A number without exponent and needless noughts, "" where it is none of the kind wanted."""
    if isinstance(answer, bool) or not isinstance(answer, int | float):
        return ""
    if isinstance(answer, int):
        return str(answer)
    if not math.isfinite(answer) or (whole and not answer.is_integer()):
        return ""
    if answer.is_integer():
        return str(int(answer))
    return format(Decimal(repr(answer)), "f")


def _text(field: AiField, answer: str) -> str:
    match field.type:
        case FieldType.DATE:
            return _date(answer)
        case FieldType.CHOICE:
            return _choice(field.choices, answer)
    return answer


def _date(answer: str) -> str:
    try:
        return date.fromisoformat(answer).isoformat() if _DATE.fullmatch(answer) else ""
    except ValueError:
        return ""


def _choice(choices: tuple[str, ...], answer: str) -> str:
    """The choice that was meant: spelt alike, or but for small and capital letters."""
    if answer in choices:
        return answer
    alike = [each for each in choices if each.casefold() == answer.casefold()]
    return alike[0] if len(alike) == 1 else ""
