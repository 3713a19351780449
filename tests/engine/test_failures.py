"""Commands that Telnyx refuses, and events that cannot be folded."""

from __future__ import annotations

import pytest

from tests.engine.line import START, Line
from tests.engine.menus import by, gather, menu, on, otherwise, step
from voicegather.engine.advance import refuse
from voicegather.engine.commands import HangUp
from voicegather.engine.events import CallInitiated, FoldingFailed
from voicegather.engine.facts import AlertRaised, AttemptOutcome, CallOutcome
from voicegather.engine.state import Phase

GRAPH = menu({"ask": gather(on("1", "taken"))})


def alerts(line: Line) -> list[str]:
    return [each.code for each in line.found(AlertRaised)]


def test_one_refused_command_takes_the_failure_exit():
    line = Line(GRAPH).answer()
    line.refuse()
    assert line.step == "broken"
    assert alerts(line) == []


def test_two_refused_commands_in_a_row_end_the_call_and_wake_the_operator():
    line = Line(GRAPH).answer()
    line.refuse(500, "")
    line.refuse(500, "")
    assert line.just_sent == [HangUp()]
    assert line.state.outcome is CallOutcome.FAILED
    assert line.state.reason == "two commands in a row failed"
    assert alerts(line) == ["commands_fail"]


def test_an_accepted_command_in_between_breaks_the_row():
    line = Line(GRAPH).answer()
    line.refuse()
    line.accept()
    line.refuse()
    assert alerts(line) == []
    assert line.just_sent == [HangUp()]
    assert line.state.outcome is CallOutcome.COMPLETED


@pytest.mark.parametrize("status", [401, 403])
def test_a_refused_key_ends_the_call_and_wakes_the_operator_at_once(status: int):
    line = Line(GRAPH).answer()
    line.refuse(status, "10009")
    assert line.just_sent == [HangUp()]
    assert line.state.reason == f"Telnyx answered {status}"
    assert alerts(line) == ["key_refused"]
    assert line.attempts == [(AttemptOutcome.HANGUP, None)]


def test_a_refused_key_is_reported_once_a_call():
    line = Line(GRAPH).answer()
    line.refuse(401, "10009")
    line.refuse(401, "10009")
    assert alerts(line) == ["key_refused"]


def test_a_refused_key_at_the_last_command_is_reported_too():
    line = Line(GRAPH, state=refuse(token="t", caller="", called="", now=START))
    line.feed(CallInitiated(line.tick()))
    line.refuse(403, "10010")
    assert alerts(line) == ["key_refused"]
    assert line.new == ()


def test_a_call_that_telnyx_says_has_ended_is_over_without_another_command():
    line = Line(GRAPH).answer()
    line.press("1")
    line.refuse(422, "90018")
    assert line.is_over
    assert line.new == ()
    assert line.state.outcome is CallOutcome.CALLER_HUNG_UP
    assert line.attempts == [(AttemptOutcome.VALID, "1")], "a whole entry is kept as one"


def test_our_own_hang_up_of_a_call_that_has_ended_keeps_our_outcome():
    line = Line(menu({"end": step("hangup")})).answer()
    line.refuse(422, "90018")
    assert line.is_over
    assert line.state.outcome is CallOutcome.COMPLETED


def test_a_refused_answer_ends_the_call():
    line = Line(GRAPH)
    line.feed(CallInitiated(line.tick()))
    line.refuse(422, "90034")
    assert line.just_sent == [HangUp()]
    assert line.state.reason == "the call could not be answered (90034)"


def test_a_refused_hang_up_sends_nothing_more():
    line = Line(menu({"end": step("hangup")})).answer()
    line.refuse(500, "")
    assert line.new == ()
    line.let_deadline_pass()
    assert line.is_over


def test_a_refused_command_of_an_earlier_step_leaves_this_one_alone():
    line = Line(menu({"a": gather(on("1", "b")), "b": gather(on("1", "taken"))})).answer()
    line.gather_ends("1")
    line.refuse(seq=2)
    assert line.step == "b"
    assert line.state.failures == 1


def test_a_refused_command_after_the_end_changes_nothing():
    line = Line(GRAPH).answer()
    line.hang_up()
    before = line.state
    line.refuse(422, "90018")
    assert line.state == before


def test_failing_in_a_circle_is_bounded_by_the_visits():
    ring = step("message", by("done", "taken"), by("failure", "ring"), prompt="x")
    line = Line(menu({"ring": ring})).answer()
    for _ in range(9):
        line.refuse()
        line.accept()
        assert line.step == "ring"
    line.refuse()
    assert line.just_sent == [HangUp()]
    assert line.state.reason == "step main/ring was entered more than 10 times"


def test_failing_in_a_circle_without_a_command_is_bounded_within_one_event():
    ring = step("submenu", by("failure", "ring"), menu="gone")
    line = Line(menu({"ring": ring})).answer()
    assert line.just_sent == [HangUp()]
    assert line.state.reason == "step main/ring was entered more than 10 times"


def test_an_event_that_cannot_be_folded_takes_the_failure_exit():
    line = Line(GRAPH).answer()
    line.feed(FoldingFailed(line.tick()))
    assert line.step == "broken"
    assert line.attempts == [(AttemptOutcome.ERROR, None)]
    assert line.results == [(AttemptOutcome.ERROR, None, None, "")]


def test_an_event_that_cannot_be_folded_ends_a_call_outside_its_menu():
    line = Line(GRAPH)
    line.feed(FoldingFailed(line.tick()))
    assert line.just_sent == [HangUp()]
    line = Line(GRAPH)
    line.feed(CallInitiated(line.tick()))
    line.feed(FoldingFailed(line.tick()))
    assert line.just_sent == [HangUp()]
    assert line.state.reason == "an event could not be processed"


def test_a_failure_without_a_way_on_ends_the_call():
    line = Line(menu({"ask": step("gather", on("1", "ask"), prompt="q")})).answer()
    line.refuse()
    assert line.state.phase is Phase.ENDING
    assert line.state.reason == "no way on from ask by failure"


def test_a_step_that_its_version_has_lost_ends_the_call():
    line = Line(GRAPH).answer()
    line.shelf.by_hash["sha-main"] = menu({"other": step("branch", otherwise("taken"))})
    line.press("1")
    assert line.just_sent == [HangUp()]
    assert line.state.reason == "step ask is not in its version"
