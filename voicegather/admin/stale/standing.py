"""How an object and its rows stand in the database, and a mark of it for the page to carry."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, Model
from django.utils import timezone

#: Of SHA-256, as hexadecimal digits: against chance, not against anybody.
DIGEST = 16
#: A JSON object, such as a step's settings, is looked at setting by setting.
BETWEEN = "."

Values = Mapping[str, Any]
#: The rows of each inline by its prefix, and of each the values by the row's key.
Rows = Mapping[str, Mapping[str, Values]]


@dataclass(frozen=True)
class Standing:
    """The values that a form can change: the object's own, and those of its inlines' rows."""

    values: Values
    rows: Rows

    def mark(self) -> str:
        """What the page carries: a digest of each value and row, and when they were read."""
        marked = {
            "at": timezone.now().timestamp(),
            "values": {name: digest(value) for name, value in self.values.items()},
            "rows": {
                prefix: {key: digest(row) for key, row in rows.items()}
                for prefix, rows in self.rows.items()
            },
        }
        return json.dumps(marked, separators=(",", ":"))


@dataclass(frozen=True)
class Opened:
    """A mark that came back: what stood there when the page was opened. `at` is a timestamp."""

    at: float
    values: Mapping[str, str]
    rows: Mapping[str, Mapping[str, str]]


def opened_of(mark: str) -> Opened:
    """Read a mark; of one that is none of ours nothing is known, so that everything differs."""
    try:
        read = json.loads(mark)
        at, values, rows = float(read["at"]), dict(read["values"]), dict(read["rows"])
        datetime.fromtimestamp(at, UTC)
        return Opened(at, values, {prefix: dict(of) for prefix, of in rows.items()})
    except (ValueError, TypeError, KeyError, OverflowError, OSError, RecursionError):
        return Opened(timezone.now().timestamp(), {}, {})


def digest(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, cls=DjangoJSONEncoder, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST]


def values_of(obj: Model, without: Iterable[str] = ()) -> dict[str, Any]:
    """What staff can edit of `obj`, as JSON can hold it; objects in it setting by setting."""
    left_out = set(without)
    values: dict[str, Any] = {}
    for field in editable_fields(type(obj)):
        if field.name in left_out:
            continue
        value = field.value_from_object(obj)
        if isinstance(value, dict):
            values |= {f"{field.name}{BETWEEN}{key}": item for key, item in value.items()}
        else:
            values[field.name] = plain(value)
    return values


def editable_fields(model: type[Model]) -> list[Field[Any, Any]]:
    return [each for each in model._meta.concrete_fields if each.editable and not each.primary_key]


def plain(value: Any) -> Any:
    """`value` as JSON can hold it: a file by its name, lines as they end everywhere."""
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    return value if isinstance(value, int | float | bool | list | None) else str(value)
