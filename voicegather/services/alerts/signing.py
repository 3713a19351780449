"""The signature of a webhook: HMAC-SHA256 over its moment and its body."""

from __future__ import annotations

import hashlib
import hmac


def sign(secret: str, body: bytes, *, at: int) -> str:
    """The header ``Voicegather-Signature`` of `body`, sent `at` (seconds since 1970 UTC)."""
    mac = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    return f"t={at},v1={mac.hexdigest()}"
