"""Check that Telnyx signed a webhook: Ed25519 over ``timestamp|raw body``."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from enum import StrEnum
from functools import lru_cache

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from voicegather.exceptions import VoicegatherError

_KEY_BYTES = 32
_SIGNATURE_BYTES = 64
_LONGEST_TIMESTAMP = 20


class SignatureProblem(StrEnum):
    MISSING = "missing"
    MALFORMED = "malformed"
    STALE = "stale"
    WRONG = "wrong"


class SignatureError(VoicegatherError):
    """A webhook that must not be believed, and why."""

    def __init__(self, reason: SignatureProblem, advice: str) -> None:
        super().__init__(advice)
        self.reason = reason


def is_public_key(text: str) -> bool:
    """Whether `text` is base64 of 32 bytes, as the Telnyx portal shows the public key."""
    return len(_decoded(text)) == _KEY_BYTES


def verify(
    body: bytes,
    signature: str,
    timestamp: str,
    *,
    keys: Sequence[str],
    now: float,
    tolerance_seconds: int,
) -> None:
    """Raise SignatureError unless one of `keys` signed `body` at about `now`.

    `signature` and `timestamp` are the headers Telnyx-Signature-Ed25519 (base64 of 64 bytes) and
    Telnyx-Timestamp (seconds since 1970), "" when they were not sent; `keys` are base64 of 32
    bytes each, and one that is not is passed over (Telnyx docs: webhook signing).
    """
    if not signature or not timestamp:
        raise SignatureError(
            SignatureProblem.MISSING,
            "No signature: let Telnyx post here, with webhook API version 2.",
        )
    raw = _decoded(signature)
    if len(raw) != _SIGNATURE_BYTES or not _is_timestamp(timestamp):
        raise SignatureError(
            SignatureProblem.MALFORMED,
            "The signature or its timestamp is garbled: see whether a proxy rewrites headers.",
        )
    if abs(now - int(timestamp)) > tolerance_seconds:
        raise SignatureError(
            SignatureProblem.STALE,
            f"Signed over {tolerance_seconds} seconds away from now: check this machine's clock.",
        )
    usable = [key for key in map(_verify_key, keys) if key is not None]
    message = timestamp.encode() + b"|" + body
    if not any(_signed(key, message, raw) for key in usable):
        raise SignatureError(
            SignatureProblem.WRONG,
            "No configured key made this signature: see that no proxy alters the body, and that "
            "the account's public key is configured."
            if usable
            else "No usable public key is configured: set TELNYX_PUBLIC_KEY.",
        )


def _is_timestamp(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_TIMESTAMP


def _signed(key: VerifyKey, message: bytes, signature: bytes) -> bool:
    try:
        key.verify(message, signature)
    except BadSignatureError:
        return False
    return True


@lru_cache(maxsize=64)
def _verify_key(key: str) -> VerifyKey | None:
    raw = _decoded(key)
    return VerifyKey(raw) if len(raw) == _KEY_BYTES else None


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""
