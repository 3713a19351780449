"""The hang-up step says a last word, if there is one, and ends the call."""

from __future__ import annotations

from tests.engine.line import Line
from tests.engine.menus import audio, menu, step
from voicegather.engine.commands import HangUp, Play
from voicegather.engine.events import PromptFate
from voicegather.engine.facts import CallEnded, CallOutcome


def leaving(prompt: str = "goodbye") -> Line:
    return Line(menu({"end": step("hangup", prompt=prompt)})).answer()


def test_without_a_word_the_call_ends_at_once():
    line = leaving(prompt="")
    assert line.just_sent == [HangUp()]
    assert line.exits == ["hangup"]


def test_the_last_word_is_heard_to_its_end():
    line = leaving()
    assert isinstance(line.last, Play)
    line.prompt_ends()
    assert line.just_sent == [HangUp()]
    assert line.state.outcome is CallOutcome.COMPLETED


def test_a_lost_end_of_the_last_word_still_ends_the_call():
    line = leaving()
    line.let_deadline_pass()
    assert line.just_sent == [HangUp()]


def test_a_last_word_that_is_refused_or_fails_still_ends_the_call():
    line = leaving()
    line.refuse()
    assert line.just_sent == [HangUp()]
    spoken = {"goodbye": audio("https://cdn.example.com/gone.mp3")}
    line = Line(menu({"end": step("hangup", prompt="goodbye")}, spoken)).answer()
    line.prompt_ends(PromptFate.FAILED)
    assert line.just_sent == [HangUp()]


def test_the_call_is_over_when_the_network_says_so():
    line = leaving(prompt="")
    line.hang_up()
    assert line.is_over
    assert line.state.wake_at is None
    assert line.found(CallEnded) == [CallEnded(line.now, CallOutcome.COMPLETED, "normal_clearing")]


def test_a_caller_who_hangs_up_during_the_last_word_hung_up():
    line = leaving()
    line.hang_up()
    assert line.state.outcome is CallOutcome.CALLER_HUNG_UP
