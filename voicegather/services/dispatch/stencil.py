"""Celery's message for a call as a form: Celery and kombu make it once, we fill in the rest.

A message that they make each time costs a webhook about as much as PostgreSQL does: see
benchmarks/webhook.py.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from contextlib import suppress
from json.encoder import encode_basestring_ascii as in_json
from random import getrandbits
from typing import Any, Self


class Stencil:
    """A message of Celery's task protocol 2, in JSON, in the envelope that kombu gives to Redis.

    Both are texts with `%(name)s` where something is to be filled in.
    """

    def __init__(self, message: dict[str, Any]) -> None:
        headers, properties = message["headers"], message["properties"]
        self._envelope = _form(
            {
                **message,
                "body": _slot("body"),
                "headers": {
                    **headers,
                    "id": _slot("task_id"),
                    "root_id": _slot("task_id"),
                    "argsrepr": _slot("argsrepr"),
                },
                "properties": {
                    **properties,
                    "correlation_id": _slot("task_id"),
                    "delivery_tag": _slot("delivery_tag"),
                },
            }
        )
        self._body = _form([[_slot("call")], {}, _body(message)[2]])

    @classmethod
    def cut(cls, message: dict[str, Any], call_control_id: str) -> Self | None:
        """The form behind this call's message; None when it would not give the same again."""
        with suppress(KeyError, IndexError, TypeError, ValueError):
            if message["properties"].get("priority"):
                return None  # It lies under another key.
            stencil = cls(message)
            ids = message["headers"]["id"], message["properties"]["delivery_tag"]
            again = json.loads(stencil._filled(call_control_id, *ids))
            if _legible(again) == _legible(message):
                return stencil
        return None

    def fill(self, call_control_id: str) -> str:
        """The message for a call, ready for the queue's list in Redis."""
        # Not `uuid4()`, which asks the system for secrecy: these have to be different, no more.
        task_id = f"{getrandbits(128):032x}"
        return self._filled(call_control_id, task_id, delivery_tag=task_id)

    def _filled(self, call_control_id: str, task_id: str, delivery_tag: str) -> str:
        body = self._body % {"call": in_json(call_control_id)}
        return self._envelope % {
            "body": f'"{b64encode(body.encode()).decode()}"',
            "task_id": f'"{task_id}"',
            "argsrepr": in_json(repr((call_control_id,))),
            "delivery_tag": f'"{delivery_tag}"',
        }


def _slot(name: str) -> str:
    return f"\0{name}\0"


def _form(value: Any) -> str:
    """The value's JSON as a text for the % operator, each slot without its quotation marks."""
    text = json.dumps(value).replace("%", "%%")
    return text.replace('"\\u0000', "%(").replace('\\u0000"', ")s")


def intercepted(channel: Any, send: Callable[[], object]) -> tuple[str, dict[str, Any]] | None:
    """The key and the message that `send` would put there over this channel of kombu's.

    None when it went another way, and so was sent. `_put` is what each of kombu's transports
    implements, and not meant for others: where it is gone, Celery sends every message itself.
    """
    caught: list[tuple[str, dict[str, Any]]] = []
    channel._put = lambda key, message, **options: caught.append((key, message))
    try:
        send()
    finally:
        del channel._put
    return caught[0] if caught else None


def _legible(message: dict[str, Any]) -> dict[str, Any]:
    return {**message, "body": _body(message)}


def _body(message: dict[str, Any]) -> Any:
    return json.loads(b64decode(message["body"]))
