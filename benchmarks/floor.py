"""The webhook's floor: a bare WSGI function that verifies, inserts one row, and does one LPUSH."""

from __future__ import annotations

import base64
import json
import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

import psycopg
from nacl.signing import VerifyKey
from redis import Redis

_INSERT = (
    "INSERT INTO benchmark_floor (external_id, call_control_id, event) VALUES (%s, %s, %s) "
    "ON CONFLICT (external_id) DO NOTHING"
)
_key = VerifyKey(base64.b64decode(os.environ["TELNYX_PUBLIC_KEY"]))
_kept = threading.local()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Take in one event, over connections that each thread keeps."""
    if not hasattr(_kept, "database"):
        _kept.database = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
        _kept.redis = Redis.from_url(os.environ["CELERY_BROKER_URL"])
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    signature = base64.b64decode(environ["HTTP_TELNYX_SIGNATURE_ED25519"])
    _key.verify(environ["HTTP_TELNYX_TIMESTAMP"].encode() + b"|" + body, signature)
    event = json.loads(body)["data"]
    leg = event["payload"]["call_control_id"]
    _kept.database.execute(_INSERT, (event["id"], leg, body.decode()))
    _kept.redis.lpush("benchmark.floor", leg)
    start_response("200 OK", [("Content-Length", "0")])
    return [b""]
