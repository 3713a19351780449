from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from gunicorn.http.errors import InvalidChunkSize
from nacl.signing import SigningKey

from tests.webhooks.posting import URL, Telnyx, envelope, signed
from voicegather.models import CallEvent

pytestmark = pytest.mark.django_db

SAID = "5559274630"
#: One more level than json.loads can take in one go.
BOTTOMLESS = '{"data":' + "[" * 100_000 + "]" * 100_000 + "}"


@pytest.fixture(autouse=True)
def nothing_is_kept(enqueued: list[str], caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """After every refusal: no row, no work, and no word of the payload in the logs."""
    yield
    assert CallEvent.objects.count() == 0
    assert enqueued == []
    assert SAID not in caplog.text


def body_of(**changes: Any) -> bytes:
    return json.dumps(envelope("call.gather.ended", digits=SAID, **changes)).encode()


def reasons(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was logged, up to the advice."""
    return [
        record.getMessage().split(":")[0]
        for record in caplog.records
        if record.name == "voicegather.webhook"
    ]


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_anything_but_post_is_refused_with_the_method_allowed(
    client: Client, signing_key: SigningKey, caplog: pytest.LogCaptureFixture, method: str
) -> None:
    body = body_of()
    headers = signed(signing_key, body)
    response = client.generic(method, URL, body, "application/json", headers=headers)
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert reasons(caplog) == [f"Refused (405, {method} instead of POST)"]


def test_a_body_that_announces_too_much_is_refused_unread(
    client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Unread(BytesIO):
        def read(self, *args: Any) -> bytes:
            raise AssertionError("The body was read.")

    response = client.generic(
        "POST", URL, CONTENT_LENGTH=str(8 * 1024 * 1024 + 1), **{"wsgi.input": Unread()}
    )
    assert (response.status_code, response.content) == (413, b"")
    assert reasons(caplog) == ["Refused (413, too large)"]


def test_exactly_the_limit_is_not_too_large(
    telnyx: Telnyx, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "WEBHOOK_MAX_BYTES": 100}
    assert telnyx.post_body(b"x" * 100).status_code == 400
    assert telnyx.post_body(b"x" * 101).status_code == 413


def test_a_body_without_a_length_is_read_no_further_than_the_limit(
    client: Client, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.VOICEGATHER = {**settings.VOICEGATHER, "WEBHOOK_MAX_BYTES": 100}
    stream = BytesIO(b"x" * 5000)
    response = client.generic("POST", URL, **{"wsgi.input": stream, "wsgi.input_terminated": True})
    assert response.status_code == 413
    assert stream.tell() == 101
    assert reasons(caplog) == ["Refused (413, too large)"]


def test_a_body_longer_than_it_announces_is_read_no_further(
    telnyx: Telnyx, signing_key: SigningKey, caplog: pytest.LogCaptureFixture
) -> None:
    body = body_of()
    headers = signed(signing_key, body)
    response = telnyx.client.post(
        URL, body, content_type="application/json", headers=headers, CONTENT_LENGTH="10"
    )
    assert response.status_code == 401
    assert reasons(caplog) == ["Refused (401, signature wrong)"]


@pytest.mark.parametrize("raised", [OSError("it was closed"), InvalidChunkSize(b"zz")])
def test_a_body_that_breaks_off_or_comes_in_malformed_pieces_is_refused(
    client: Client, caplog: pytest.LogCaptureFixture, raised: Exception
) -> None:
    class BreaksOff(BytesIO):
        def read(self, *args: Any) -> bytes:
            raise raised

    response = client.generic("POST", URL, CONTENT_LENGTH="10", **{"wsgi.input": BreaksOff()})
    assert response.status_code == 400
    assert reasons(caplog) == ["Refused (400, unreadable)"]


def test_a_webhook_without_a_signature_is_refused(
    telnyx: Telnyx, caplog: pytest.LogCaptureFixture
) -> None:
    response = telnyx.post_with({}, body_of())
    assert (response.status_code, response.content) == (401, b"")
    assert reasons(caplog) == ["Refused (401, signature missing)"]


@pytest.mark.parametrize("absent", ["Telnyx-Signature-Ed25519", "Telnyx-Timestamp"])
def test_half_a_signature_is_none(
    telnyx: Telnyx, caplog: pytest.LogCaptureFixture, absent: str
) -> None:
    body = body_of()
    headers = signed(telnyx.key, body)
    del headers[absent]
    assert telnyx.post_with(headers, body).status_code == 401
    assert reasons(caplog) == ["Refused (401, signature missing)"]


@pytest.mark.parametrize(
    "garbled",
    [{"Telnyx-Signature-Ed25519": "not base64"}, {"Telnyx-Timestamp": "noon"}],
)
def test_a_garbled_signature_is_refused(
    telnyx: Telnyx, caplog: pytest.LogCaptureFixture, garbled: dict[str, str]
) -> None:
    body = body_of()
    headers = signed(telnyx.key, body) | garbled
    assert telnyx.post_with(headers, body).status_code == 401
    assert reasons(caplog) == ["Refused (401, signature malformed)"]


@pytest.mark.parametrize("age_seconds", [400, -400])
def test_a_signature_of_another_time_is_refused(
    telnyx: Telnyx, caplog: pytest.LogCaptureFixture, age_seconds: int
) -> None:
    body = body_of()
    headers = signed(telnyx.key, body, age_seconds=age_seconds)
    assert telnyx.post_with(headers, body).status_code == 401
    assert reasons(caplog) == ["Refused (401, signature stale)"]


def test_a_stranger_s_signature_is_refused_and_never_logged(
    telnyx: Telnyx, caplog: pytest.LogCaptureFixture
) -> None:
    body = body_of()
    headers = signed(SigningKey.generate(), body)
    assert telnyx.post_with(headers, body).status_code == 401
    assert reasons(caplog) == ["Refused (401, signature wrong)"]
    assert headers["Telnyx-Signature-Ed25519"] not in caplog.text


def test_a_body_altered_on_the_way_is_refused(
    telnyx: Telnyx, caplog: pytest.LogCaptureFixture
) -> None:
    body = body_of()
    headers = signed(telnyx.key, body)
    assert (
        telnyx.post_with(headers, json.dumps(json.loads(body), indent=1).encode()).status_code
        == 401
    )
    assert reasons(caplog) == ["Refused (401, signature wrong)"]


def test_without_a_key_every_webhook_is_refused_with_advice(
    telnyx: Telnyx,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.delenv("TELNYX_PUBLIC_KEY", raising=False)
    settings.VOICEGATHER = {**settings.VOICEGATHER, "TELNYX_PUBLIC_KEYS": []}
    assert telnyx.post_body(body_of()).status_code == 401
    assert "set TELNYX_PUBLIC_KEY" in caplog.text


def test_several_keys_count_while_one_is_rotated(
    telnyx: Telnyx, settings: Any, public_key: str
) -> None:
    newer = base64.b64encode(bytes(SigningKey.generate().verify_key)).decode()
    settings.VOICEGATHER = {**settings.VOICEGATHER, "TELNYX_PUBLIC_KEYS": [newer, public_key]}
    assert telnyx.post_body(b"no event").status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"digits=" + SAID.encode(),
        b'{"data": {"id": "' + SAID.encode(),
        b"null",
        b"[]",
        b'"data"',
        b"{}",
        b'{"data": null}',
        b'{"data": []}',
        b'{"data": "' + SAID.encode() + b'"}',
        BOTTOMLESS.encode(),
    ],
)
def test_what_is_no_json_event_is_refused(
    telnyx: Telnyx, caplog: pytest.LogCaptureFixture, body: bytes
) -> None:
    response = telnyx.post_body(body)
    assert (response.status_code, response.content) == (400, b"")
    assert reasons(caplog) == ["Refused (400, not an event)"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("event_type", None),
        ("event_type", ""),
        ("event_type", 7),
        ("event_type", "x" * 81),
        ("id", None),
        ("id", ""),
        ("id", 7),
        ("id", "x" * 101),
        ("payload", None),
        ("payload", []),
        ("payload", SAID),
        ("payload", {"call_control_id": "x" * 256}),
    ],
)
def test_an_event_without_its_parts_is_refused(
    telnyx: Telnyx, caplog: pytest.LogCaptureFixture, field: str, value: Any
) -> None:
    event = envelope(digits=SAID)
    event["data"][field] = value
    assert telnyx.post(event).status_code == 400
    assert reasons(caplog) == ["Refused (400, not an event)"]


@pytest.mark.parametrize("field", ["event_type", "id", "payload"])
def test_an_event_that_lacks_a_part_is_refused(
    telnyx: Telnyx, caplog: pytest.LogCaptureFixture, field: str
) -> None:
    event = envelope(digits=SAID)
    del event["data"][field]
    assert telnyx.post(event).status_code == 400
    assert reasons(caplog) == ["Refused (400, not an event)"]


@pytest.mark.parametrize("name", ["cost", "result"])
@pytest.mark.parametrize(
    "literal",
    ["NaN", "Infinity", "-Infinity", "1e999", "9" * 5000, "[" * 70 + "]" * 70, '"\0"', "01", "'x'"],
    ids=["nan", "infinity", "minus", "1e999", "huge", "deep", "raw nul", "octal", "quotes"],
)
def test_what_json_or_a_database_cannot_hold_is_refused(
    telnyx: Telnyx, caplog: pytest.LogCaptureFixture, name: str, literal: str
) -> None:
    body = json.dumps(envelope(**{name: "HERE"})).replace('"HERE"', literal).encode()
    assert telnyx.post_body(body).status_code == 400
    assert reasons(caplog) == ["Refused (400, not an event)"]
