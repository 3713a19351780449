from __future__ import annotations

import pytest

from voicegather.simulator import Quirks, Rejected

from .virtual import Desk

#: Fifteen characters: one second of speech, after a tenth of a second to begin.
PROMPT = "Press some keys"
VOICE = "AWS.Polly.Joanna"


def speak_params(**params: object) -> dict[str, object]:
    return {"payload": PROMPT, "voice": VOICE, "timeout_millis": 4000, **params}


def test_a_gather_ends_with_its_last_possible_digit() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather(leg, {"maximum_digits": 3})
    desk.press(leg, "12")
    assert desk.ended_gathers() == []
    desk.press(leg, "3")
    assert desk.ended_gathers() == [("123", "valid")]


def test_a_terminator_ends_a_gather_early_and_is_not_among_its_digits() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather(leg, {})
    desk.press(leg, "12#")
    assert desk.ended_gathers() == [("12", "valid")]


def test_a_terminator_is_among_the_digits_where_the_call_is_of_that_kind() -> None:
    desk = Desk(quirks=Quirks(terminator_in_digits=True))
    leg = desk.answered()
    desk.commands.gather(leg, {})
    desk.press(leg, "12#")
    assert desk.ended_gathers() == [("12#", "valid")]


def test_another_terminator_leaves_the_hash_as_data() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather(leg, {"terminating_digit": "*"})
    desk.press(leg, "1#*")
    assert desk.ended_gathers() == [("1#", "valid")]


def test_an_empty_terminator_leaves_every_key_as_data() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather(leg, {"terminating_digit": "", "maximum_digits": 2})
    desk.press(leg, "#*")
    assert desk.ended_gathers() == [("#*", "valid")]


@pytest.mark.parametrize(("included", "digits"), [(False, ""), (True, "#")])
def test_a_lone_terminator_is_invalid_and_not_silence(included: bool, digits: str) -> None:
    desk = Desk(quirks=Quirks(terminator_in_digits=included))
    leg = desk.answered()
    desk.commands.gather(leg, {})
    desk.press(leg, "#")
    assert desk.ended_gathers() == [(digits, "invalid")]


def test_fewer_digits_than_the_minimum_are_invalid_when_the_pause_is_too_long() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather(leg, {"minimum_digits": 3, "inter_digit_timeout_millis": 2000})
    desk.press(leg, "12", gap=1.0)
    desk.pass_seconds(0.9)
    assert desk.ended_gathers() == []
    desk.pass_seconds(0.2)
    assert desk.ended_gathers() == [("12", "invalid")]


def test_enough_digits_are_valid_when_the_pause_is_too_long() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather(leg, {"inter_digit_timeout_millis": 2000})
    desk.press(leg, "12", gap=0)
    desk.pass_seconds(2.0)
    assert desk.ended_gathers() == [("12", "valid")]
    assert desk.times("call.gather.ended") == [2.0]


def test_a_silent_gather_ends_after_its_initial_timeout() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather(leg, {"initial_timeout_millis": 3000})
    desk.pass_seconds(10)
    assert desk.ended_gathers() == [("", "timeout")]
    assert desk.times("call.gather.ended") == [3.0]


def test_the_total_timeout_ends_a_gather_of_a_slow_caller() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather(leg, {"timeout_millis": 2500, "inter_digit_timeout_millis": 2000})
    desk.press(leg, "1234", gap=1.0)
    assert desk.ended_gathers() == [("123", "valid")]
    assert desk.times("call.gather.ended") == [2.5]


@pytest.mark.parametrize("status", ["timeout", "invalid"])
@pytest.mark.parametrize("digits", ["", None])
def test_no_input_is_told_in_each_of_its_ways(status: str, digits: str | None) -> None:
    desk = Desk(quirks=Quirks(no_input_status=status, no_input_digits=digits))
    leg = desk.answered()
    desk.commands.gather_using_speak(leg, speak_params(maximum_tries=1))
    desk.pass_seconds(10)
    assert desk.ended_gathers() == [(digits, status)]


def test_a_gathers_time_begins_when_its_prompt_is_over() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather_using_speak(leg, speak_params(maximum_tries=1))
    desk.pass_seconds(20)
    assert desk.times("call.speak.started") == [0.1]
    assert desk.times("call.speak.ended") == [1.1]
    assert desk.times("call.gather.ended") == [5.1]


def test_the_prompt_is_played_once_a_try_when_nobody_presses_a_key() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather_using_speak(leg, speak_params(maximum_tries=2))
    desk.pass_seconds(60)
    assert leg.heard == [PROMPT, PROMPT]
    assert desk.times("call.gather.ended") == [10.2]


def test_three_tries_are_the_default() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather_using_speak(leg, speak_params())
    desk.pass_seconds(60)
    assert leg.heard == [PROMPT, PROMPT, PROMPT]


def test_an_invalid_try_is_told_so_and_asked_again() -> None:
    desk = Desk(quirks=Quirks(rejected_digits=Rejected.KEPT))
    leg = desk.answered()
    params = speak_params(
        maximum_digits=1, valid_digits="12", invalid_payload="Sorry, wrong.", maximum_tries=2
    )
    desk.commands.gather_using_speak(leg, params)
    desk.press(leg, "9")
    desk.pass_seconds(3.0)
    assert leg.heard == ["Sorry, wrong.", PROMPT]
    desk.press(leg, "1")
    assert desk.ended_gathers() == [("1", "valid")]


def test_a_key_during_the_invalid_prompt_skips_both_prompts() -> None:
    desk = Desk()
    leg = desk.answered()
    params = speak_params(
        maximum_digits=1, valid_digits="12", invalid_payload="Sorry, wrong.", maximum_tries=2
    )
    desk.commands.gather_using_speak(leg, params)
    desk.press(leg, "9", gap=0.3)
    desk.press(leg, "2")
    desk.pass_seconds(10)
    assert leg.heard == ["Sorry, wrong."]
    assert desk.ended_gathers() == [("2", "valid")]


def test_an_invalid_last_try_reports_the_rejected_keys() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather_using_speak(
        leg, speak_params(maximum_digits=1, valid_digits="12", maximum_tries=1)
    )
    desk.press(leg, "9")
    assert desk.ended_gathers() == [("9", "invalid")]


def test_dropped_keys_look_like_silence() -> None:
    desk = Desk(quirks=Quirks(rejected_digits=Rejected.DROPPED))
    leg = desk.answered()
    desk.commands.gather_using_speak(
        leg, speak_params(maximum_digits=1, valid_digits="12", maximum_tries=1)
    )
    desk.pass_seconds(0.5)
    desk.press(leg, "9")
    desk.pass_seconds(10)
    assert desk.ended_gathers() == [("", "timeout")]
    assert desk.times("call.gather.ended") == [4.5]


def test_a_dropped_key_among_others_is_missing_from_the_digits() -> None:
    desk = Desk(quirks=Quirks(rejected_digits=Rejected.DROPPED))
    leg = desk.answered()
    desk.commands.gather(leg, {"valid_digits": "123", "maximum_digits": 2})
    desk.press(leg, "192")
    assert desk.ended_gathers() == [("12", "valid")]


def test_a_key_cuts_off_a_gathers_prompt() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather_using_speak(leg, speak_params(maximum_digits=2))
    desk.pass_seconds(0.5)
    desk.press(leg, "1")
    assert desk.times("call.speak.ended") == [0.5]
    desk.press(leg, "2")
    assert desk.ended_gathers() == [("12", "valid")]


def test_a_key_before_the_prompt_has_begun_skips_it() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather_using_speak(leg, speak_params(maximum_digits=1))
    desk.press(leg, "1")
    desk.pass_seconds(5)
    assert leg.heard == []
    assert desk.ended_gathers() == [("1", "valid")]


def test_a_key_cuts_off_nothing_but_a_gathers_prompt() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.speak(leg, {"payload": PROMPT, "voice": VOICE})
    desk.pass_seconds(0.5)
    desk.press(leg, "1")
    desk.commands.gather(leg, {"maximum_digits": 2})
    desk.press(leg, "1")
    desk.pass_seconds(3)
    assert desk.times("call.speak.ended") == [1.1]
    assert desk.times("call.dtmf.received") == [0.5, 0.6]


def test_a_new_gather_cancels_the_running_one() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather_using_speak(leg, speak_params())
    desk.pass_seconds(0.5)
    desk.press(leg, "1")
    desk.commands.gather(leg, {"maximum_digits": 1})
    desk.press(leg, "2")
    desk.pass_seconds(60)
    assert desk.ended_gathers() == [("1", "cancelled"), ("2", "valid")]


@pytest.mark.parametrize("status", ["cancelled", "valid"])
@pytest.mark.parametrize(("reported", "digits"), [(True, "12"), (False, None)])
def test_a_stopped_gather_is_told_in_each_of_its_ways(
    status: str, reported: bool, digits: str | None
) -> None:
    desk = Desk(quirks=Quirks(stopped_status=status, stopped_digits_reported=reported))
    leg = desk.answered()
    desk.commands.gather(leg, {})
    desk.press(leg, "12")
    desk.commands.gather_stop(leg, {})
    assert desk.ended_gathers() == [(digits, status)]


def test_a_gather_stopped_before_any_key_is_never_valid() -> None:
    desk = Desk(quirks=Quirks(stopped_status="valid"))
    leg = desk.answered()
    desk.commands.gather(leg, {})
    desk.commands.gather_stop(leg, {})
    assert desk.ended_gathers() == [("", "cancelled")]


def test_stopping_without_a_gather_does_nothing() -> None:
    desk = Desk()
    leg = desk.answered()
    assert desk.commands.gather_stop(leg, {}) == {}
    assert desk.ended_gathers() == []


def test_keys_outside_a_gather_are_told_and_not_kept_for_the_next() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.press(leg, "7")
    desk.commands.gather(leg, {"maximum_digits": 1})
    desk.press(leg, "8")
    assert desk.ended_gathers() == [("8", "valid")]
    assert desk.events(leg).count("call.dtmf.received") == 2


def test_a_gather_echoes_its_id() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather(leg, {"gather_id": "menu-1", "maximum_digits": 1})
    desk.press(leg, "8")
    assert desk.last("call.gather.ended")["gather_id"] == "menu-1"


def test_a_gather_using_audio_tells_of_its_playback() -> None:
    desk = Desk()
    leg = desk.answered()
    url = "https://cdn.example.com/menu.wav?seconds=4"
    desk.commands.gather_using_audio(leg, {"audio_url": url, "timeout_millis": 5000})
    desk.pass_seconds(2)
    desk.press(leg, "1#")
    assert desk.times("call.playback.started") == [0.1]
    assert desk.last("call.playback.started")["media_url"] == url
    assert desk.times("call.playback.ended") == [2.0]
    assert desk.last("call.playback.ended")["status"] == "cancelled"
    assert desk.ended_gathers() == [("1", "valid")]


def test_an_invalid_try_of_audio_plays_the_invalid_audio_and_asks_again() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather_using_audio(
        leg,
        {
            "media_name": "menu",
            "invalid_media_name": "wrong",
            "valid_digits": "1",
            "maximum_digits": 1,
            "maximum_tries": 2,
        },
    )
    desk.pass_seconds(1)
    desk.press(leg, "5")
    desk.pass_seconds(10)
    assert leg.heard == ["menu", "wrong", "menu"]


def test_a_gather_of_audio_without_audio_only_waits() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.gather_using_audio(leg, {"timeout_millis": 2000, "maximum_tries": 1})
    desk.pass_seconds(3)
    assert desk.times("call.gather.ended") == [2.0]


def test_a_gathers_prompt_waits_for_speech_before_it() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.speak(leg, {"payload": PROMPT, "voice": VOICE})
    desk.commands.gather_using_speak(leg, speak_params(maximum_tries=1))
    desk.pass_seconds(30)
    assert desk.times("call.speak.started") == [0.1, 1.2]
    assert desk.times("call.gather.ended") == [6.2]
