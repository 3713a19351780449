from __future__ import annotations

import threading
from typing import Any

import pytest
import telnyx as sdk

from voicegather.simulator import Caller, FakeTelnyx

from .raw import command, request


def test_it_listens_on_loopback_alone(telnyx: FakeTelnyx) -> None:
    assert telnyx.base_url.startswith("http://127.0.0.1:")
    assert telnyx.base_url.endswith("/v2")


@pytest.mark.parametrize("key", ["", "KEY_wrong"])
def test_a_wrong_api_key_is_refused(telnyx: FakeTelnyx, ringing: Caller, key: str) -> None:
    reply = request(telnyx, f"/calls/{ringing.call_control_id}/actions/answer", key=key)
    assert (reply.status, reply.code) == (401, "10009")


def test_the_sdk_raises_its_own_error_for_a_wrong_key(telnyx: FakeTelnyx, ringing: Caller) -> None:
    client = sdk.Telnyx(api_key="KEY_wrong", base_url=telnyx.base_url, max_retries=0)
    with pytest.raises(sdk.AuthenticationError) as raised:
        client.calls.actions.answer(ringing.call_control_id)
    client.close()
    assert raised.value.body["errors"][0]["code"] == "10009"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/messages"),
        ("POST", "/calls/v3:abc/actions/fly"),
        ("POST", "/calls/v3:abc/actions/answer/now"),
        ("PUT", "/calls/v3:abc/actions/answer"),
        ("POST", "/calls/v3:abc/actions/client_state_update"),
        ("GET", "/calls"),
        ("DELETE", "/calls/v3:abc"),
        ("PATCH", "/calls/v3:abc"),
        ("POST", "/../v1/calls"),
    ],
)
def test_an_unknown_path_or_method_is_not_found(telnyx: FakeTelnyx, method: str, path: str) -> None:
    reply = request(telnyx, path, method=method)
    assert (reply.status, reply.code) == (404, "10005")


@pytest.mark.parametrize("body", [b"{", b"", b"[]", b"null", b'"text"', b"\xff"])
def test_a_body_that_is_no_json_object_is_malformed(
    telnyx: FakeTelnyx, ringing: Caller, body: bytes
) -> None:
    reply = request(telnyx, f"/calls/{ringing.call_control_id}/actions/answer", body)
    assert (reply.status, reply.code) == (400, "10015")


@pytest.mark.parametrize("action", ["answer", "gather", "hangup"])
def test_an_unknown_call_is_refused(telnyx: FakeTelnyx, action: str) -> None:
    reply = command(telnyx, "v3:nobody", action)
    assert (reply.status, reply.code) == (422, "90015")


def test_an_accepted_command_is_told_so(telnyx: FakeTelnyx, ringing: Caller) -> None:
    reply = command(telnyx, ringing.call_control_id, "answer")
    assert reply.status == 200
    assert reply.json == {"data": {"result": "ok"}}


def test_an_error_has_the_envelope_of_telnyx(telnyx: FakeTelnyx, answered: Caller) -> None:
    reply = command(telnyx, answered.call_control_id, "transfer", {"to": "nowhere"})
    assert reply.status == 422
    assert reply.json == {
        "errors": [
            {
                "code": "10016",
                "title": "Phone number must be in +E164 format",
                "detail": "to must be a phone number in +E.164 format or a SIP URI.",
                "source": {"pointer": "/to"},
            }
        ]
    }


def test_every_fault_of_a_body_is_named(telnyx: FakeTelnyx, answered: Caller) -> None:
    reply = command(
        telnyx,
        answered.call_control_id,
        "gather",
        {"minimum_digits": 0, "maximum_digits": 129, "speech": True},
    )
    assert [(e["code"], e["source"]["pointer"]) for e in reply.json["errors"]] == [
        ("10004", "/speech"),
        ("90022", "/minimum_digits"),
        ("90023", "/maximum_digits"),
    ]


def test_refused_commands_are_recorded_too(telnyx: FakeTelnyx, ringing: Caller) -> None:
    command(telnyx, ringing.call_control_id, "gather", {"maximum_digits": 4})
    (recorded,) = telnyx.commands(ringing.call_control_id)
    assert recorded.action == "gather"
    assert recorded.params == {"maximum_digits": 4}
    assert (recorded.status, recorded.code) == (422, "90034")
    assert recorded.accepted is False


def test_a_calls_status_can_be_asked_for(
    telnyx: FakeTelnyx, answered: Caller, client: sdk.Telnyx, actions: Any
) -> None:
    status = client.calls.retrieve_status(answered.call_control_id).data
    assert status.is_alive is True
    assert status.record_type == "call"
    assert status.end_time is None
    actions.hangup(answered.call_control_id, client_state="Ynll")
    status = client.calls.retrieve_status(answered.call_control_id).data
    assert status.is_alive is False
    assert status.client_state == "Ynll"
    assert status.end_time is not None


def test_the_status_of_an_unknown_call_is_refused(telnyx: FakeTelnyx) -> None:
    reply = request(telnyx, "/calls/v3:nobody", method="GET")
    assert (reply.status, reply.code) == (422, "90015")


def test_every_thread_ends_with_the_simulator(receiver: Any) -> None:
    before = set(threading.enumerate())
    with FakeTelnyx(webhook_url=receiver.url) as telnyx:
        client = sdk.Telnyx(api_key=telnyx.api_key, base_url=telnyx.base_url, max_retries=0)
        with pytest.raises(sdk.UnprocessableEntityError):
            client.calls.actions.answer("v3:nobody")
        assert set(threading.enumerate()) > before
    left = {thread.name for thread in set(threading.enumerate()) - before}
    client.close()
    assert not {name for name in left if name.startswith("fake-telnyx")}
