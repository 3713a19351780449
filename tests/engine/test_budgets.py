"""Budgets end menus that run in circles, and calls that never end."""

from __future__ import annotations

from tests.engine.line import START, Line
from tests.engine.menus import gather, menu, on, otherwise, step, wish
from voicegather.engine.commands import HangUp
from voicegather.engine.facts import AttemptOutcome, CallOutcome, StepEntered
from voicegather.engine.limits import Limits
from voicegather.engine.state import CallState


def test_a_step_is_visited_ten_times_and_no_more():
    line = Line(menu({"ask": gather(wish("*", "repeat"))})).answer()
    for _ in range(9):
        line.gather_ends("*")
    assert line.step == "ask"
    line.gather_ends("*")
    assert line.just_sent == [HangUp()]
    assert line.state.outcome is CallOutcome.FAILED
    assert line.state.reason == "step main/ask was entered more than 10 times"
    assert len(line.found(StepEntered)) == 10


def test_a_circle_without_input_ends_within_one_event():
    line = Line(
        menu({"a": step("branch", otherwise("b")), "b": step("branch", otherwise("a"))})
    ).answer()
    assert line.just_sent == [HangUp()]
    assert len(line.found(StepEntered)) == 20


def test_a_call_takes_its_number_of_steps_and_no_more():
    line = Line(
        menu({"a": gather(on("1", "b")), "b": gather(on("1", "a"))}),
        limits=Limits(steps_a_call=5),
    ).answer()
    for _ in range(5):
        line.gather_ends("1")
    assert line.state.reason == "the call took more than 5 steps"
    assert len(line.found(StepEntered)) == 5


def test_a_call_is_looked_after_when_its_minutes_are_over():
    steps = {"ask": gather(on("1", "taken"), first_digit_timeout_ms=120_000)}
    line = Line(menu(steps), limits=Limits(minutes_a_call=1)).answer()
    assert line.state.wake_at == START + 60_001
    line.let_deadline_pass()
    assert line.just_sent == [HangUp()]
    assert line.state.reason == "the call took more than 1 minutes"
    assert line.attempts == [(AttemptOutcome.HANGUP, None)]


def test_the_next_step_after_the_minutes_are_over_ends_the_call():
    line = Line(
        menu({"a": gather(on("1", "b")), "b": gather(on("1", "a"))}),
        limits=Limits(minutes_a_call=1),
    ).answer()
    line.tick(60_000)
    line.gather_ends("1")
    assert line.just_sent == [HangUp()]


def test_within_its_budgets_a_call_goes_on():
    limits = Limits(visits_a_step=2, steps_a_call=3, minutes_a_call=1)
    state = CallState(token="t", started_at=START, visits={"m/a": 2}, visit=3)
    assert limits.broken_by(state, "m/a", START + 60_000) == ""


def test_each_budget_names_itself():
    limits = Limits(visits_a_step=2, steps_a_call=3, minutes_a_call=1)
    state = CallState(token="t", started_at=START, visits={"m/a": 3}, visit=4)
    assert limits.broken_by(state, "m/a", START) == "step m/a was entered more than 2 times"
    assert limits.broken_by(state, "m/b", START) == "the call took more than 3 steps"
    state = CallState(token="t", started_at=START)
    assert limits.broken_by(state, "", START + 60_001) == "the call took more than 1 minutes"


def test_time_spent_talking_counts_for_nothing():
    limits = Limits(minutes_a_call=1)
    state = CallState(token="t", started_at=START, talked_ms=5_000)
    assert limits.broken_by(state, "", START + 65_000) == ""
    assert limits.ends_at(state) == START + 65_001
