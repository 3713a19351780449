"""Stored calls that were placed, that asked the site's functions, or in which staff acted, go on.

Never edit a golden file.
"""

from __future__ import annotations

import pytest

from tests.engine.line import Line
from tests.engine.test_golden import stored, stored_menu
from voicegather.engine.commands import HangUp, Play, RunHandler
from voicegather.engine.events import (
    AnsweredBy,
    CallAnswered,
    CallHungUp,
    ConversationEnded,
    EntriesJudged,
    HandlerReturned,
    MachineDetected,
    TargetFate,
    TargetHungUp,
    Verdict,
)
from voicegather.engine.facts import AttemptOutcome, CallOutcome
from voicegather.engine.secret import Secret
from voicegather.engine.state import CallState

VALID = AttemptOutcome.VALID


def resumed(name: str) -> Line:
    """The stored call, two seconds after its last event."""
    state = CallState.load(stored(f"format_1_call_{name}"))
    line = Line(stored_menu("site"), state=state)
    line.tick(2_000)
    return line


def test_every_step_of_the_stored_menu_can_be_run():
    for step in stored_menu("site").steps.values():
        assert type(step.settings).__name__.lower() == f"{step.kind}settings"


@pytest.mark.parametrize(
    "name",
    [
        "ringing",
        "detecting",
        "checking",
        "checked",
        "handler",
        "operator_transfer",
        "operator_assistant",
    ],
)
def test_every_stored_call_goes_on_by_its_deadline(name: str):
    line = resumed(name)
    line.let_deadline_pass()
    assert line.new != ()


def test_a_stored_call_that_rings_is_not_reached():
    line = resumed("ringing")
    line.feed(CallHungUp(line.now, "user_busy", "callee"))
    assert line.state.outcome is CallOutcome.NOT_REACHED


def test_a_stored_call_that_rings_waits_for_its_detection():
    line = resumed("ringing")
    line.feed(CallAnswered(line.now))
    assert line.step == "who"
    assert line.new == ()


def test_a_stored_branch_hears_the_detection():
    line = resumed("detecting")
    line.feed(MachineDetected(line.now, AnsweredBy.MACHINE, "machine"))
    assert line.exits == ["machine"]


def test_a_stored_entry_is_judged_and_read_back():
    line = resumed("checking")
    verdict = Verdict(accepted=True, value=Secret("AC-1234"))
    line.feed(EntriesJudged(line.now, 3, {"digits": verdict}))
    assert line.attempts == [(VALID, "1234")]
    assert line.said == "Is it AC-1234?"


def test_a_stored_entry_is_refused_with_its_prompt():
    line = resumed("checking")
    verdict = Verdict(accepted=False, value=Secret(""), reason="closed")
    line.feed(EntriesJudged(line.now, 3, {"digits": verdict}))
    assert line.said == "<account_closed>"


def test_a_stored_read_back_remembers_what_the_validator_wrote():
    line = resumed("checked")
    line.gather_ends("1", seq=4)
    assert line.results == [(VALID, "1234", "AC-1234", "any")]
    command = line.last
    assert isinstance(command, RunHandler)
    assert command.options == {"url": "https://crm.example.com/accounts/AC-1234"}


def test_a_stored_handler_returns_and_waits_for_its_prompt():
    line = resumed("handler")
    line.feed(HandlerReturned(line.now, 6, {"amount": Secret("12 dollars")}))
    assert line.step == "look"
    line.prompt_ends(seq=5)
    assert isinstance(line.last, Play)
    assert line.said == "You have 12 dollars."


def test_a_stored_transfer_of_staff_returns_to_its_step():
    line = resumed("operator_transfer")
    line.feed(TargetHungUp(line.now, "v3:desk", TargetFate.BUSY, 8))
    assert [type(each) for each in line.just_sent] == [Play, RunHandler]
    assert line.step == "look"


def test_a_stored_transfer_of_staff_takes_its_target_with_it():
    line = resumed("operator_transfer")
    line.hang_up()
    assert line.just_sent == [HangUp(leg="v3:desk")]


def test_a_stored_assistant_of_staff_returns_to_its_step():
    line = resumed("operator_assistant")
    line.feed(ConversationEnded(line.now, "c-1", seq=10))
    assert [type(each) for each in line.just_sent] == [Play, RunHandler]
    assert line.exits == []
