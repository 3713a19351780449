"""What callers say, sealed before it is stored: PyNaCl's SecretBox, with key rotation.

A sealed value is one version byte, four bytes that name the key, then nonce, tag and ciphertext.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from typing import Any

from django.conf import settings
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox

from voicegather import conf
from voicegather.exceptions import ConfigurationError, UnsealError

_VERSION = b"\x01"
_NAME_BYTES = 4
_DIGEST_BYTES = 16
#: Of a sealed value, what names the key.
HEADER_BYTES = len(_VERSION) + _NAME_BYTES
_in_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def seal(value: Any) -> bytes:
    """Seal any JSON value under the newest key."""
    name, box = next(iter(_boxes().items()))
    plain = _in_json(value).encode("utf-8", "surrogatepass")
    return _VERSION + name + bytes(box.encrypt(plain))


def unseal(sealed: bytes | memoryview) -> Any:
    """The JSON value that :func:`seal` took; raises UnsealError."""
    return _unseal(_boxes(), sealed)


def reseal(sealed: bytes) -> bytes:
    """The same value, sealed under the newest key; raises UnsealError."""
    name, box = next(iter(_boxes().items()))
    return _VERSION + name + bytes(box.encrypt(_opened(_boxes(), sealed)))


def newest_header() -> bytes:
    """With what every value begins that the newest key sealed."""
    return _VERSION + next(iter(_boxes()))


def key_names() -> list[str]:
    """The names of the configured keys, the newest first: eight hexadecimal digits, no secret."""
    return [name.hex() for name in _boxes()]


def name_in(header: bytes) -> str:
    """The name of the key that sealed what begins so, "" of what :func:`seal` did not write."""
    is_ours = len(header) >= HEADER_BYTES and header[:1] == _VERSION
    return header[1:HEADER_BYTES].hex() if is_ours else ""


def unsealer() -> Callable[[bytes | memoryview], Any]:
    """:func:`unseal` for many values: the keys are read once, now."""
    return partial(_unseal, _boxes())


def _unseal(boxes: Mapping[bytes, SecretBox], sealed: bytes | memoryview) -> Any:
    text = _opened(boxes, sealed).decode("utf-8", "surrogatepass")
    if text[:1] == '"' and "\\" not in text:
        # An entry, as nearly all are that are opened by the million.
        return text[1:-1]
    return json.loads(text)


def _opened(boxes: Mapping[bytes, SecretBox], sealed: bytes | memoryview) -> bytes:
    data = bytes(sealed)
    box = boxes.get(data[1:HEADER_BYTES])
    if data[:1] != _VERSION or box is None:
        raise UnsealError(
            "No configured key opens this value: put the key that sealed it back into "
            "VOICEGATHER_ENCRYPTION_KEYS, after the newest."
        )
    try:
        return box.decrypt(data[HEADER_BYTES:])
    except CryptoError:
        raise UnsealError("The sealed value was changed or cut off.") from None


def keyed_hash() -> hashlib.blake2b:
    """A new hash of 16 bytes under the newest key, to be updated with what shall be compared.

    Whoever lacks the key cannot find out by guessing what was hashed. Digests change with the key.
    """
    return _hash_of(tuple(conf.encryption_keys()), settings.SECRET_KEY).copy()


def fingerprints(text: str) -> list[str]:
    """The HMAC-SHA256 of `text` under each key, newest first, in hexadecimal.

    Whoever lacks the keys cannot find out by guessing what it was of. One that was kept is found
    again as long as its key is among them.
    """
    plain = text.encode("utf-8", "surrogatepass")
    keys = _raw_keys(tuple(conf.encryption_keys()), settings.SECRET_KEY)
    return [hmac.new(key, b"fingerprint:" + plain, hashlib.sha256).hexdigest() for key in keys]


def derives_from_secret_key() -> bool:
    """Whether no key of its own is configured, so that SECRET_KEY must never change."""
    return not conf.encryption_keys()


def _boxes() -> dict[bytes, SecretBox]:
    return _boxes_of(tuple(conf.encryption_keys()), settings.SECRET_KEY)


@lru_cache(maxsize=8)
def _boxes_of(keys: tuple[str, ...], secret_key: str) -> dict[bytes, SecretBox]:
    raw = _raw_keys(keys, secret_key)
    return {hashlib.sha256(key).digest()[:_NAME_BYTES]: SecretBox(key) for key in raw}


@lru_cache(maxsize=8)
def _hash_of(keys: tuple[str, ...], secret_key: str) -> hashlib.blake2b:
    newest = _raw_keys(keys, secret_key)[0]
    return hashlib.blake2b(key=newest, digest_size=_DIGEST_BYTES, person=b"voicegather-hash")


def _raw_keys(keys: tuple[str, ...], secret_key: str) -> list[bytes]:
    """32 bytes each, newest first; where none is configured the one that SECRET_KEY gives."""
    return [_decoded(key) for key in keys] or [
        hashlib.blake2b(secret_key.encode(), digest_size=32, person=b"voicegather-v1").digest()
    ]


def _decoded(key: str) -> bytes:
    try:
        raw = base64.b64decode(key, validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != SecretBox.KEY_SIZE:
        raise ConfigurationError(
            "VOICEGATHER_ENCRYPTION_KEYS must be base64 of 32 random bytes each, separated by "
            "commas, newest first."
        )
    return raw
