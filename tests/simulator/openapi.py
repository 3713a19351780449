"""Telnyx's public OpenAPI document, where it can be found."""

from __future__ import annotations

import json
import os
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator


def document_path() -> Path | None:
    """VOICEGATHER_OPENAPI, or a folder `shared` beside the repository; None without either."""
    beside = Path(__file__).parents[2].parent / "shared" / "telnyx-openapi.json"
    path = Path(os.environ.get("VOICEGATHER_OPENAPI", beside))
    return path if path.is_file() else None


@cache
def document() -> dict[str, Any]:
    path = document_path()
    assert path is not None
    return json.loads(path.read_text(encoding="utf-8"))


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema behind a reference, and behind a choice of one."""
    while True:
        if "$ref" in schema:
            name = schema["$ref"].rpartition("/")[2]
            schema = document()["components"]["schemas"][name]
        elif len(schema.get("oneOf", ())) == 1:
            (schema,) = schema["oneOf"]
        else:
            return schema


def flatten(schema: dict[str, Any]) -> tuple[dict[str, Any], set[str]]:
    """The properties of an object schema and which of them are required."""
    schema = resolve(schema)
    properties = dict(schema.get("properties", {}))
    required = set(schema.get("required", ()))
    for part in schema.get("allOf", ()):
        more, needed = flatten(part)
        properties |= more
        required |= needed
    return properties, required


def body_schema(path: str, method: str) -> dict[str, Any]:
    """What a command's body must be."""
    operation = document()["paths"][path][method.lower()]
    return operation["requestBody"]["content"]["application/json"]["schema"]


def answer_schema(path: str, method: str) -> dict[str, Any]:
    """What a command is answered with."""
    operation = document()["paths"][path][method.lower()]
    return operation["responses"]["200"]["content"]["application/json"]["schema"]


def event_schemas() -> dict[str, dict[str, Any]]:
    """Event types and the schemas of their webhooks."""
    schemas = {}
    for webhook in document()["webhooks"].values():
        schema = webhook["post"]["requestBody"]["content"]["application/json"]["schema"]
        data, _ = flatten(flatten(schema)[0]["data"])
        for event_type in resolve(data["event_type"])["enum"]:
            schemas[event_type] = schema
    return schemas


def faults(schema: dict[str, Any], instance: object) -> list[str]:
    """What is wrong with an instance, with its path."""
    validator = Draft202012Validator({**schema, "components": document()["components"]})
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(instance)]
