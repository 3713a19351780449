from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
import telnyx as sdk
from nacl.exceptions import BadSignatureError

from voicegather.simulator import FakeTelnyx, Fate, Faults, deliveries, parse_script

from .conftest import ANNA, CLINIC
from .receiver import Received, Receiver

Start = Callable[..., FakeTelnyx]


def hang_up_early(telnyx: FakeTelnyx) -> Any:
    """A call of two events: call.initiated and call.hangup."""
    caller = telnyx.place_call(script=parse_script(["hang_up"]), from_=ANNA, to=CLINIC)
    return caller.wait()


def test_a_webhook_is_signed_over_timestamp_and_raw_body(
    telnyx: FakeTelnyx, receiver: Receiver
) -> None:
    hang_up_early(telnyx)
    received = receiver.wait_for("call.initiated")
    received.verify(telnyx.public_key)
    forged = Received(received.headers, received.body + b" ", received.path)
    with pytest.raises(BadSignatureError):
        forged.verify(telnyx.public_key)
    assert received.headers["content-type"] == "application/json"
    assert received.headers["user-agent"] == "telnyx-webhooks"


def test_the_sdk_unwraps_a_webhook(
    telnyx: FakeTelnyx, receiver: Receiver, client: sdk.Telnyx
) -> None:
    hang_up_early(telnyx)
    received = receiver.wait_for("call.initiated")
    event = client.webhooks.unwrap(
        received.body.decode(), headers=received.headers, key=telnyx.public_key
    )
    assert event.data.event_type == "call.initiated"
    assert event.data.payload.call_control_id == received.call
    with pytest.raises(ValueError):
        client.webhooks.unwrap(
            received.body.decode() + " ", headers=received.headers, key=telnyx.public_key
        )


def test_every_simulator_has_a_key_of_its_own(start_telnyx: Start) -> None:
    assert start_telnyx().public_key != start_telnyx().public_key


def test_an_event_has_the_envelope_of_telnyx(telnyx: FakeTelnyx, receiver: Receiver) -> None:
    hang_up_early(telnyx)
    envelope = receiver.wait_for("call.initiated").envelope
    assert set(envelope) == {"data", "meta"}
    assert envelope["meta"] == {"attempt": 1, "delivered_to": receiver.url}
    assert set(envelope["data"]) == {"record_type", "event_type", "id", "occurred_at", "payload"}
    assert envelope["data"]["record_type"] == "event"
    moment = datetime.strptime(envelope["data"]["occurred_at"], "%Y-%m-%dT%H:%M:%S.%f%z")
    assert moment.utcoffset().total_seconds() == 0
    payload = envelope["data"]["payload"]
    assert payload["call_control_id"].startswith("v3:")
    assert payload["connection_id"] == telnyx.connection_id
    assert payload["client_state"] is None
    assert (payload["direction"], payload["state"]) == ("incoming", "parked")
    assert (payload["from"], payload["to"]) == (ANNA, CLINIC)


@pytest.mark.parametrize("status", [408, 429, 500, 503, 301])
def test_a_webhook_is_tried_again_until_it_is_taken(
    telnyx: FakeTelnyx, receiver: Receiver, status: int
) -> None:
    receiver.answer = lambda received: 200 if received.envelope["meta"]["attempt"] == 3 else status
    outcome = hang_up_early(telnyx)
    initiated = receiver.of_type("call.initiated")
    assert [one.envelope["meta"]["attempt"] for one in initiated] == [1, 2, 3]
    assert len({one.data["id"] for one in initiated}) == 1
    assert [attempt.status for attempt in outcome.webhooks[0].attempts] == [status, status, 200]
    assert outcome.webhooks[0].fate is Fate.ACKNOWLEDGED


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 422])
def test_a_refused_webhook_is_not_tried_again(
    telnyx: FakeTelnyx, receiver: Receiver, status: int
) -> None:
    receiver.answer = lambda received: status
    outcome = hang_up_early(telnyx)
    assert [len(delivery.attempts) for delivery in outcome.webhooks] == [1, 1]
    assert {delivery.fate for delivery in outcome.webhooks} == {Fate.REFUSED}


def test_a_webhook_is_given_up_in_the_end(telnyx: FakeTelnyx, receiver: Receiver) -> None:
    receiver.answer = lambda received: 500
    outcome = hang_up_early(telnyx)
    assert [len(delivery.attempts) for delivery in outcome.webhooks] == [3, 3]
    assert {delivery.fate for delivery in outcome.webhooks} == {Fate.GIVEN_UP}
    assert telnyx.report().unacknowledged_webhooks == 2


def test_no_answer_within_two_seconds_counts_as_none() -> None:
    assert deliveries.ANSWER_SECONDS == 2.0


def test_a_slow_answer_is_no_answer(
    telnyx: FakeTelnyx, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deliveries, "ANSWER_SECONDS", 0.1)
    receiver.answer = lambda received: (
        (200, 0.3) if received.envelope["meta"]["attempt"] == 1 else 200
    )
    outcome = hang_up_early(telnyx)
    assert [attempt.status for attempt in outcome.webhooks[0].attempts] == [None, 200]


def test_an_application_that_is_down_is_tried_again(start_telnyx: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    telnyx = start_telnyx(webhook_url=f"http://127.0.0.1:{port}/webhook/")
    outcome = hang_up_early(telnyx)
    assert [attempt.status for attempt in outcome.webhooks[0].attempts] == [None, None, None]
    assert outcome.webhooks[0].fate is Fate.GIVEN_UP


def test_a_retry_policy_of_the_answer_sets_the_waits(
    telnyx: FakeTelnyx, receiver: Receiver, ringing: Any, actions: Any
) -> None:
    receiver.answer = lambda received: 500 if received.type == "call.hangup" else 200
    actions.answer(
        ringing.call_control_id,
        webhook_retries_policies={"call.hangup": {"retries_ms": [10, 10, 10, 10]}},
    )
    receiver.wait_for("call.answered")
    actions.hangup(ringing.call_control_id)
    outcome = ringing.wait()
    assert len(outcome.webhooks[-1].attempts) == 5


def test_a_duplicated_event_comes_twice_with_one_id(
    start_telnyx: Start, receiver: Receiver
) -> None:
    outcome = hang_up_early(start_telnyx(faults=Faults(duplicate=1.0)))
    assert [len(delivery.attempts) for delivery in outcome.webhooks] == [2, 2]
    assert len(receiver.received) == 4
    assert len({one.data["id"] for one in receiver.received}) == 2


def test_a_dropped_event_never_comes(start_telnyx: Start, receiver: Receiver) -> None:
    outcome = hang_up_early(start_telnyx(faults=Faults(drop=1.0)))
    assert receiver.received == []
    assert [delivery.fate for delivery in outcome.webhooks] == [Fate.DROPPED, Fate.DROPPED]


def test_an_overtaken_event_comes_after_the_next_one(
    start_telnyx: Start, receiver: Receiver
) -> None:
    hang_up_early(start_telnyx(faults=Faults(reorder=1.0, delay_seconds=0.05)))
    assert [one.type for one in receiver.received] == ["call.hangup", "call.initiated"]


def test_an_overtaken_event_that_nothing_overtakes_comes_late(
    start_telnyx: Start, receiver: Receiver
) -> None:
    telnyx = start_telnyx(faults=Faults(reorder=1.0, delay_seconds=0.05))
    telnyx.place_call(script=parse_script([]), from_=ANNA, to=CLINIC)
    assert receiver.wait_for("call.initiated").envelope["meta"]["attempt"] == 1


def test_a_delayed_event_comes_late(start_telnyx: Start, receiver: Receiver) -> None:
    outcome = hang_up_early(start_telnyx(faults=Faults(delay=1.0, delay_seconds=0.05)))
    assert {delivery.fate for delivery in outcome.webhooks} == {Fate.ACKNOWLEDGED}


def test_the_same_seed_brings_the_same_misfortunes(start_telnyx: Start, receiver: Receiver) -> None:
    def misfortunes(seed: int) -> list[int]:
        telnyx = start_telnyx(seed=seed, faults=Faults(duplicate=0.5))
        outcomes = [hang_up_early(telnyx) for _ in range(8)]
        return [len(one.attempts) for outcome in outcomes for one in outcome.webhooks]

    first = misfortunes(7)
    assert misfortunes(7) == first
    assert misfortunes(8) != first
    assert set(first) == {1, 2}


def test_the_seed_chooses_how_each_call_behaves(start_telnyx: Start) -> None:
    def have_a_state(seed: int) -> list[bool]:
        telnyx = start_telnyx(seed=seed, quirks=None)
        outcomes = [hang_up_early(telnyx) for _ in range(8)]
        return ["state" in outcome.webhooks[0].payload for outcome in outcomes]

    first = have_a_state(7)
    assert set(first) == {True, False}
    assert have_a_state(7) == first
    assert have_a_state(8) != first


def test_events_of_a_call_occur_one_after_the_other(
    telnyx: FakeTelnyx, receiver: Receiver, answered: Any, actions: Any
) -> None:
    actions.gather(answered.call_control_id)
    actions.stop_gather(answered.call_control_id)
    actions.hangup(answered.call_control_id)
    moments = [delivery.occurred_at for delivery in answered.wait().webhooks]
    assert len(moments) == 4
    assert moments == sorted(set(moments))


def test_a_key_may_come_after_the_end_of_the_gather_that_it_ended(
    start_telnyx: Start, receiver: Receiver, connect: Any
) -> None:
    from voicegather.simulator import Quirks

    telnyx = start_telnyx(quirks=Quirks(gather_ended_overtakes_key=True))
    actions = connect(telnyx).calls.actions
    receiver.on("call.initiated", lambda event: actions.answer(event.call))
    receiver.on("call.answered", lambda event: actions.gather(event.call, maximum_digits=1))
    receiver.on("call.gather.ended", lambda event: actions.hangup(event.call))
    caller = telnyx.place_call(script=parse_script([{"press": "4"}]), from_=ANNA, to=CLINIC)
    outcome = caller.wait()
    assert outcome.problems == []
    types = [one.type for one in receiver.received]
    assert types.index("call.gather.ended") < types.index("call.dtmf.received")
    occurred = {one.event_type: one.occurred_at for one in outcome.webhooks}
    assert occurred["call.dtmf.received"] < occurred["call.gather.ended"]
