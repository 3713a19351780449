"""Webhooks as Telnyx sends them: envelopes, signatures, and a client that posts both."""

from __future__ import annotations

import base64
import json
import time
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.http import HttpResponse
from django.test import Client
from nacl.signing import SigningKey

URL = "/voicegather/webhook/"
LEG = "v3:caller"


def envelope(event_type: str = "call.answered", **changes: Any) -> dict[str, Any]:
    """An event about LEG; `changes` are fields of its payload."""
    return {
        "data": {
            "record_type": "event",
            "event_type": event_type,
            "id": str(uuid4()),
            "occurred_at": "2026-02-02T22:25:27.521992Z",
            "payload": {
                "call_control_id": LEG,
                "call_leg_id": "b0e6224c-c81c-11f0-afbb-02420aef93a0",
                "client_state": None,
                **changes,
            },
        },
        "meta": {"attempt": 1, "delivered_to": "https://ivr.example.com/webhooks/telnyx"},
    }


def signed(key: SigningKey, body: bytes, *, age_seconds: int = 0) -> dict[str, str]:
    """The headers of a webhook that was signed `age_seconds` ago."""
    timestamp = str(int(time.time()) - age_seconds)
    signature = key.sign(timestamp.encode() + b"|" + body).signature
    return {
        "Telnyx-Signature-Ed25519": base64.b64encode(signature).decode(),
        "Telnyx-Timestamp": timestamp,
    }


@dataclass(frozen=True)
class Telnyx:
    """Posts what it is given, signed, to the site's front door."""

    client: Client
    key: SigningKey

    def post(self, event: dict[str, Any], *, url: str = URL) -> HttpResponse:
        return self.post_body(json.dumps(event).encode(), url=url)

    def post_body(self, body: bytes, *, url: str = URL) -> HttpResponse:
        return self.post_with(signed(self.key, body), body, url=url)

    def post_with(self, headers: dict[str, str], body: bytes, *, url: str = URL) -> HttpResponse:
        return self.client.post(url, body, content_type="application/json", headers=headers)
