"""Sign webhooks as Telnyx does: Ed25519 over `timestamp|raw body` (Telnyx docs: webhooks)."""

from __future__ import annotations

import base64
import time

from nacl.signing import SigningKey


class Signer:
    """Signs with a key of its own, made anew for each simulator."""

    def __init__(self) -> None:
        self._key = SigningKey.generate()

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
