from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from voicegather.simulator import (
    Caller,
    CallerOutcome,
    CallerStillOnTheLineError,
    FakeTelnyx,
    Target,
    parse_script,
)

from .conftest import ANNA, CLINIC
from .receiver import Received, Receiver

Call = Callable[..., CallerOutcome]
MENU = {"payload": "For hours, press one.", "voice": "AWS.Polly.Joanna", "timeout_millis": 4000}


@pytest.fixture
def call(telnyx: FakeTelnyx) -> Call:
    """Places a call with a script's items and waits for its end."""

    def call(*items: object, **options: Any) -> CallerOutcome:
        caller = telnyx.place_call(
            script=parse_script(list(items)), from_=ANNA, to=CLINIC, **options
        )
        return caller.wait()

    return call


@pytest.fixture
def menu(receiver: Receiver, actions: Any) -> dict[str, object]:
    """An application that asks until it gets a valid entry, then hangs up; its parameters."""
    params: dict[str, object] = {**MENU, "maximum_digits": 1, "maximum_tries": 1}

    def ask(event: Received) -> None:
        actions.gather_using_speak(event.call, **params)

    def judge(event: Received) -> None:
        if event.payload["status"] == "valid":
            actions.hangup(event.call)
        elif event.payload["status"] != "call_hangup":
            ask(event)

    receiver.on("call.initiated", lambda event: actions.answer(event.call))
    receiver.on("call.answered", ask)
    receiver.on("call.gather.ended", judge)
    return params


def entries(receiver: Receiver) -> list[tuple[str | None, str]]:
    return [
        (one.payload["digits"], one.payload["status"])
        for one in receiver.of_type("call.gather.ended")
    ]


def test_keys_are_pressed_into_one_gather_after_the_other(
    call: Call, menu: dict[str, object], receiver: Receiver
) -> None:
    menu["valid_digits"] = "1"
    outcome = call({"press": "9"}, {"press": "1"})
    assert outcome.problems == []
    assert entries(receiver) == [("9", "invalid"), ("1", "valid")]


def test_a_silent_caller_lets_one_gather_run_out(
    call: Call, menu: dict[str, object], receiver: Receiver
) -> None:
    outcome = call("stay_silent", {"press": "1"})
    assert outcome.problems == []
    assert entries(receiver) == [("", "timeout"), ("1", "valid")]


def test_tries_of_one_gather_are_answered_one_by_one(
    call: Call, menu: dict[str, object], receiver: Receiver
) -> None:
    menu.update(valid_digits="12", maximum_tries=3)
    outcome = call({"press": "9"}, "stay_silent", {"press": "2"})
    assert outcome.problems == []
    assert entries(receiver) == [("2", "valid")]
    assert outcome.heard[-1] == MENU["payload"]


def test_a_caller_hears_before_pressing(call: Call, menu: dict[str, object]) -> None:
    outcome = call({"hear": "PRESS ONE"}, {"press": "1", "after": 2})
    assert outcome.problems == []
    assert outcome.heard == ["For hours, press one."]


def test_type_ahead_reaches_no_gather(
    call: Call, menu: dict[str, object], receiver: Receiver, actions: Any
) -> None:
    receiver.on(
        "call.answered",
        lambda event: actions.speak(event.call, payload="Welcome.", voice="AWS.Polly.Joanna"),
    )
    receiver.on(
        "call.speak.ended",
        lambda event: (
            actions.gather(event.call, maximum_digits=1)
            if not receiver.of_type("call.gather.ended")
            else None
        ),
    )
    outcome = call({"hear": "welcome"}, {"press_now": "77"}, {"press": "3"})
    assert outcome.problems == []
    keys = [one.payload["digit"] for one in receiver.of_type("call.dtmf.received")]
    assert sorted(keys) == ["3", "7", "7"]
    assert entries(receiver) == [("3", "valid")]


def test_a_caller_hangs_up_during_a_gather(
    call: Call, menu: dict[str, object], receiver: Receiver
) -> None:
    outcome = call({"hang_up_during_gather": 0.5})
    assert outcome.ended_by == "caller"
    assert outcome.hangup_cause == "normal_clearing"
    assert entries(receiver) == [(None, "call_hangup")]


def test_a_caller_hangs_up_before_the_answer(call: Call) -> None:
    outcome = call("hang_up")
    assert outcome.ended_by == "caller"
    assert outcome.hangup_cause == "originator_cancel"
    assert outcome.answered is False
    assert outcome.commands == []


def test_a_caller_waits_and_hangs_up(call: Call, menu: dict[str, object]) -> None:
    outcome = call({"hear": "hours"}, {"wait": 3}, "hang_up")
    assert outcome.problems == []
    assert outcome.answered is True
    assert outcome.heard == [MENU["payload"]]


def test_a_rejected_caller_was_ended_by_the_application(
    call: Call, receiver: Receiver, actions: Any
) -> None:
    receiver.on("call.initiated", lambda event: actions.reject(event.call, cause="USER_BUSY"))
    outcome = call()
    assert (outcome.ended_by, outcome.hangup_cause) == ("application", "user_busy")
    assert outcome.problems == []


def test_a_step_that_the_end_of_the_call_cut_off_is_a_problem(
    call: Call, receiver: Receiver, actions: Any
) -> None:
    receiver.on("call.initiated", lambda event: actions.reject(event.call, cause="USER_BUSY"))
    outcome = call({"press": "1"})
    assert outcome.problems == ["the call ended before step 1: Press(keys='1', after=0.3, gap=0.2)"]


def test_an_anonymous_caller_is_free_text(telnyx: FakeTelnyx, receiver: Receiver) -> None:
    caller = telnyx.place_call(script=parse_script(["hang_up"]), from_="anonymous", to=CLINIC)
    caller.wait()
    assert receiver.wait_for("call.initiated").payload["from"] == "anonymous"


def test_waiting_too_short_a_time_is_said(ringing: Caller) -> None:
    with pytest.raises(CallerStillOnTheLineError, match=r"the call is waiting after 0\.01 s"):
        ringing.wait(timeout=0.01)


def test_the_end_of_the_simulation_ends_waiting_too(receiver: Receiver) -> None:
    with FakeTelnyx(webhook_url=receiver.url) as telnyx:
        caller = telnyx.place_call(script=parse_script([]), from_=ANNA, to=CLINIC)
    outcome = caller.wait()
    assert (outcome.ended_by, outcome.hangup_cause) == ("simulator", None)


def test_a_transferred_caller_knows_the_target(
    start_telnyx: Callable[..., FakeTelnyx], receiver: Receiver, connect: Any
) -> None:
    telnyx = start_telnyx(targets={"+13125550199": Target(ring_seconds=1, talk_seconds=5)})
    actions = connect(telnyx).calls.actions

    def react(event: Received) -> None:
        if event.payload["direction"] == "incoming":
            actions.answer(event.call)

    def transfer(event: Received) -> None:
        if event.payload["to"] == CLINIC:
            actions.transfer(event.call, to="+13125550199")

    receiver.on("call.initiated", react)
    receiver.on("call.answered", transfer)
    outcome = telnyx.place_call(script=parse_script([]), from_=ANNA, to=CLINIC).wait()
    assert outcome.problems == []
    assert (outcome.ended_by, outcome.hangup_cause) == ("application", "normal_clearing")
    (target,) = outcome.target_call_control_ids
    types = [delivery.event_type for delivery in telnyx.webhooks(target)]
    assert types == ["call.initiated", "call.answered", "call.bridged", "call.hangup"]


def test_a_dialled_target_can_follow_a_script(
    start_telnyx: Callable[..., FakeTelnyx], receiver: Receiver, connect: Any
) -> None:
    script = parse_script([{"press": "1"}])
    telnyx = start_telnyx(targets={ANNA: Target(ring_seconds=1, script=script)})
    client = connect(telnyx)
    receiver.on(
        "call.answered",
        lambda event: client.calls.actions.gather_using_speak(
            event.call, **MENU, inter_digit_timeout_millis=120_000
        ),
    )
    receiver.on("call.dtmf.received", lambda event: client.calls.actions.stop_gather(event.call))
    receiver.on("call.gather.ended", lambda event: client.calls.actions.hangup(event.call))
    client.calls.dial(connection_id=telnyx.connection_id, from_=CLINIC, to=ANNA)
    hangup = receiver.wait_for("call.hangup")
    assert hangup.payload["hangup_source"] == "caller"
    assert entries(receiver) == [("1", "cancelled")]
