"""Telnyx's webhooks as the bytes of HTTP requests, signed."""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from nacl.signing import SigningKey


def envelope(event_type: str, call_control_id: str, **fields: Any) -> dict[str, Any]:
    """An event of a call, of the size that Telnyx's have; `fields` join its payload."""
    return {
        "data": {
            "record_type": "event",
            "event_type": event_type,
            "id": str(uuid4()),
            "occurred_at": datetime.now(UTC).isoformat(),
            "payload": {
                "call_control_id": call_control_id,
                "call_leg_id": str(uuid4()),
                "call_session_id": str(uuid4()),
                "client_state": None,
                "connection_id": "1684641123236054244",
                "from": "+13125550111",
                "to": "+13125550100",
                **fields,
            },
        },
        "meta": {"attempt": 1, "delivered_to": "https://ivr.example.com/voicegather/webhook/"},
    }


def request(
    event: dict[str, Any], key: SigningKey, *, path: str = "/voicegather/webhook/"
) -> bytes:
    """The whole POST of an event, signed now, for a connection that is kept alive."""
    body = json.dumps(event).encode()
    timestamp = str(int(time.time()))
    signature = key.sign(timestamp.encode() + b"|" + body).signature
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nTelnyx-Timestamp: {timestamp}\r\n"
        f"Telnyx-Signature-Ed25519: {base64.b64encode(signature).decode()}\r\n\r\n"
    )
    return head.encode() + body
