"""A call from its first event to its last, whatever is missing in between."""

from __future__ import annotations

import pytest

from tests.engine.line import START, Line
from tests.engine.menus import any_entry, gather, in_range, menu, on, step
from voicegather.engine.advance import refuse
from voicegather.engine.commands import Answer, Gather, HangUp, Reject
from voicegather.engine.events import (
    CallAnswered,
    CallHungUp,
    CallInitiated,
    Event,
    FoldingFailed,
    GatherEnded,
    GatherStatus,
    KeyPressed,
    PromptEnded,
    PromptFate,
    TargetAnswered,
    TargetFate,
    TargetHungUp,
    TargetInitiated,
    TimerDue,
    Unknown,
)
from voicegather.engine.facts import AttemptOutcome, CallEnded, CallOutcome, CallStarted
from voicegather.engine.secret import Secret
from voicegather.engine.state import Phase

HANGUP, VALID = AttemptOutcome.HANGUP, AttemptOutcome.VALID
GRAPH = menu({"ask": gather(on("1", "taken"))})


def nobodys() -> Line:
    return Line(GRAPH, state=refuse(token="t", caller="", called="", now=START))


def ringing() -> Line:
    """A call whose answer is under way."""
    line = Line(GRAPH)
    line.feed(CallInitiated(line.tick()))
    return line


def ending() -> Line:
    line = Line(menu({"end": step("hangup")})).answer()
    assert line.state.phase is Phase.ENDING
    return line


# -- the beginning -----------------------------------------------------------------------------


def test_a_new_call_is_answered():
    line = ringing()
    assert line.just_sent == [Answer()]
    assert line.state.phase is Phase.ANSWERING
    assert line.state.wake_at == line.now + 15_000


def test_an_answered_call_enters_its_menu():
    line = ringing()
    line.feed(CallAnswered(line.tick()))
    assert line.just_sent == [line.gather]
    assert line.found(CallStarted) == [CallStarted(line.now)]


def test_an_answer_that_is_told_before_the_call_itself_starts_the_menu_once():
    line = Line(GRAPH)
    line.feed(CallAnswered(line.tick()))
    assert line.just_sent == [line.gather]
    line.feed(CallInitiated(line.tick()))
    line.feed(CallAnswered(line.tick()))
    assert line.sent == [line.gather]


def test_a_repeated_beginning_is_answered_once():
    line = ringing()
    line.feed(CallInitiated(line.tick()))
    assert line.sent == [Answer()]


def test_a_lost_answer_starts_the_menu_at_the_deadline():
    line = ringing()
    line.let_deadline_pass()
    assert line.just_sent == [line.gather]


def test_a_call_that_never_begins_is_closed_as_failed():
    line = Line(GRAPH)
    line.let_deadline_pass()
    assert line.is_over
    assert line.new == ()
    assert line.found(CallEnded) == [
        CallEnded(line.now, CallOutcome.FAILED, "the call was never answered")
    ]


def test_nobodys_call_is_rejected():
    line = nobodys()
    line.feed(CallInitiated(line.tick()))
    assert line.just_sent == [Reject()]
    line.hang_up()
    assert line.found(CallEnded) == [CallEnded(line.now, CallOutcome.REJECTED, "nobody's number")]


def test_nobodys_call_that_is_answered_all_the_same_is_hung_up():
    line = nobodys()
    line.feed(CallAnswered(line.tick()))
    assert line.just_sent == [HangUp()]
    assert line.state.outcome is CallOutcome.REJECTED


def test_nobodys_call_is_closed_when_no_hang_up_comes():
    line = nobodys()
    line.feed(CallInitiated(line.tick()))
    line.let_deadline_pass()
    assert line.is_over
    assert line.state.outcome is CallOutcome.REJECTED


# -- hanging up --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "events", [(), (CallInitiated(START),), (CallInitiated(START), CallAnswered(START))]
)
def test_a_caller_can_hang_up_in_every_phase(events: tuple[Event, ...]):
    line = Line(GRAPH)
    for event in events:
        line.feed(event)
    line.hang_up()
    assert line.is_over
    assert line.new == ()
    assert line.state.wake_at is None
    assert line.found(CallEnded) == [
        CallEnded(line.now, CallOutcome.CALLER_HUNG_UP, "normal_clearing")
    ]


def test_a_hang_up_that_we_asked_for_keeps_our_outcome():
    line = ending()
    line.hang_up()
    assert line.state.outcome is CallOutcome.COMPLETED


def test_a_second_hang_up_changes_nothing():
    line = ending()
    line.hang_up()
    before = line.state
    line.hang_up()
    assert line.state == before
    assert len(line.found(CallEnded)) == 1


def test_a_lost_hang_up_closes_the_call_at_the_deadline():
    line = ending()
    assert line.state.wake_at == line.now + 60_000
    line.let_deadline_pass()
    assert line.is_over
    assert line.state.outcome is CallOutcome.COMPLETED
    assert line.new == ()


def test_keys_pressed_until_the_hang_up_are_kept():
    line = Line(menu({"ask": gather(any_entry("taken"))})).answer()
    line.press("12")
    line.hang_up()
    assert line.attempts == [(HANGUP, "12")]
    assert line.results == [(HANGUP, "12", None, "")]


def test_a_hang_up_in_silence_is_an_attempt_too():
    line = Line(GRAPH).answer()
    line.hang_up()
    assert line.attempts == [(HANGUP, None)]


def test_a_gather_that_tells_of_the_hang_up_first_closes_the_attempt_once():
    line = Line(GRAPH).answer()
    line.gather_ends(None, GatherStatus.CALL_HANGUP)
    assert line.state.wake_at == line.now + 5000
    line.hang_up()
    assert line.attempts == [(HANGUP, None)]


def test_a_gather_that_tells_of_a_hang_up_that_never_comes_ends_the_call():
    line = Line(GRAPH).answer()
    line.gather_ends(None, GatherStatus.CALL_HANGUP)
    line.let_deadline_pass()
    assert line.is_over
    assert line.state.outcome is CallOutcome.CALLER_HUNG_UP


def test_nothing_is_sent_to_a_caller_who_is_said_to_have_hung_up():
    line = Line(menu({"ask": gather(on("1", "taken"), in_range("20-29", "taken"))})).answer()
    line.gather_ends(None, GatherStatus.CALL_HANGUP)
    line.press("1")
    line.feed(FoldingFailed(line.tick()))
    assert line.sent == [Answer(), line.gather]


def test_digits_that_come_after_the_end_are_kept_as_an_answer():
    line = Line(menu({"ask": gather(any_entry("taken"))})).answer()
    line.hang_up()
    line.gather_ends("1234", GatherStatus.VALID)
    assert line.attempts == [(HANGUP, None), (VALID, "1234")]
    assert line.results[-1] == (VALID, "1234", "1234", "any")
    assert line.new == ()


def test_digits_of_a_hung_up_gather_are_kept_as_such():
    line = Line(menu({"ask": gather(any_entry("taken"))})).answer()
    line.hang_up()
    line.gather_ends("12", GatherStatus.CALL_HANGUP)
    assert line.attempts == [(HANGUP, None), (HANGUP, "12")]


def test_digits_of_an_older_gather_after_the_end_change_nothing():
    line = Line(GRAPH).answer()
    line.stay_silent()
    line.hang_up()
    count = len(line.facts)
    line.gather_ends("1", GatherStatus.VALID, seq=2)
    assert len(line.facts) == count


def test_digits_after_a_menu_that_ended_by_itself_change_nothing():
    steps = {"ask": step("gather", on("1", "taken"), prompt="question", no_input_limit=1)}
    line = Line(menu(steps)).answer()
    line.stay_silent()
    assert line.state.outcome is CallOutcome.FAILED
    assert line.state.reason == "no way on from ask by no_input"
    count = len(line.facts)
    line.gather_ends("1", GatherStatus.VALID, seq=2)
    assert len(line.facts) == count


# -- events of no use --------------------------------------------------------------------------

EVERYTHING: list[Event] = [
    CallInitiated(START),
    CallAnswered(START),
    CallHungUp(START),
    KeyPressed(START, Secret("1")),
    GatherEnded(START, GatherStatus.VALID, Secret("1")),
    GatherEnded(START, GatherStatus.UNKNOWN, None),
    PromptEnded(START, PromptFate.COMPLETED),
    TimerDue(START),
    FoldingFailed(START),
    Unknown(START, "call.fax.received"),
    TargetHungUp(START, "v3:x", TargetFate.BUSY),
]


@pytest.mark.parametrize("event", EVERYTHING, ids=lambda event: type(event).__name__)
def test_an_ended_call_sends_nothing_whatever_comes(event: Event):
    line = ending()
    line.hang_up()
    line.feed(event)
    assert line.new == ()
    assert line.is_over
    assert line.state.wake_at is None


@pytest.mark.parametrize("event", EVERYTHING, ids=lambda event: type(event).__name__)
def test_a_rejected_call_sends_nothing_more_whatever_comes(event: Event):
    line = nobodys()
    line.feed(CallInitiated(line.tick()))
    line.feed(event)
    assert line.new == ()


@pytest.mark.parametrize(
    "event", [TargetInitiated(START, "v3:x"), TargetAnswered(START, "v3:x")], ids=["rang", "spoke"]
)
def test_a_target_leg_that_no_step_rings_is_hung_up(event: Event):
    line = Line(GRAPH).answer()
    line.feed(event)
    assert line.just_sent == [HangUp(leg="v3:x")]
    assert line.new[0].unconditional


def test_an_unknown_event_changes_nothing():
    line = Line(GRAPH).answer()
    before = line.state
    line.feed(Unknown(line.tick(), "call.machine.detection.ended"))
    assert line.state == before
    assert line.new == ()


def test_a_timer_that_comes_before_its_time_changes_nothing():
    line = Line(GRAPH).answer()
    before = line.state
    line.feed(TimerDue(line.tick()))
    assert line.state == before
    assert line.new == ()


def test_the_same_arguments_give_the_same_result():
    line, twin = Line(GRAPH).answer(), Line(GRAPH).answer()
    event = GatherEnded(line.tick(), GatherStatus.VALID, Secret("1"), 2)
    twin.tick()
    assert line.feed(event) == twin.feed(event)


def test_commands_are_numbered_without_gaps():
    line = Line(GRAPH).answer()
    line.stay_silent()
    line.gather_ends("1")
    line.prompt_ends()
    assert [each.seq for each in line.outgoing] == [1, 2, 3, 4, 5]
    assert [type(each) for each in line.sent[1:3]] == [Gather, Gather]
