from __future__ import annotations

import time
from typing import Any

import pytest
import telnyx as sdk

from voicegather.simulator import Caller, FakeTelnyx, SimulatorError

from .raw import command
from .receiver import Receiver


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (400, "10015"),
        (401, "10009"),
        (403, "10010"),
        (404, "10005"),
        (429, "10011"),
        (500, "10007"),
        (503, "10007"),
    ],
)
def test_the_next_command_can_be_told_to_fail(
    telnyx: FakeTelnyx, ringing: Caller, status: int, code: str
) -> None:
    telnyx.respond_next("answer", status=status)
    first = command(telnyx, ringing.call_control_id, "answer")
    assert (first.status, first.code) == (status, code)
    assert command(telnyx, ringing.call_control_id, "answer").status == 200


def test_trouble_may_have_a_code_of_its_own(telnyx: FakeTelnyx, ringing: Caller) -> None:
    telnyx.respond_next("answer", status=422, code="90018")
    assert command(telnyx, ringing.call_control_id, "answer").code == "90018"


def test_too_many_requests_say_when_to_come_again(telnyx: FakeTelnyx, ringing: Caller) -> None:
    telnyx.respond_next("answer", status=429)
    headers = command(telnyx, ringing.call_control_id, "answer").headers
    assert headers["x-ratelimit-limit"] == "100"
    assert headers["x-ratelimit-remaining"] == "0"
    assert headers["x-ratelimit-reset"] == "1"


def test_trouble_lasts_as_often_as_it_was_told(telnyx: FakeTelnyx, ringing: Caller) -> None:
    telnyx.respond_next("answer", status=500, times=2)
    statuses = [command(telnyx, ringing.call_control_id, "answer").status for _ in range(3)]
    assert statuses == [500, 500, 200]


def test_troubles_come_in_the_order_in_which_they_were_told(
    telnyx: FakeTelnyx, ringing: Caller
) -> None:
    telnyx.respond_next("answer", status=500)
    telnyx.respond_next("answer", status=429)
    statuses = [command(telnyx, ringing.call_control_id, "answer").status for _ in range(3)]
    assert statuses == [500, 429, 200]


def test_trouble_of_one_call_or_command_leaves_others_alone(
    telnyx: FakeTelnyx, ringing: Caller
) -> None:
    telnyx.respond_next("answer", status=500, call_control_id="v3:another")
    telnyx.respond_next("hangup", status=500)
    assert command(telnyx, ringing.call_control_id, "answer").status == 200


def test_a_command_that_failed_had_no_effect(
    telnyx: FakeTelnyx, ringing: Caller, receiver: Receiver
) -> None:
    telnyx.respond_next("hangup", status=500)
    params = {"command_id": "bye"}
    assert command(telnyx, ringing.call_control_id, "hangup", params).status == 500
    assert receiver.of_type("call.hangup") == []
    assert command(telnyx, ringing.call_control_id, "hangup", params).status == 200
    recorded = telnyx.commands(ringing.call_control_id)
    assert [(one.status, one.repeat) for one in recorded] == [(500, False), (200, False)]


def test_a_lost_answer_was_a_command_all_the_same(
    telnyx: FakeTelnyx, ringing: Caller, receiver: Receiver, actions: Any
) -> None:
    telnyx.lose_next_answer("hangup")
    with pytest.raises(sdk.APIConnectionError):
        actions.hangup(ringing.call_control_id, command_id="bye")
    receiver.wait_for("call.hangup")
    actions.hangup(ringing.call_control_id, command_id="bye")
    assert [one.repeat for one in telnyx.commands(ringing.call_control_id)] == [False, True]


def test_an_answer_can_be_late(telnyx: FakeTelnyx, ringing: Caller, receiver: Receiver) -> None:
    telnyx.respond_next("answer", status=200, delay_seconds=0.2)
    began = time.monotonic()
    assert command(telnyx, ringing.call_control_id, "answer").status == 200
    assert time.monotonic() - began >= 0.2
    receiver.wait_for("call.answered")


def test_every_answer_takes_as_long_as_telnyx_does(start_telnyx: Any) -> None:
    telnyx = start_telnyx(answer_seconds=0.2)
    began = time.monotonic()
    command(telnyx, "v3:nobody", "answer")
    assert time.monotonic() - began >= 0.2


def test_an_answer_before_its_command_is_refused() -> None:
    with pytest.raises(SimulatorError, match="answer_seconds"):
        FakeTelnyx(answer_seconds=-1)
