"""Checks of objects inside a command's body, by tables like the command's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from voicegather.simulator.parameters import Check, Kind
from voicegather.simulator.validation import PYTHON_TYPES, Table, fault


def holding(table: Table) -> Check:
    """An object with members of this table, the required ones at least, and no others."""

    def check(value: dict[str, Any]) -> str | None:
        unknown = [str(name) for name in value if name not in table]
        if unknown:
            return f"must not hold {', '.join(unknown)}"
        for name, parameter in table.items():
            if value.get(name) is None:
                if parameter.required:
                    return f"must hold {name}"
            elif (detail := fault(parameter, value[name])) is not None:
                return f"holds {name}, which {detail}"
        return None

    return check


def told_apart(by: str, tables: Mapping[str, Check]) -> Check:
    """An object of one of several shapes: the member `by` names which."""

    def check(value: dict[str, Any]) -> str | None:
        chosen = tables.get(value[by]) if isinstance(value.get(by), str) else None
        if chosen is None:
            return f"must hold {by}, one of {', '.join(tables)}"
        return chosen(value)

    return check


def each(check: Check) -> Check:
    """A list of objects that all pass `check`."""

    def check_all(values: list[Any]) -> str | None:
        for position, value in enumerate(values, start=1):
            if not isinstance(value, dict):
                return f"must be a list of objects, but item {position} is none"
            if (detail := check(value)) is not None:
                return f"has item {position}, which {detail}"
        return None

    return check_all


def with_members(*names: str) -> Check:
    """An object that has these members at least."""

    def check(value: dict[str, Any]) -> str | None:
        missing = [name for name in names if value.get(name) is None]
        return f"must hold {', '.join(missing)}" if missing else None

    return check


def json_schema(value: dict[str, Any]) -> str | None:
    """A JSON Schema of an object with properties; `required` names some of them."""
    if value.get("type") != "object":
        return "must be a JSON Schema of type object"
    properties = value.get("properties")
    if not isinstance(properties, dict) or not properties:
        return "must hold properties"
    for name, schema in properties.items():
        if not isinstance(schema, dict) or not isinstance(schema.get("type"), str | list):
            return f"has the property {name}, which must be a JSON Schema with a type"
    required = value.get("required", [])
    if not isinstance(required, list) or not all(isinstance(name, str) for name in required):
        return "must hold required, a list of names"
    unknown = [name for name in required if name not in properties]
    return f"requires {', '.join(unknown)}, which is no property" if unknown else None


def flat_variables(value: dict[str, Any]) -> str | None:
    """Names and texts, numbers or truth values; `telnyx_` begins the names of Telnyx's own."""
    for name, one in value.items():
        if name.startswith("telnyx_"):
            return f"must not hold {name}: telnyx_ is reserved"
        if not isinstance(one, PYTHON_TYPES[Kind.TEXT] + (int, float, bool)):
            return f"holds {name}, which must be a string, a number or a boolean"
    return None
