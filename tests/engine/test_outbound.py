"""Calls that we place ring first; a menu begins when somebody answers."""

from __future__ import annotations

import pytest

from tests.engine.line import START, Line
from tests.engine.menus import by, gather, menu, on, step, text
from voicegather.engine.commands import Command, Dial, Gather, HangUp, Outgoing
from voicegather.engine.events import (
    AnsweredBy,
    CallAnswered,
    CallHungUp,
    CallInitiated,
    CommandFailed,
    Event,
    FoldingFailed,
    MachineDetected,
    TimerDue,
)
from voicegather.engine.facts import CallEnded, CallOutcome, CallStarted, MachineFound
from voicegather.engine.graph import Sensitivity
from voicegather.engine.outbound import begin_outbound
from voicegather.engine.secret import Secret
from voicegather.engine.state import Phase, Variable

GREET = {"en": text("Hello {{ name }}, {{ answered_by }}")}
MENU = menu({"ask": gather(on("1", "taken"), prompt="greet")}, {"greet": GREET})
FORK = menu(
    {
        "fork": step("branch", by("human", "taken"), by("machine", "beep"), machine=True),
        "beep": step("hangup", prompt="beep"),
    }
)


def placed(graph=MENU, *, detect_machine: bool = False, ring_seconds: int = 30) -> Line:
    """A call whose Dial, command 1, is on its way."""
    state = begin_outbound(
        graph,
        token="call-1",
        caller="+13125550101",
        called="+13125550199",
        now=START,
        ring_seconds=ring_seconds,
        detect_machine=detect_machine,
        variables={"name": Variable(Secret("Ada"), Sensitivity.NORMAL)},
    )
    line = Line(graph, state=state)
    line.outgoing.append(Outgoing(1, Dial("+13125550101", "+13125550199", ring_seconds)))
    return line


def ringing(graph=MENU, **more: object) -> Line:
    line = placed(graph, **more)
    line.feed(CallInitiated(line.tick()))
    return line


def answered(graph=MENU, **more: object) -> Line:
    line = ringing(graph, **more)
    line.feed(CallAnswered(line.tick()))
    return line


def detected(line: Line, who: AnsweredBy, word: str = "") -> None:
    line.feed(MachineDetected(line.tick(), who, word))


# -- ringing -----------------------------------------------------------------------------------


def test_a_placed_call_that_rings_is_not_answered_by_us():
    line = ringing(ring_seconds=20)
    assert line.new == ()
    assert line.state.phase is Phase.ANSWERING
    assert line.state.wake_at == line.now + 20_000 + 15_000


def test_a_placed_call_is_looked_after_before_its_first_event():
    assert placed(ring_seconds=20).state.wake_at == START + 20_000 + 15_000


@pytest.mark.parametrize("begin", [placed, ringing])
def test_the_answer_starts_the_menu(begin):
    line = begin()
    line.feed(CallAnswered(line.tick()))
    assert line.found(CallStarted) == [CallStarted(line.now)]
    assert line.new[0].seq == 2
    assert line.said == "Hello Ada,"


def test_news_of_the_ringing_after_the_answer_changes_nothing():
    line = placed()
    line.feed(CallAnswered(line.tick()))
    line.feed(CallInitiated(line.tick()))
    assert line.new == ()
    assert line.state.phase is Phase.RUNNING


@pytest.mark.parametrize("begin", [placed, ringing])
@pytest.mark.parametrize("cause", ["user_busy", "no_answer", "timeout"])
def test_a_hang_up_before_the_answer_is_nobody_reached(begin, cause: str):
    line = begin()
    line.feed(CallHungUp(line.tick(), cause, "callee"))
    assert line.found(CallEnded) == [CallEnded(line.now, CallOutcome.NOT_REACHED, cause)]


def test_a_hang_up_after_the_answer_is_the_callees():
    line = answered()
    line.hang_up()
    assert line.state.outcome is CallOutcome.CALLER_HUNG_UP


def test_an_answer_that_is_told_again_while_the_call_is_being_ended_changes_nothing():
    line = placed(menu({"end": step("hangup")}))
    line.feed(CallAnswered(line.tick()))
    assert line.state.phase is Phase.ENDING
    line.feed(CallInitiated(line.tick()))
    line.feed(CallAnswered(line.tick()))
    assert line.new == ()


@pytest.mark.parametrize("begin", [placed, ringing])
def test_ringing_that_nothing_ends_is_ended_by_the_deadline(begin):
    line = begin()
    line.feed(TimerDue(line.tick()))
    assert line.new == ()
    line.let_deadline_pass()
    assert line.just_sent == [HangUp()]
    line.let_deadline_pass()
    assert line.found(CallEnded) == [
        CallEnded(line.now, CallOutcome.NOT_REACHED, "nobody answered")
    ]


@pytest.mark.parametrize("event", [CallInitiated, CallAnswered])
def test_a_call_that_was_given_up_is_hung_up_when_it_rings_after_all(event):
    line = placed()
    line.let_deadline_pass()
    line.feed(event(line.tick()))
    assert line.new == (Outgoing(3, HangUp(), unconditional=True),)
    assert line.state.phase is Phase.ENDING


def test_an_event_that_cannot_be_folded_ends_the_ringing():
    line = ringing()
    line.feed(FoldingFailed(line.tick()))
    assert line.just_sent == [HangUp()]
    assert line.state.outcome is CallOutcome.FAILED
    line.feed(CallAnswered(line.tick()))
    assert line.new == (Outgoing(3, HangUp(), unconditional=True),)


# -- the dial fails ----------------------------------------------------------------------------


def test_a_refused_dial_ends_the_call():
    line = placed()
    line.refuse(422, "10016", seq=1)
    assert line.new == ()
    reason = "the number could not be rung: Telnyx answered 422 (10016)"
    assert line.found(CallEnded) == [CallEnded(line.now, CallOutcome.NOT_REACHED, reason)]


def test_a_dial_without_a_key_wakes_the_operator():
    line = placed()
    line.refuse(401, "10009", seq=1)
    assert [type(each).__name__ for each in line.facts] == ["AlertRaised", "CallEnded"]
    assert line.state.outcome is CallOutcome.NOT_REACHED


def test_a_dial_that_telnyx_did_not_answer_may_still_ring_and_is_hung_up_then():
    line = placed()
    line.refuse(0, "", seq=1)
    assert line.state.reason == "the number could not be rung: Telnyx was silent"
    line.feed(CallInitiated(line.tick()))
    assert line.new == (Outgoing(3, HangUp(), unconditional=True),)


def test_a_dial_that_telnyx_did_not_answer_goes_on_when_it_rings_already():
    line = ringing()
    line.refuse(0, "", seq=1)
    line.feed(CallAnswered(line.tick()))
    assert isinstance(line.last, Gather)


def test_a_dial_that_fails_after_the_answer_changes_nothing():
    line = answered()
    line.feed(CommandFailed(line.tick(), 1, 500))
    assert line.new == ()
    assert line.state.phase is Phase.RUNNING


# -- who answered ------------------------------------------------------------------------------


def test_who_answered_is_kept_and_spoken():
    line = ringing(detect_machine=True)
    detected(line, AnsweredBy.MACHINE, "machine")
    line.feed(CallAnswered(line.tick()))
    assert line.found(MachineFound) == [MachineFound(line.now - 10, AnsweredBy.MACHINE, "machine")]
    assert line.said == "Hello Ada, machine"


def test_the_first_word_on_who_answered_counts():
    line = answered(detect_machine=True)
    detected(line, AnsweredBy.HUMAN, "not_sure")
    detected(line, AnsweredBy.MACHINE, "machine")
    assert line.state.answered_by is AnsweredBy.HUMAN
    assert len(line.found(MachineFound)) == 1


def test_a_branch_waits_for_the_detection():
    line = answered(FORK, detect_machine=True)
    assert line.new == ()
    assert line.state.wake_at == line.now + 6_000
    detected(line, AnsweredBy.MACHINE)
    assert line.step == "beep"
    assert line.exits == ["machine"]


def test_a_branch_goes_at_once_when_it_is_known():
    line = ringing(FORK, detect_machine=True)
    detected(line, AnsweredBy.HUMAN)
    line.feed(CallAnswered(line.tick()))
    assert line.exits == ["human"]


def test_a_branch_takes_a_slow_detection_for_a_human():
    line = answered(FORK, detect_machine=True)
    line.let_deadline_pass()
    assert line.step == "taken"
    detected(line, AnsweredBy.MACHINE)
    assert line.exits == ["human"]
    assert line.state.answered_by is AnsweredBy.MACHINE


def test_a_branch_that_cannot_be_told_goes_on_to_a_human():
    line = answered(FORK, detect_machine=True)
    line.feed(FoldingFailed(line.tick()))
    assert line.exits == ["human"]


def test_without_detection_everybody_is_human():
    assert answered(FORK).exits == ["human"]
    assert Line(FORK).answer().exits == ["human"]


@pytest.mark.parametrize(
    "event", [CallInitiated(START), CallAnswered(START), MachineDetected(START, AnsweredBy.HUMAN)]
)
def test_a_call_that_is_over_sends_nothing(event: Event):
    line = placed()
    line.feed(CallHungUp(line.tick(), "user_busy"))
    line.feed(event)
    commands: list[Command] = line.just_sent
    assert commands == []
