"""A gather acts at once when no longer entry could match."""

from __future__ import annotations

import pytest

from tests.engine.line import Line
from tests.engine.menus import any_entry, gather, in_range, menu, on
from tests.engine.steps.questions import account, key_event, mixed
from voicegather.engine.commands import StopGather
from voicegather.engine.events import GatherStatus
from voicegather.engine.facts import AttemptOutcome

VALID, INVALID = AttemptOutcome.VALID, AttemptOutcome.INVALID
NO_INPUT, ERROR = AttemptOutcome.NO_INPUT, AttemptOutcome.ERROR


def test_a_complete_entry_stops_a_gather_that_would_wait_for_more():
    line = mixed()
    line.press("1")
    assert line.was_stopped
    assert line.state.wake_at == line.now + 4000
    line.gather_ends("1", GatherStatus.VALID)
    assert line.results == [(VALID, "1", "1", "1")]


def test_an_entry_that_could_go_on_is_not_stopped():
    line = mixed()
    line.press("30")
    assert StopGather() not in line.sent


def test_a_dead_entry_is_stopped_at_once_and_judged_wrong():
    line = mixed()
    line.press("9")
    assert line.was_stopped
    line.gather_ends("9", GatherStatus.INVALID)
    assert line.attempts == [(INVALID, "9")]


def test_the_last_possible_key_needs_no_stop():
    line = mixed()
    line.press("3000")
    assert StopGather() not in line.sent


def test_the_ending_key_needs_no_stop():
    line = account()
    line.press("12#")
    assert StopGather() not in line.sent


def test_an_attempt_is_stopped_only_once():
    line = mixed()
    line.press("1")
    line.press("2", seq=line.gather_seq)
    line.press("3")
    assert line.sent.count(StopGather()) == 1


@pytest.mark.parametrize("status", list(GatherStatus))
def test_after_our_own_stop_digits_are_the_entry_whatever_the_status(status: GatherStatus):
    line = mixed()
    line.press("25")
    assert line.was_stopped
    line.gather_ends("25", status)
    assert line.attempts == [(VALID, "25")]


@pytest.mark.parametrize("digits", [None, ""])
@pytest.mark.parametrize("carries_stop", [True, False])
def test_after_our_own_stop_missing_digits_are_our_own_keys(digits: str | None, carries_stop: bool):
    line = mixed()
    gather = line.gather_seq
    line.press("25")
    line.gather_ends(digits, GatherStatus.CANCELLED, seq=-1 if carries_stop else gather)
    assert line.results == [(VALID, "25", "25", "20-29")]


def test_own_keys_count_in_the_order_in_which_they_were_pressed():
    line = mixed()
    late, early = line.now + 50, line.now + 20
    gather = line.gather_seq
    for key, at in (("5", late), ("2", early)):
        line.feed(key_event(key, at, gather))
    line.tick(100)
    line.gather_ends(None, GatherStatus.CANCELLED)
    assert line.results == [(VALID, "25", "25", "20-29")]


def test_own_keys_end_at_the_ending_key_and_the_rest_is_typed_ahead():
    second = gather(on("7", "taken"), prompt="second")
    line = Line(menu({"ask": gather(any_entry("next")), "next": second})).answer()
    line.press("12#7")
    line.gather_ends(None, seq=line.gather_seq)
    assert line.results == [(VALID, "12", "12", "any"), (VALID, "7", "7", "7")]
    assert line.step == "taken"


def test_a_key_counts_once_however_often_it_is_told():
    line = Line(menu({"ask": gather(in_range("11-19", "taken"), any_entry("taken"))})).answer()
    event = key_event("1", line.tick(), line.gather_seq)
    line.feed(event)
    line.feed(event)
    assert line.gather_seq == 2
    line.let_deadline_pass()
    assert line.results == [(VALID, "1", "1", "any")]
