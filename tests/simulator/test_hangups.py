from __future__ import annotations

from voicegather.simulator import Quirks
from voicegather.simulator.causes import CALLER_HUNG_UP
from voicegather.simulator.legs import EndedBy

from .virtual import Desk


def test_a_gather_of_a_dropped_call_ends_before_the_hangup() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather(leg, {})
    desk.press(leg, "1")
    desk.exchange.hang_up(leg, CALLER_HUNG_UP, EndedBy.CALLER)
    assert desk.ended_gathers() == [(None, "call_hangup")]
    assert desk.events(leg)[-2:] == ["call.gather.ended", "call.hangup"]


def test_a_gather_of_a_dropped_call_ends_after_the_hangup_where_the_call_is_of_that_kind() -> None:
    desk = Desk(quirks=Quirks(gather_ended_after_hangup=True))
    leg = desk.answered()
    desk.commands.gather(leg, {})
    desk.exchange.hang_up(leg, CALLER_HUNG_UP, EndedBy.CALLER)
    assert desk.events(leg)[-2:] == ["call.hangup", "call.gather.ended"]
    _, ended, after = desk.outbox.posted[-1]
    assert ended.event_type == "call.gather.ended"
    assert after is not None
    assert after.event_type == "call.hangup"


def test_speech_and_playback_of_a_dropped_call_end_with_it() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.speak(leg, {"payload": "A long farewell to everybody.", "voice": "male"})
    desk.pass_seconds(0.5)
    desk.exchange.hang_up(leg, CALLER_HUNG_UP, EndedBy.CALLER)
    desk.pass_seconds(30)
    assert desk.events(leg)[-2:] == ["call.speak.ended", "call.hangup"]
    assert desk.last("call.speak.ended")["status"] == "call_hangup"


def test_nothing_happens_on_a_leg_that_ended() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather_using_speak(leg, {"payload": "Press one.", "voice": "male"})
    desk.exchange.hang_up(leg, CALLER_HUNG_UP, EndedBy.CALLER)
    count = len(desk.outbox.posted)
    desk.pass_seconds(600)
    desk.exchange.hang_up(leg, CALLER_HUNG_UP, EndedBy.CALLER)
    assert len(desk.outbox.posted) == count


def test_the_application_hangs_up_as_the_callee() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.hangup(leg, {})
    hangup = desk.last("call.hangup")
    assert hangup["hangup_cause"] == "normal_clearing"
    assert hangup["hangup_source"] == "callee"
    assert hangup["sip_hangup_cause"] == "200"
    assert hangup["state"] == "hangup"


def test_a_rejected_call_says_how_it_was_rejected() -> None:
    for cause, told, sip in (
        ("USER_BUSY", "user_busy", "486"),
        ("CALL_REJECTED", "call_rejected", "603"),
    ):
        desk = Desk()
        leg = desk.incoming()
        desk.commands.reject(leg, {"cause": cause})
        hangup = desk.last("call.hangup")
        assert (hangup["hangup_cause"], hangup["sip_hangup_cause"]) == (told, sip)
        assert hangup["call_quality_stats"] is None


def test_a_call_that_is_answered_after_the_caller_left_stays_ended() -> None:
    desk = Desk()
    leg = desk.incoming()
    desk.commands.answer(leg, {})
    desk.exchange.hang_up(leg, CALLER_HUNG_UP, EndedBy.CALLER)
    desk.pass_seconds(5)
    assert desk.events(leg) == ["call.initiated", "call.hangup"]


def test_answering_twice_answers_once() -> None:
    desk = Desk()
    leg = desk.incoming()
    desk.commands.answer(leg, {})
    desk.commands.answer(leg, {})
    desk.pass_seconds(5)
    assert desk.events(leg) == ["call.initiated", "call.answered"]
    assert desk.times("call.answered") == [0.3]
