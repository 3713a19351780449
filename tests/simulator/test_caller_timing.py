from __future__ import annotations

from datetime import datetime

import pytest

from voicegather.simulator import CallerOutcome

from .virtual import Desk

SPEAK = {"payload": "Fifteen letters", "voice": "AWS.Polly.Joanna"}


def test_keys_are_pressed_into_a_gather_at_their_times() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.follow(leg, {"press": "123", "after": 2, "gap": 0.5})
    desk.pass_seconds(1)
    desk.commands.gather(leg, {"maximum_digits": 3})
    desk.pass_seconds(10)
    assert desk.times("call.dtmf.received") == [3.0, 3.5, 4.0]
    assert desk.ended_gathers() == [("123", "valid")]


def test_the_first_key_counts_from_the_beginning_of_the_prompt() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.follow(leg, {"press": "1"})
    desk.commands.gather_using_speak(leg, SPEAK)
    desk.pass_seconds(5)
    assert desk.times("call.speak.ended") == [0.3]
    assert leg.heard == ["Fifteen letters"]


def test_a_gather_that_ends_before_the_key_leaves_it_to_the_next() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.follow(leg, {"press": "1", "after": 3})
    desk.commands.gather(leg, {})
    desk.pass_seconds(2)
    desk.commands.gather(leg, {"maximum_digits": 1})
    desk.pass_seconds(10)
    assert desk.ended_gathers() == [("", "cancelled"), ("1", "valid")]
    assert desk.times("call.dtmf.received") == [5.0]


def test_keys_are_pressed_at_once_where_nothing_runs() -> None:
    desk = Desk()
    leg = desk.incoming()
    desk.follow(leg, {"press_now": "12"})
    desk.pass_seconds(4)
    desk.exchange.answered(leg)
    desk.pass_seconds(2)
    assert desk.times("call.dtmf.received") == [4.0, 4.2]


def test_keys_are_stamped_with_their_own_moments_however_late_the_machine_is() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.follow(leg, {"press_now": "12", "gap": 0.2})
    desk.pass_seconds(2)
    first, second = (
        datetime.fromisoformat(each.data["occurred_at"])
        for each in leg.deliveries
        if each.event_type == "call.dtmf.received"
    )
    assert (second - first).total_seconds() == pytest.approx(0.2, abs=0.001)


def test_a_caller_hangs_up_so_long_into_a_gather() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.follow(leg, {"hang_up_during_gather": 0.5})
    desk.pass_seconds(2)
    desk.commands.gather(leg, {})
    desk.pass_seconds(2)
    assert desk.times("call.hangup") == [2.5]


def test_a_prompt_from_before_the_last_key_is_not_heard_again() -> None:
    desk = Desk()
    leg = desk.answered()
    caller = desk.follow(
        leg, {"hear": "LETTERS"}, {"press_now": "1"}, {"hear": "letters"}, patience=30
    )
    desk.commands.speak(leg, SPEAK)
    desk.pass_seconds(60)
    outcome = caller.outcome()
    assert outcome.problems == ["step 3 did not become possible within 30 s: Hear(text='letters')"]
    assert (outcome.ended_by, outcome.hangup_cause) == ("caller", "normal_clearing")


def test_a_prompt_that_begins_after_the_last_key_is_heard() -> None:
    desk = Desk()
    leg = desk.answered()
    caller = desk.follow(
        leg, {"hear": "letters"}, {"press_now": "1"}, {"hear": "letters"}, "hang_up"
    )
    desk.commands.speak(leg, SPEAK)
    desk.commands.speak(leg, SPEAK)
    desk.pass_seconds(60)
    assert caller.outcome().problems == []
    assert desk.times("call.hangup") == [1.2]


def test_a_caller_whom_nobody_answers_loses_patience() -> None:
    desk = Desk()
    leg = desk.incoming()
    caller = desk.follow(leg)
    desk.pass_seconds(200)
    assert desk.times("call.hangup") == [120.0]
    outcome = caller.outcome()
    assert outcome.problems == ["step 1 did not become possible within 120 s: ExpectEnd()"]
    assert (outcome.ended_by, outcome.hangup_cause) == ("caller", "originator_cancel")


def listen(seconds: float, *, silent_after: float, playing: bool = False) -> CallerOutcome:
    """A caller stays so long on an answered line, where a playback runs or nothing."""
    desk = Desk()
    leg = desk.answered()
    caller = desk.follow(leg, {"wait": seconds}, "hang_up", silent_after=silent_after)
    if playing:
        desk.commands.playback_start(leg, {"media_name": "hold", "loop": "infinity"})
    desk.pass_seconds(seconds + 1)
    return caller.outcome()


@pytest.mark.parametrize(("allowed", "silent"), [(29, True), (31, False)])
def test_a_caller_who_hears_nothing_for_too_long_is_silent(allowed: float, silent: bool) -> None:
    outcome = listen(30, silent_after=allowed)
    assert outcome.longest_silence == 30.0
    assert outcome.silent is silent


def test_a_caller_with_something_to_hear_is_not_silent() -> None:
    outcome = listen(600, silent_after=1, playing=True)
    assert outcome.longest_silence == pytest.approx(0.1)
    assert outcome.silent is False


def test_ringing_and_talking_are_no_silence() -> None:
    desk = Desk()
    leg = desk.answered()
    caller = desk.follow(leg)
    desk.commands.transfer(leg, {"to": "+13125550199"})
    desk.pass_seconds(60)
    outcome = caller.outcome()
    assert outcome.ended_by == "application"
    assert outcome.longest_silence == 0.0
