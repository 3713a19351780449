from __future__ import annotations

import base64

import pytest
from nacl.signing import SigningKey

from voicegather.provider.signature import SignatureError, SignatureProblem, verify

NOW = 1_770_000_000
BODY = b'{"data": {}}'


def sign(key: SigningKey, body: bytes = BODY, timestamp: str = str(NOW)) -> str:
    return base64.b64encode(key.sign(f"{timestamp}|".encode() + body).signature).decode()


def public(key: SigningKey) -> str:
    return base64.b64encode(bytes(key.verify_key)).decode()


def check(
    signature: str,
    *keys: str,
    body: bytes = BODY,
    timestamp: str = str(NOW),
    now: float = NOW,
) -> None:
    verify(body, signature, timestamp, keys=keys, now=now, tolerance_seconds=300)


def reason_of(signature: str, *keys: str, timestamp: str = str(NOW)) -> SignatureProblem:
    with pytest.raises(SignatureError) as refusal:
        check(signature, *keys, timestamp=timestamp)
    return refusal.value.reason


@pytest.fixture
def key() -> SigningKey:
    return SigningKey.generate()


def test_a_body_that_telnyx_signed_is_believed(key: SigningKey) -> None:
    check(sign(key), public(key))


def test_while_a_key_is_rotated_both_keys_count(key: SigningKey) -> None:
    newer = SigningKey.generate()
    check(sign(key), public(newer), public(key))
    check(sign(newer), public(newer), public(key))


def test_a_key_that_is_no_key_is_passed_over(key: SigningKey) -> None:
    check(sign(key), "not base64!", base64.b64encode(b"short").decode(), "", public(key))


@pytest.mark.parametrize(("signature", "timestamp"), [("", str(NOW)), ("c2lnbmF0dXJl", "")])
def test_without_signature_or_timestamp_it_is_missing(
    key: SigningKey, signature: str, timestamp: str
) -> None:
    assert reason_of(signature, public(key), timestamp=timestamp) is SignatureProblem.MISSING


@pytest.mark.parametrize(
    "signature",
    ["%%%", "é", base64.b64encode(b"x" * 63).decode(), base64.b64encode(b"x" * 65).decode()],
)
def test_what_is_not_64_bytes_in_base64_is_malformed(key: SigningKey, signature: str) -> None:
    assert reason_of(signature, public(key)) is SignatureProblem.MALFORMED


@pytest.mark.parametrize("timestamp", ["soon", "-1", "1.5", "+1", "１７７", " 1", "1" * 21])
def test_a_timestamp_that_is_no_number_is_malformed(key: SigningKey, timestamp: str) -> None:
    signature = sign(key, timestamp=timestamp)
    assert reason_of(signature, public(key), timestamp=timestamp) is SignatureProblem.MALFORMED


@pytest.mark.parametrize("off", [-300, 300])
def test_300_seconds_off_are_tolerated(key: SigningKey, off: int) -> None:
    check(sign(key), public(key), now=NOW + off)


@pytest.mark.parametrize("off", [-301, 301])
def test_301_seconds_off_are_stale(key: SigningKey, off: int) -> None:
    timestamp = str(NOW + off)
    signature = sign(key, timestamp=timestamp)
    assert reason_of(signature, public(key), timestamp=timestamp) is SignatureProblem.STALE


def test_a_stranger_s_signature_is_wrong(key: SigningKey) -> None:
    assert reason_of(sign(SigningKey.generate()), public(key)) is SignatureProblem.WRONG


def test_a_body_that_was_altered_is_wrong(key: SigningKey) -> None:
    with pytest.raises(SignatureError) as refusal:
        check(sign(key), public(key), body=BODY + b" ")
    assert refusal.value.reason is SignatureProblem.WRONG


def test_another_timestamp_than_the_signed_one_is_wrong(key: SigningKey) -> None:
    assert reason_of(sign(key), public(key), timestamp=str(NOW + 1)) is SignatureProblem.WRONG


def test_without_any_key_the_advice_is_to_configure_one(key: SigningKey) -> None:
    with pytest.raises(SignatureError, match="set TELNYX_PUBLIC_KEY") as refusal:
        check(sign(key), "not a key")
    assert refusal.value.reason is SignatureProblem.WRONG
