"""Staff act on a call that runs: they end it, move it, or put somebody in the menu's place."""

from __future__ import annotations

import pytest

from tests.engine.line import Line
from tests.engine.menus import any_entry, by, gather, menu, on, step
from tests.engine.test_outbound import answered as answered_call
from tests.engine.test_outbound import placed
from voicegather.engine.commands import (
    AddMessages,
    Gather,
    HangUp,
    Outgoing,
    Play,
    RunHandler,
    StartAssistant,
    StopAssistant,
    StopGather,
    StopPlaying,
    Transfer,
)
from voicegather.engine.events import (
    Act,
    CallHungUp,
    ConversationEnded,
    ConversationFailed,
    EntriesJudged,
    FoldingFailed,
    GatherStatus,
    HandlerReturned,
    OperatorActed,
    TargetAnswered,
    TargetFate,
    TargetHungUp,
    TargetInitiated,
    Verdict,
)
from voicegather.engine.facts import (
    AttemptOutcome,
    CallEnded,
    CallOutcome,
    ConversationBegan,
    ConversationKind,
    ConversationOver,
    HandlerNoted,
    StepEntered,
    StepLeft,
)
from voicegather.engine.secret import Secret
from voicegather.engine.state import Phase

DESK = "+13125550177"
LEG = "v3:desk"
HELPER = "assistant-0f2a"
CANCELLED, HANGUP = AttemptOutcome.CANCELLED, AttemptOutcome.HANGUP
VALID, NO_INPUT, INVALID = AttemptOutcome.VALID, AttemptOutcome.NO_INPUT, AttemptOutcome.INVALID

MENU = menu(
    {
        "ask": gather(any_entry("next"), maximum_digits=6, variable="account"),
        "next": gather(on("1", "taken"), prompt="next"),
        "pin": {**gather(any_entry("next"), variable="pin"), "sensitivity": "secret"},
        "notice": step(
            "message",
            by("done", "next"),
            by("failure", "broken"),
            prompt="long",
            uninterrupted=True,
        ),
        "ring": step(
            "transfer",
            by("busy", "next"),
            by("no_answer", "next"),
            by("failure", "broken"),
            to="+13125550188",
        ),
        "look": step("handler", by("done", "next"), by("failure", "broken"), handler="balance"),
        "help": step("assistant", by("done", "next"), by("failure", "broken"), assistant="a-1"),
        "learn": step(
            "ai_gather",
            by("done", "next"),
            by("failure", "broken"),
            fields=[{"name": "city", "description": "The city"}],
        ),
    }
)


def asked(at: str = "ask") -> Line:
    """A caller who is in the step `at`."""
    line = Line(MENU).answer()
    if at != "ask":
        act(line, Act.JUMP_TO_STEP, at)
    return line


def act(line: Line, what: Act, target: str = "", **more: object) -> None:
    line.feed(OperatorActed(line.tick(), what, target, **more))


def ends(line: Line, seq: int) -> None:
    line.feed(ConversationEnded(line.tick(), "c-1", "user_hangup", 12, seq=seq))


def seq_of(line: Line, kind: type) -> int:
    return next(each.seq for each in reversed(line.outgoing) if isinstance(each.command, kind))


# -- hanging up --------------------------------------------------------------------------------


def test_a_call_is_hung_up():
    line = asked()
    line.press("12")
    act(line, Act.HANG_UP)
    assert line.just_sent == [HangUp()]
    assert line.exits == ["operator"]
    assert line.attempts == [(HANGUP, "12")]
    line.hang_up()
    assert line.found(CallEnded) == [
        CallEnded(line.now, CallOutcome.COMPLETED, "hung up by an operator")
    ]


def test_digits_that_come_after_staff_hung_up_are_kept():
    line = asked()
    act(line, Act.HANG_UP)
    line.gather_ends("1234", seq=2)
    assert line.results[-1] == (VALID, "1234", "1234", "any")


def test_a_call_in_which_the_caller_talks_to_a_person_can_be_hung_up():
    line = asked("ring")
    line.feed(TargetAnswered(line.tick(), LEG, line.outgoing[-1].seq))
    act(line, Act.HANG_UP)
    line.hang_up()
    assert line.found(CallEnded) == [
        CallEnded(line.now, CallOutcome.TRANSFERRED, "hung up by an operator")
    ]


def test_a_call_that_rings_can_be_given_up():
    line = placed()
    act(line, Act.HANG_UP)
    assert line.just_sent == [HangUp()]
    line.feed(CallHungUp(line.tick(), "originator_cancel"))
    assert line.found(CallEnded) == [
        CallEnded(line.now, CallOutcome.NOT_REACHED, "hung up by an operator")
    ]


def test_a_call_that_is_being_answered_can_be_hung_up():
    line = Line(MENU)
    act(line, Act.HANG_UP)
    assert line.just_sent == [HangUp()]
    assert line.state.outcome is CallOutcome.COMPLETED


@pytest.mark.parametrize("what", list(Act))
def test_a_call_that_is_over_or_being_ended_stays_as_it_is(what: Act):
    line = asked()
    act(line, Act.HANG_UP)
    before = line.state
    act(line, what, "next")
    assert line.state == before
    line.hang_up()
    before = line.state
    act(line, what, "next")
    assert line.state == before
    assert line.new == ()


@pytest.mark.parametrize("what", [each for each in Act if each is not Act.HANG_UP])
def test_a_call_that_rings_can_only_be_hung_up(what: Act):
    line = placed()
    before = line.state
    act(line, what, "ask")
    assert line.state == before
    assert line.new == ()


# -- the gather --------------------------------------------------------------------------------


def test_a_gather_is_stopped_and_what_was_entered_is_the_entry():
    line = asked()
    line.press("12")
    act(line, Act.STOP_GATHER)
    assert line.was_stopped
    line.gather_ends("12", GatherStatus.CANCELLED)
    assert line.results == [(VALID, "12", "12", "any")]
    assert line.step == "next"


def test_a_gather_that_is_stopped_without_a_key_is_a_silence():
    line = asked()
    act(line, Act.STOP_GATHER)
    line.gather_ends(None, GatherStatus.CANCELLED)
    assert line.attempts == [(NO_INPUT, None)]
    assert line.said == "<question>"


def test_a_gather_is_stopped_once():
    line = asked()
    act(line, Act.STOP_GATHER)
    act(line, Act.STOP_GATHER)
    assert line.new == ()


@pytest.mark.parametrize("at", ["notice", "ring", "look", "help", "learn"])
def test_where_nothing_is_gathered_nothing_is_stopped(at: str):
    line = asked(at)
    before = line.state
    act(line, Act.STOP_GATHER)
    assert line.state == before
    assert line.new == ()


# -- moving the caller -------------------------------------------------------------------------


def test_staff_repeat_a_step_as_often_as_the_caller_needs():
    """The budget of visits is for menus that run in circles, not for whoever looks after a call."""
    line = asked()
    for _ in range(2 * line.limits.visits_a_step):
        act(line, Act.REPEAT_STEP)
    assert (line.step, line.state.phase) == ("ask", Phase.RUNNING)
    assert isinstance(line.last, Gather)


def test_a_step_is_repeated_from_its_beginning():
    line = asked()
    line.press("12")
    act(line, Act.REPEAT_STEP)
    assert [type(each) for each in line.just_sent] == [StopGather, Gather]
    assert line.attempts == [(CANCELLED, "12")]
    assert line.results == [(CANCELLED, "12", None, "")]
    assert line.exits == ["operator"]
    assert line.found(StepEntered)[-1].visit == 2
    line.gather_ends("34")
    assert line.results[-1] == (VALID, "34", "34", "any")


def test_the_stop_of_an_interrupted_gather_is_wanted_all_the_same():
    line = asked()
    act(line, Act.REPEAT_STEP)
    stop, _ = line.new
    assert stop == Outgoing(3, StopGather(), unconditional=True)
    assert line.state.current_seq == 4


def test_the_end_of_the_interrupted_gather_changes_nothing():
    line = asked()
    act(line, Act.REPEAT_STEP)
    line.gather_ends("12", GatherStatus.CANCELLED, seq=2)
    line.gather_ends("12", GatherStatus.CANCELLED, seq=3)
    assert line.new == ()
    assert line.attempts == [(CANCELLED, None)]


def test_keys_that_were_pressed_before_are_not_typed_ahead():
    line = asked("notice")
    line.press("1")
    act(line, Act.JUMP_TO_STEP, "next")
    assert line.step == "next"
    assert line.said == "<next>"


def test_the_caller_is_sent_to_another_step():
    line = asked()
    act(line, Act.JUMP_TO_STEP, "next")
    assert line.step == "next"
    assert line.exits == ["operator"]


def test_the_caller_is_not_sent_to_a_step_that_is_not_there():
    line = asked()
    before = line.state
    act(line, Act.JUMP_TO_STEP, "nowhere")
    assert line.state == before
    assert line.new == ()


def test_a_prompt_is_cut_short():
    line = asked("notice")
    act(line, Act.REPEAT_STEP)
    assert [type(each) for each in line.just_sent] == [StopPlaying, Play]
    assert line.new[0].unconditional
    line.prompt_ends(seq=line.outgoing[-3].seq)
    assert line.step == "notice"


def test_a_target_that_rings_is_let_go():
    line = asked("ring")
    line.feed(TargetInitiated(line.tick(), LEG, line.outgoing[-1].seq))
    act(line, Act.JUMP_TO_STEP, "next")
    assert [type(each) for each in line.just_sent] == [HangUp, Gather]
    assert line.new[0].command == HangUp(leg=LEG)


def test_what_a_handler_returns_after_that_is_too_late():
    line = asked("look")
    handler = seq_of(line, RunHandler)
    act(line, Act.REPEAT_STEP)
    line.feed(HandlerReturned(line.tick(), handler, {"amount": Secret("1")}))
    assert line.step == "look"
    assert [each.reason for each in line.found(HandlerNoted)] == ["came too late"]


def test_an_entry_that_is_being_judged_is_kept():
    judged = gather(on("1", "taken"), validator="account")
    line = Line(menu({"ask": judged, "next": gather(on("1", "taken"))})).answer()
    line.gather_ends("1")
    validators = line.outgoing[-1].seq
    act(line, Act.STOP_GATHER)
    assert line.new == ()
    act(line, Act.REPEAT_STEP)
    assert line.just_sent == [line.gather]
    assert line.results == [(CANCELLED, "1", None, "")]
    verdict = Verdict(accepted=True, value=Secret("1"))
    line.feed(EntriesJudged(line.tick(), validators, {"digits": verdict}))
    assert line.step == "ask"


def test_an_ai_gather_is_stopped_and_closed():
    line = asked("learn")
    start = line.outgoing[-1].seq
    act(line, Act.JUMP_TO_STEP, "next")
    assert [type(each) for each in line.just_sent] == [StopAssistant, Gather]
    assert line.attempts == [(CANCELLED, None), (CANCELLED, None)]
    ends(line, start)
    assert line.step == "next"


def test_a_question_for_consent_is_cut_off():
    helping = step(
        "assistant",
        by("done", "taken"),
        by("failure", "broken"),
        by("no_consent", "taken"),
        assistant="a-1",
        consent_prompt="may_we",
    )
    line = Line(menu({"help": helping, "next": gather(on("1", "taken"))})).answer()
    act(line, Act.JUMP_TO_STEP, "next")
    assert [type(each) for each in line.just_sent] == [StopGather, Gather]
    assert line.attempts == [(CANCELLED, None)]


@pytest.mark.parametrize(
    ("what", "target"),
    [
        (Act.REPEAT_STEP, ""),
        (Act.JUMP_TO_STEP, "next"),
        (Act.TRANSFER, DESK),
        (Act.START_ASSISTANT, HELPER),
        (Act.STOP_ASSISTANT, ""),
        (Act.STOP_GATHER, ""),
        (Act.ADD_MESSAGE, ""),
    ],
)
def test_a_caller_who_talks_to_a_person_is_left_alone(what: Act, target: str):
    line = asked("ring")
    line.feed(TargetAnswered(line.tick(), LEG, line.outgoing[-1].seq))
    before = line.state
    act(line, what, target)
    assert line.state == before
    assert line.new == ()


# -- a person ----------------------------------------------------------------------------------


def transferred() -> Line:
    line = asked()
    act(line, Act.TRANSFER, DESK)
    return line


def target(line: Line, event: type, *more: object) -> None:
    line.feed(event(line.tick(), LEG, *more, seq_of(line, Transfer)))


def test_a_person_is_rung_in_place_of_the_step():
    line = transferred()
    assert line.just_sent == [StopGather(), Transfer(to=DESK, timeout_s=30, keep_caller=True)]
    assert line.state.wake_at == line.now + 30_000 + 10_000
    assert line.attempts == [(CANCELLED, None)]
    assert line.found(StepLeft) == [StepLeft(line.now, 1, "operator")]


@pytest.mark.parametrize("fate", list(TargetFate))
def test_the_step_begins_again_when_nobody_answers(fate: TargetFate):
    line = transferred()
    target(line, TargetInitiated)
    target(line, TargetHungUp, fate)
    assert line.just_sent == [line.gather]
    assert [each.step for each in line.found(StepEntered)] == ["ask", "ask"]
    assert line.exits == ["operator"]


def test_the_step_begins_again_when_nothing_ends_the_ringing():
    line = transferred()
    target(line, TargetInitiated)
    line.let_deadline_pass()
    assert [type(each) for each in line.just_sent] == [HangUp, Gather]
    assert line.step == "ask"


def test_the_step_begins_again_when_the_transfer_is_refused():
    line = transferred()
    line.refuse()
    assert line.just_sent == [line.gather]


def test_the_step_begins_again_when_an_event_cannot_be_folded():
    line = transferred()
    line.feed(FoldingFailed(line.tick()))
    assert line.just_sent == [line.gather]


def test_the_step_begins_again_after_the_talk():
    line = transferred()
    target(line, TargetAnswered)
    assert line.state.connected
    line.tick(60_000)
    target(line, TargetHungUp, TargetFate.ENDED)
    assert not line.state.connected
    assert line.state.talked_ms == 60_010
    assert line.just_sent == [line.gather]


def test_a_caller_who_hangs_up_while_a_person_talks_was_transferred():
    line = transferred()
    target(line, TargetAnswered)
    line.hang_up()
    assert line.state.outcome is CallOutcome.TRANSFERRED
    assert line.exits == ["operator"]


def test_a_caller_who_hangs_up_while_a_person_is_rung_takes_the_target_with_him():
    line = transferred()
    target(line, TargetInitiated)
    line.hang_up()
    assert line.just_sent == [HangUp(leg=LEG)]
    assert line.state.outcome is CallOutcome.CALLER_HUNG_UP


def test_the_late_end_of_the_interrupted_gather_changes_nothing_while_it_rings():
    line = transferred()
    line.gather_ends("12", GatherStatus.CANCELLED, seq=2)
    assert line.new == ()
    assert line.state.open_gathers == ()


def test_another_person_is_rung_in_place_of_the_first():
    line = transferred()
    target(line, TargetInitiated)
    act(line, Act.TRANSFER, "+13125550188")
    assert line.just_sent == [
        HangUp(leg=LEG),
        Transfer(to="+13125550188", timeout_s=30, keep_caller=True),
    ]
    assert line.exits == ["operator"]


def test_staff_can_take_the_transfer_back():
    line = transferred()
    act(line, Act.REPEAT_STEP)
    assert line.just_sent == [line.gather]
    assert line.exits == ["operator"]


def test_a_target_that_appears_after_that_is_let_go():
    line = transferred()
    transfer = seq_of(line, Transfer)
    act(line, Act.REPEAT_STEP)
    line.feed(TargetInitiated(line.tick(), LEG, transfer))
    assert line.just_sent == [HangUp(leg=LEG)]


def test_a_call_that_we_placed_can_be_transferred_too():
    line = answered_call()
    act(line, Act.TRANSFER, DESK)
    assert isinstance(line.last, Transfer)


# -- an assistant ------------------------------------------------------------------------------


def assisted(at: str = "ask") -> Line:
    line = asked(at)
    act(line, Act.START_ASSISTANT, HELPER)
    return line


def test_an_assistant_is_started_in_place_of_the_step():
    line = assisted()
    start = line.new[1]
    assert line.just_sent == [StopGather(), StartAssistant(assistant=HELPER)]
    assert line.found(ConversationBegan) == [
        ConversationBegan(line.now, 1, start.seq, ConversationKind.ASSISTANT, HELPER)
    ]
    assert line.state.wake_at is not None


def test_an_assistant_of_staff_knows_what_is_not_sensitive():
    line = asked("pin")
    line.gather_ends("4711")
    act(line, Act.JUMP_TO_STEP, "ask")
    line.gather_ends("1234")
    act(line, Act.START_ASSISTANT, HELPER)
    command = line.last
    assert isinstance(command, StartAssistant)
    assert command.variables == {"account": Secret("1234")}


def test_the_step_begins_again_when_the_conversation_is_over():
    line = assisted()
    ends(line, seq_of(line, StartAssistant))
    assert line.just_sent == [line.gather]
    assert line.exits == ["operator"]
    assert len(line.found(ConversationOver)) == 1


def test_the_step_begins_again_when_the_assistant_cannot_start():
    line = assisted()
    seq = seq_of(line, StartAssistant)
    line.feed(ConversationFailed(line.tick(), "invalid_request", seq))
    assert line.just_sent == [line.gather]


def test_the_step_begins_again_when_the_start_is_refused():
    line = assisted()
    line.refuse(422, "90061")
    assert line.just_sent == [line.gather]


def test_an_assistant_of_staff_is_stopped():
    line = assisted()
    act(line, Act.STOP_ASSISTANT)
    assert line.just_sent == [StopAssistant()]
    assert line.state.wake_at == line.now + 10_000
    ends(line, seq_of(line, StartAssistant))
    assert line.step == "ask"
    assert line.just_sent == [line.gather]


def test_an_assistant_whose_end_is_lost_keeps_nobody():
    line = assisted()
    act(line, Act.STOP_ASSISTANT)
    line.let_deadline_pass()
    line.let_deadline_pass()
    assert line.just_sent == [line.gather]


def test_an_assistant_of_the_menu_is_stopped_too():
    line = asked("help")
    act(line, Act.STOP_ASSISTANT)
    assert line.just_sent == [StopAssistant()]
    ends(line, seq_of(line, StartAssistant))
    assert line.step == "next"
    assert line.exits[-1] == "done"


@pytest.mark.parametrize("at", ["ask", "learn", "notice", "look", "ring"])
def test_without_an_assistant_nothing_is_stopped_or_told(at: str):
    line = asked(at)
    before = line.state
    act(line, Act.STOP_ASSISTANT)
    act(line, Act.ADD_MESSAGE, text=Secret("Be brief"))
    assert line.state == before
    assert line.new == ()


@pytest.mark.parametrize("answer_now", [True, False])
def test_an_assistant_is_told_something(answer_now: bool):
    line = asked("help")
    act(line, Act.ADD_MESSAGE, text=Secret("Be brief"), answer_now=answer_now)
    assert line.just_sent == [AddMessages((("system", Secret("Be brief")),), answer_now)]


def test_a_message_that_is_refused_ends_nothing():
    line = assisted()
    act(line, Act.ADD_MESSAGE, text=Secret("Be brief"))
    line.refuse()
    assert line.new == ()
    assert line.state.step_kind == "operator_assistant"


def test_an_assistant_waits_for_the_end_of_the_one_before():
    line = asked("help")
    first = seq_of(line, StartAssistant)
    act(line, Act.START_ASSISTANT, HELPER)
    assert line.just_sent == [StopAssistant()]
    ends(line, first)
    assert line.just_sent == [StartAssistant(assistant=HELPER)]
    line.feed(ConversationEnded(line.tick(), "c-2", seq=seq_of(line, StartAssistant)))
    assert line.step == "help"
    assert isinstance(line.last, StartAssistant)


def test_an_assistant_gives_way_to_a_person():
    line = assisted()
    act(line, Act.TRANSFER, DESK)
    assert [type(each) for each in line.just_sent] == [StopAssistant, Transfer]
    assert line.exits == ["operator"]


def test_keys_pressed_while_an_assistant_talks_are_not_typed_ahead():
    line = assisted()
    line.press("1")
    ends(line, seq_of(line, StartAssistant))
    assert line.said == "<question>"


def test_a_caller_who_hangs_up_on_an_assistant_of_staff_ends_the_call():
    line = assisted()
    line.hang_up()
    assert line.state.phase is Phase.ENDED
    assert line.state.outcome is CallOutcome.CALLER_HUNG_UP
    assert line.new == ()
