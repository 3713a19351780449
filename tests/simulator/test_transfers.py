from __future__ import annotations

from typing import Any

import pytest

from voicegather.simulator import Target, TargetFate
from voicegather.simulator.causes import CALLER_HUNG_UP
from voicegather.simulator.legs import EndedBy, Leg

from .virtual import Desk

DESK_PHONE = "+13125550199"


def transfer(desk: Desk, leg: Leg, **params: Any) -> Leg:
    """Transfer `leg` to the desk phone; returns the target's leg."""
    desk.commands.transfer(leg, {"to": DESK_PHONE, **params})
    return leg.targets[-1]


def test_a_target_that_answers_is_bridged_with_the_caller() -> None:
    desk = Desk(targets={DESK_PHONE: Target(ring_seconds=3, talk_seconds=20)})
    leg = desk.answered()
    target = transfer(desk, leg, target_leg_client_state="dGFyZ2V0")
    desk.pass_seconds(5)
    assert desk.events(target) == ["call.initiated", "call.answered", "call.bridged"]
    assert desk.events(leg)[-1:] == ["call.bridged"]
    assert desk.times("call.initiated", target) == [0.1]
    assert desk.times("call.answered", target) == [3.1]
    initiated = desk.last("call.initiated", target)
    assert initiated["direction"] == "outgoing"
    assert initiated["state"] == "bridging"
    assert initiated["client_state"] == "dGFyZ2V0"
    assert (initiated["from"], initiated["to"]) == ("+13125550100", DESK_PHONE)
    assert initiated["call_session_id"] == leg.call_session_id
    desk.pass_seconds(30)
    assert desk.times("call.hangup") == [23.1, 23.1]
    assert desk.last("call.hangup", leg)["hangup_source"] == "callee"
    assert leg.ended_by is EndedBy.APPLICATION


def test_a_target_leg_without_a_state_of_its_own_has_none() -> None:
    desk = Desk()
    leg = desk.answered()
    leg.client_state = "Y2FsbGVy"
    target = transfer(desk, leg)
    desk.pass_seconds(1)
    assert desk.last("call.initiated", target)["client_state"] is None


def test_a_caller_parked_after_the_bridge_can_be_asked_again() -> None:
    desk = Desk(targets={DESK_PHONE: Target(ring_seconds=1, talk_seconds=5)})
    leg = desk.answered()
    target = transfer(desk, leg, park_after_unbridge="self")
    desk.pass_seconds(20)
    assert not target.alive
    assert leg.alive
    assert leg.bridged_to is None
    desk.commands.gather(leg, {"maximum_digits": 1})
    desk.press(leg, "1")
    assert desk.ended_gathers() == [("1", "valid")]


@pytest.mark.parametrize(
    ("fate", "cause", "sip"),
    [
        ("busy", "user_busy", "486"),
        ("reject", "call_rejected", "603"),
        ("fail", "not_found", "404"),
        ("barred", "call_rejected", "403"),
    ],
)
def test_a_target_that_declines_leaves_the_caller_with_the_application(
    fate: str, cause: str, sip: str
) -> None:
    desk = Desk(targets={DESK_PHONE: Target(fate=fate, ring_seconds=2)})
    leg = desk.answered()
    target = transfer(desk, leg)
    desk.pass_seconds(10)
    assert desk.events(target) == ["call.initiated", "call.hangup"]
    hangup = desk.last("call.hangup", target)
    assert (hangup["hangup_cause"], hangup["sip_hangup_cause"]) == (cause, sip)
    assert desk.times("call.hangup") == [2.1]
    assert leg.alive
    assert leg.ringing_target is None


@pytest.mark.parametrize(
    "target", [Target(fate=TargetFate.NO_ANSWER), Target(fate="answer", ring_seconds=16)]
)
def test_a_target_that_does_not_answer_rings_until_the_timeout(target: Target) -> None:
    desk = Desk(targets={DESK_PHONE: target})
    leg = desk.answered()
    rung = transfer(desk, leg, timeout_secs=15)
    desk.pass_seconds(60)
    assert desk.times("call.hangup", rung) == [15.1]
    assert desk.last("call.hangup", rung)["hangup_cause"] == "timeout"


def test_a_target_rings_on_when_the_caller_has_left() -> None:
    desk = Desk(targets={DESK_PHONE: Target(fate="no_answer")})
    leg = desk.answered()
    target = transfer(desk, leg)
    desk.pass_seconds(5)
    desk.exchange.hang_up(leg, CALLER_HUNG_UP, EndedBy.CALLER)
    desk.pass_seconds(10)
    assert target.alive
    desk.pass_seconds(20)
    assert desk.last("call.hangup", target)["hangup_cause"] == "timeout"


def test_a_ringing_target_can_be_hung_up() -> None:
    desk = Desk(targets={DESK_PHONE: Target(fate="no_answer")})
    target = transfer(desk, desk.answered())
    desk.pass_seconds(5)
    desk.commands.hangup(target, {})
    hangup = desk.last("call.hangup", target)
    assert (hangup["hangup_cause"], hangup["hangup_source"]) == ("originator_cancel", "caller")
    desk.pass_seconds(60)
    assert desk.events(target) == ["call.initiated", "call.hangup"]


def test_a_target_that_answers_after_the_caller_left_is_let_go() -> None:
    desk = Desk(targets={DESK_PHONE: Target(ring_seconds=5)})
    leg = desk.answered()
    target = transfer(desk, leg)
    desk.pass_seconds(3)
    desk.exchange.hang_up(leg, CALLER_HUNG_UP, EndedBy.CALLER)
    desk.pass_seconds(10)
    assert desk.events(target) == ["call.initiated", "call.answered", "call.hangup"]


def test_a_caller_who_hangs_up_ends_the_bridged_target_too() -> None:
    desk = Desk(targets={DESK_PHONE: Target(ring_seconds=1, talk_seconds=60)})
    leg = desk.answered()
    target = transfer(desk, leg)
    desk.pass_seconds(5)
    desk.exchange.hang_up(leg, CALLER_HUNG_UP, EndedBy.CALLER)
    assert desk.last("call.hangup", target)["hangup_source"] == "caller"
    assert leg.ended_by is EndedBy.CALLER


def test_a_transfer_cuts_off_what_is_being_said() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.speak(leg, {"payload": "One moment, please. " * 9, "voice": "male"})
    desk.pass_seconds(1)
    transfer(desk, leg)
    assert desk.times("call.speak.ended") == [1.0]


def test_a_time_limit_ends_the_conversation() -> None:
    desk = Desk(targets={DESK_PHONE: Target(ring_seconds=1, talk_seconds=600)})
    target = transfer(desk, desk.answered(), time_limit_secs=60)
    desk.pass_seconds(100)
    assert desk.times("call.hangup", target) == [61.1]
    assert desk.last("call.hangup", target)["hangup_cause"] == "time_limit"


def test_a_destination_that_nobody_described_answers_after_two_seconds() -> None:
    desk = Desk()
    target = transfer(desk, desk.answered())
    desk.pass_seconds(3)
    assert desk.times("call.answered", target) == [2.1]


def test_a_transferred_call_can_be_recorded() -> None:
    desk = Desk(targets={DESK_PHONE: Target(ring_seconds=1, talk_seconds=2)})
    target = transfer(desk, desk.answered(), record="record-from-answer", record_format="wav")
    desk.pass_seconds(10)
    assert list(desk.last("call.recording.saved", target)["recording_urls"]) == ["wav"]


def test_two_answered_legs_can_be_bridged() -> None:
    desk = Desk()
    one, other = desk.answered(), desk.answered()
    desk.commands.bridge(one, {"call_control_id": other.call_control_id})
    assert desk.events(one)[-1] == "call.bridged"
    assert desk.events(other)[-1] == "call.bridged"
    desk.commands.hangup(one, {})
    assert not other.alive


def test_a_bridge_elsewhere_lets_the_former_peer_go() -> None:
    desk = Desk()
    one, other, third = desk.answered(), desk.answered(), desk.answered()
    desk.exchange.bridge(one, other)
    desk.exchange.bridge(one, third)
    assert not other.alive
    assert one.bridged_to is third


@pytest.mark.parametrize(
    ("unanswered", "cause"), [({}, "timeout"), ({"retry_on_timeout": False}, "no_answer")]
)
def test_a_dialled_call_that_nobody_answers_says_why(
    unanswered: dict[str, bool], cause: str
) -> None:
    desk = Desk(targets={DESK_PHONE: Target(fate="no_answer")})
    params = {
        "connection_id": desk.exchange.connection_id,
        "from": "+13125550100",
        "to": DESK_PHONE,
        "timeout_secs": 20,
        **unanswered,
    }
    call = desk.commands.dial(params)
    desk.pass_seconds(60)
    leg = desk.exchange.legs[call["call_control_id"]]
    assert desk.events(leg) == ["call.initiated", "call.hangup"]
    assert desk.last("call.hangup", leg)["hangup_cause"] == cause


def test_a_dialled_call_can_be_bridged_when_it_is_answered() -> None:
    desk = Desk(targets={DESK_PHONE: Target(ring_seconds=1)})
    caller = desk.answered()
    call = desk.commands.dial(
        {
            "connection_id": desk.exchange.connection_id,
            "from": "+13125550100",
            "to": DESK_PHONE,
            "link_to": caller.call_control_id,
            "bridge_on_answer": True,
        }
    )
    assert call["call_session_id"] == caller.call_session_id
    desk.pass_seconds(3)
    assert desk.events(caller)[-1] == "call.bridged"


def test_a_dialled_call_plays_its_audio_when_it_is_answered() -> None:
    desk = Desk(targets={DESK_PHONE: Target(ring_seconds=1)})
    call = desk.commands.dial(
        {
            "connection_id": desk.exchange.connection_id,
            "from": "+13125550100",
            "to": DESK_PHONE,
            "media_name": "reminder",
        }
    )
    desk.pass_seconds(3)
    assert desk.exchange.legs[call["call_control_id"]].heard == ["reminder"]
