"""A gather whose events are late, lost, without a token, or somebody else's."""

from __future__ import annotations

import pytest

from tests.engine.line import Line
from tests.engine.menus import by, gather, menu, on, step
from tests.engine.steps.questions import account, key_event, mixed, one_key
from voicegather.engine.events import GatherStatus
from voicegather.engine.facts import AttemptOutcome

VALID, INVALID = AttemptOutcome.VALID, AttemptOutcome.INVALID
NO_INPUT, ERROR = AttemptOutcome.NO_INPUT, AttemptOutcome.ERROR


# -- tokens ------------------------------------------------------------------------------------


def test_the_end_of_an_older_gather_changes_nothing():
    line = one_key()
    line.stay_silent()
    before = line.state
    line.gather_ends("1", seq=2)
    assert line.step == "ask"
    assert line.new == ()
    assert line.state == before


def test_an_end_without_a_token_is_the_only_open_gathers():
    line = one_key()
    line.gather_ends("1", seq=None)
    assert line.step == "taken"


def test_a_cancelled_end_without_a_token_is_the_older_gathers():
    line = one_key()
    line.let_deadline_pass()
    assert line.state.open_gathers == (2, 3)
    line.gather_ends(None, GatherStatus.CANCELLED, seq=None)
    assert line.state.open_gathers == (3,)
    assert line.attempts == [(ERROR, None)]
    line.gather_ends("1", seq=None)
    assert line.step == "taken"


def test_an_end_without_a_token_that_is_older_than_the_last_judgement_changes_nothing():
    line = Line(
        menu({"ask": gather(on("1", "next")), "next": gather(on("1", "taken"), prompt="b")})
    ).answer()
    line.press("1")
    pressed = line.now
    line.let_deadline_pass()
    assert line.step == "next"
    line.gather_ends("1", seq=None, at=pressed + 1)
    assert line.step == "next"


def test_a_key_without_a_token_counts_from_the_last_gathers_end_on():
    line = mixed()
    line.gather_ends("", GatherStatus.TIMEOUT)
    ended = line.now
    line.feed(key_event("1", ended, None))
    assert line.new == ()
    line.feed(key_event("1", ended + 1, None))
    assert line.was_stopped


# -- when something is lost --------------------------------------------------------------------


def test_a_lost_end_with_keys_is_judged_by_the_deadline():
    line = account()
    line.press("1234")
    line.let_deadline_pass()
    assert line.results == [(VALID, "1234", "1234", "any")]


@pytest.mark.parametrize("keys", ["1234#", "1234#55"])
def test_a_lost_end_with_the_ending_key_among_the_keys_is_judged_without_it(keys: str):
    line = account()
    line.press(keys)
    line.let_deadline_pass()
    assert line.results == [(VALID, "1234", "1234", "any")]


def test_a_lost_end_without_keys_is_asked_again_once_and_then_fails():
    line = one_key()
    line.let_deadline_pass()
    assert line.step == "ask"
    assert line.just_sent == [line.gather]
    line.let_deadline_pass()
    assert line.step == "broken"
    assert line.attempts == [(ERROR, None), (ERROR, None)]
    assert line.results == [(ERROR, None, None, "")]


def test_an_end_after_the_second_asking_is_heard():
    line = one_key()
    line.let_deadline_pass()
    line.gather_ends("1")
    assert line.step == "taken"


def test_the_one_second_asking_is_given_anew_after_an_answer():
    line = one_key()
    line.let_deadline_pass()
    line.stay_silent()
    line.let_deadline_pass()
    assert line.step == "ask"
    assert line.attempts == [(ERROR, None), (NO_INPUT, None), (ERROR, None)]


def test_a_gather_cancelled_by_somebody_else_is_asked_again_after_a_second():
    line = one_key()
    line.gather_ends("1", GatherStatus.CANCELLED)
    assert line.step == "ask"
    assert line.new == ()
    assert line.state.wake_at == line.now + 1000
    line.let_deadline_pass()
    assert line.just_sent == [line.gather]
    line.gather_ends(None, GatherStatus.CANCELLED)
    line.let_deadline_pass()
    assert line.step == "broken"


def test_the_speech_of_a_cancelled_gather_does_not_put_off_the_deadline():
    line = one_key()
    line.gather_ends(None, GatherStatus.CANCELLED)
    soon = line.state.wake_at
    line.prompt_ends()
    assert line.state.wake_at == soon


def test_an_unknown_status_without_digits_is_left_to_the_deadline():
    line = one_key()
    line.gather_ends(None, GatherStatus.UNKNOWN)
    assert line.step == "ask"
    assert line.attempts == []
    line.let_deadline_pass()
    assert line.attempts == [(ERROR, None)]


def test_a_stop_that_is_never_answered_is_judged_by_the_deadline():
    line = mixed()
    line.press("25")
    line.let_deadline_pass()
    assert line.results == [(VALID, "25", "25", "20-29")]


def test_an_earlier_command_is_not_wanted_once_the_question_is_asked_again():
    line = one_key()
    line.let_deadline_pass()
    assert line.state.current_seq == line.gather_seq


# -- refused commands --------------------------------------------------------------------------


def test_a_refused_gather_leaves_by_failure():
    line = one_key()
    line.refuse()
    assert line.step == "broken"
    assert line.exits == ["failure"]
    assert line.attempts == [(ERROR, None)]


def test_a_refused_stop_leaves_the_judgement_to_the_deadline():
    line = mixed()
    line.press("1")
    line.refuse()
    assert line.step == "ask"
    line.let_deadline_pass()
    assert line.results == [(VALID, "1", "1", "1")]


def test_an_older_end_without_a_token_is_not_the_only_open_gathers():
    line = Line(
        menu({"ask": gather(on("1", "next")), "next": gather(on("1", "taken"), prompt="b")})
    ).answer()
    line.gather_ends("1")
    ended = line.now
    line.gather_ends("1", seq=None, at=ended - 1)
    assert line.step == "next"
    assert line.state.open_gathers == (line.gather_seq,)


@pytest.mark.parametrize("seq", [2, None])
def test_the_late_end_of_a_gather_in_a_step_that_asks_nothing_settles_its_keys(seq: int | None):
    steps = {
        "ask": gather(on("1", "notice")),
        "notice": step("message", by("done", "next"), prompt="notice", uninterrupted=True),
        "next": gather(on("1", "taken"), prompt="b"),
    }
    line = Line(menu(steps)).answer()
    line.press("1")
    line.let_deadline_pass()
    assert line.step == "notice"
    ended = line.tick()
    line.gather_ends("1", seq=seq, at=ended)
    assert line.state.open_gathers == ()
    line.feed(key_event("1", ended, 2))
    assert line.state.typed_ahead == ()
    line.feed(key_event("1", ended + 1, 2))
    assert len(line.state.typed_ahead) == 1


# -- keys that are told after the call's end ---------------------------------------------------


def test_a_whole_entry_whose_key_is_told_after_the_hang_up_is_kept():
    line = one_key()
    line.hang_up()
    line.press("2", seq=2)
    assert line.results[-1] == (VALID, "2", "2", "2")
    assert line.new == ()


def test_the_beginning_of_an_entry_that_is_told_after_the_hang_up_is_kept_as_such():
    line = account()
    line.press("12")
    line.hang_up()
    line.press("3", seq=2)
    assert line.results[-1] == (AttemptOutcome.HANGUP, "123", None, "")


def test_late_keys_do_not_change_what_telnyx_told_of_the_entry():
    line = account()
    line.hang_up()
    line.gather_ends("1234", GatherStatus.CALL_HANGUP, seq=2)
    line.press("1", seq=2)
    assert line.results[-1] == (AttemptOutcome.HANGUP, "1234", None, "")
