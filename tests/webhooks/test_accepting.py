from __future__ import annotations

import json
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from nacl.signing import SigningKey

from tests.webhooks.posting import LEG, URL, Telnyx, envelope, signed
from voicegather.models import CallEvent
from voicegather.services.receive import receive_event

pytestmark = pytest.mark.django_db


def test_an_event_is_stored_and_its_call_handed_on(telnyx: Telnyx, enqueued: list[str]) -> None:
    event = envelope("call.answered", **{"from": "+13125550111"})
    before = datetime.now(UTC)

    response = telnyx.post(event)

    assert (response.status_code, response.content) == (200, b"")
    stored = CallEvent.objects.get()
    assert (stored.source, stored.external_id) == ("telnyx", event["data"]["id"])
    assert (stored.call_control_id, stored.event_type) == (LEG, "call.answered")
    assert stored.occurred_at == datetime(2026, 2, 2, 22, 25, 27, 521992, tzinfo=UTC)
    assert before <= stored.received_at <= datetime.now(UTC)
    assert stored.payload == event["data"]["payload"]
    assert (stored.sealed, stored.status, stored.attempts) == (None, "pending", 0)
    assert (stored.call, stored.processed_at, stored.error) == (None, None, "")
    assert enqueued == [LEG]


def test_a_repeat_is_answered_alike_stored_once_and_handed_on_again(
    telnyx: Telnyx, enqueued: list[str]
) -> None:
    event = envelope()
    telnyx.post(event)
    CallEvent.objects.update(status="processed", attempts=1)

    repeat = {**event, "meta": {"attempt": 2}}
    response = telnyx.post(repeat)

    assert (response.status_code, response.content) == (200, b"")
    assert CallEvent.objects.values_list("status", "attempts").get() == ("processed", 1)
    assert enqueued == [LEG, LEG]


@pytest.mark.parametrize("event_type", ["call.speak.started", "call.teleported"])
def test_an_event_that_no_call_waits_for_is_stored_and_waits_for_the_next(
    telnyx: Telnyx, enqueued: list[str], event_type: str
) -> None:
    assert telnyx.post(envelope(event_type)).status_code == 200
    assert CallEvent.objects.values_list("event_type", "status").get() == (event_type, "noted")
    assert enqueued == []


@pytest.mark.parametrize("leg", [None, "", 7])
def test_an_event_of_no_call_is_stored_and_left_alone(
    telnyx: Telnyx, enqueued: list[str], leg: Any
) -> None:
    assert telnyx.post(envelope(call_control_id=leg)).status_code == 200
    assert CallEvent.objects.values_list("call_control_id", "status").get() == ("", "ignored")
    assert enqueued == []


@pytest.mark.parametrize("occurred_at", [None, "", "yesterday", 7, "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_cannot_be_read_is_that_of_its_coming(
    telnyx: Telnyx, enqueued: list[str], occurred_at: Any
) -> None:
    event = envelope()
    event["data"]["occurred_at"] = occurred_at
    assert telnyx.post(event).status_code == 200
    stored = CallEvent.objects.get()
    assert stored.occurred_at == stored.received_at


@pytest.mark.parametrize("occurred_at", ["2026-02-02T22:25:27", "2026-02-02T16:25:27-06:00"])
def test_a_moment_is_kept_in_utc(telnyx: Telnyx, enqueued: list[str], occurred_at: str) -> None:
    event = envelope()
    event["data"]["occurred_at"] = occurred_at
    telnyx.post(event)
    assert CallEvent.objects.get().occurred_at == datetime(2026, 2, 2, 22, 25, 27, tzinfo=UTC)


def test_text_that_no_database_takes_is_replaced(telnyx: Telnyx, enqueued: list[str]) -> None:
    event = envelope(caller_id_name="A\0B", tags=["\ud800"], call_control_id="v3:\0")
    event["data"]["id"] = "id-\0"
    assert telnyx.post(event).status_code == 200
    stored = CallEvent.objects.get()
    assert (stored.external_id, stored.call_control_id) == ("id-\ufffd", "v3:\ufffd")
    assert stored.payload["caller_id_name"] == "A\ufffdB"
    assert stored.payload["tags"] == ["\ufffd"]


def test_the_address_answers_without_its_slash(telnyx: Telnyx, enqueued: list[str]) -> None:
    assert telnyx.post(envelope(), url=URL.removesuffix("/")).status_code == 200
    assert enqueued == [LEG]


def test_a_body_over_django_s_own_limit_is_accepted(
    telnyx: Telnyx, enqueued: list[str], settings: Any
) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    assert telnyx.post(envelope(tags=["x" * 5000])).status_code == 200
    assert CallEvent.objects.get().payload["tags"] == ["x" * 5000]


def test_telnyx_has_neither_csrf_token_nor_session(
    signing_key: SigningKey, enqueued: list[str], settings: Any
) -> None:
    settings.MIDDLEWARE = [
        *settings.MIDDLEWARE,
        "django.contrib.auth.middleware.LoginRequiredMiddleware",
    ]
    strict = Telnyx(Client(enforce_csrf_checks=True), signing_key)
    assert strict.post(envelope()).status_code == 200


def test_storing_takes_one_query(django_assert_num_queries: Any) -> None:
    body = json.dumps(envelope("call.gather.ended", digits="1")).encode()
    with django_assert_num_queries(1):
        assert receive_event(body).stored is True
    with django_assert_num_queries(1):
        assert receive_event(body).stored is False


@pytest.mark.django_db(transaction=True)
def test_an_event_is_stored_before_its_call_is_handed_on_whatever_atomic_requests_says(
    telnyx: Telnyx, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_transaction: list[bool] = []
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    monkeypatch.setattr(
        "voicegather.webhooks.views.enqueue",
        lambda leg: in_transaction.append(connection.in_atomic_block),
    )
    assert telnyx.post(envelope()).status_code == 200
    assert in_transaction == [False]


def test_a_chunked_body_without_a_length_is_read(
    signing_key: SigningKey, client: Client, enqueued: list[str]
) -> None:
    body = json.dumps(envelope()).encode()
    headers = {
        f"HTTP_{name.upper().replace('-', '_')}": value
        for name, value in signed(signing_key, body).items()
    }
    response = client.generic(
        "POST",
        URL,
        **{"wsgi.input": BytesIO(body), "wsgi.input_terminated": True, **headers},
    )
    assert response.status_code == 200
    assert enqueued == [LEG]
