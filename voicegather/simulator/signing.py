"""Sign webhooks as Telnyx does: Ed25519 over `timestamp|raw body` (Telnyx docs: webhooks)."""

from __future__ import annotations

import base64
import hashlib
import time

from nacl.signing import SigningKey


class Signer:
    """Signs with a key of its own: made anew, or the one that `seed`, any text, always gives."""

    def __init__(self, seed: str | None = None) -> None:
        if seed is None:
            self._key = SigningKey.generate()
        else:
            self._key = SigningKey(hashlib.sha256(seed.encode()).digest())

    @property
    def public_key(self) -> str:
        """Base64 of the key's 32 raw bytes, as the Telnyx portal shows it."""
        return base64.b64encode(bytes(self._key.verify_key)).decode()

    def headers(self, body: bytes) -> dict[str, str]:
        """The headers of a webhook whose raw body is `body`, signed at this second."""
        timestamp = str(int(time.time()))
        signature = self._key.sign(f"{timestamp}|".encode() + body).signature
        return {
            "Content-Type": "application/json",
            "User-Agent": "telnyx-webhooks",
            "Telnyx-Signature-Ed25519": base64.b64encode(signature).decode(),
            "Telnyx-Timestamp": timestamp,
        }
