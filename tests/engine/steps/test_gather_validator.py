"""A validator of the site judges an entry before the menu takes it."""

from __future__ import annotations

import pytest

from tests.engine.line import Line
from tests.engine.menus import any_entry, by, gather, menu, on, step, text, wish
from voicegather.engine.commands import Entry, Gather, RunValidators
from voicegather.engine.events import (
    EntriesJudged,
    FoldingFailed,
    GatherStatus,
    HandlerFailed,
    Verdict,
)
from voicegather.engine.facts import AttemptEnded, AttemptOutcome, HandlerNoted
from voicegather.engine.secret import Secret

VALID, INVALID = AttemptOutcome.VALID, AttemptOutcome.INVALID
HANGUP, ERROR, NO_INPUT = AttemptOutcome.HANGUP, AttemptOutcome.ERROR, AttemptOutcome.NO_INPUT


def asked(*edges: dict, **config: object) -> Line:
    """A caller who is asked for an account of up to six digits."""
    ask = gather(
        any_entry("next"),
        *edges,
        maximum_digits=6,
        validator="account",
        refusal_prompts={"closed": "it_is_closed"},
        invalid_prompts=["bad"],
        **config,
    )
    following = gather(on("1", "taken"), on("2", "taken"))
    return Line(
        menu(
            {"ask": ask, "next": following},
            {"it_is_closed": text("Closed."), "is_it": text("Is it {{ entry }}?")},
        )
    ).answer()


def entered(digits: str = "1234", *edges: dict, **config: object) -> Line:
    line = asked(*edges, **config)
    line.gather_ends(digits)
    return line


def judge(
    line: Line, *, accepted: bool, value: str = "", reason: str = "", seq: int = 0, field="digits"
) -> None:
    verdict = Verdict(accepted, Secret(value), reason)
    line.feed(EntriesJudged(line.tick(), seq or running(line), {field: verdict}))


def running(line: Line) -> int:
    """The number of the newest run of validators."""
    return next(
        each.seq for each in reversed(line.outgoing) if isinstance(each.command, RunValidators)
    )


def notes(line: Line) -> list[str]:
    return [each.reason for each in line.found(HandlerNoted)]


# -- asking ------------------------------------------------------------------------------------


def test_an_entry_that_a_choice_takes_is_sent_to_the_validator():
    line = entered()
    assert line.just_sent == [RunValidators((Entry("digits", "account", Secret("1234")),), "en")]
    assert line.state.wake_at == line.now + 5_000 + 5_000
    assert line.attempts == []
    assert line.results == []


def test_an_entry_that_no_choice_takes_is_not():
    line = entered("*")
    assert line.attempts == [(INVALID, "*")]
    assert isinstance(line.last, Gather)


def test_a_global_choice_is_not_judged():
    line = entered("0", wish("0", target="taken"))
    assert line.step == "taken"
    assert line.results == [(VALID, "0", None, "0")]


def test_keys_typed_ahead_are_judged_too():
    notice = step("message", by("done", "ask"), prompt="notice", uninterrupted=True)
    ask = gather(on("12", "taken"), validator="account")
    line = Line(menu({"notice": notice, "ask": ask})).answer()
    line.press("12")
    line.prompt_ends()
    assert line.just_sent == [RunValidators((Entry("digits", "account", Secret("12")),), "en")]
    judge(line, accepted=True)
    assert line.results == [(VALID, "12", "12", "12")]


# -- the verdict -------------------------------------------------------------------------------


def test_an_accepted_entry_is_taken_as_the_validator_writes_it():
    line = entered(variable="account")
    judge(line, accepted=True, value="AC-1234")
    assert line.step == "next"
    assert line.attempts == [(VALID, "1234")]
    assert line.results == [(VALID, "1234", "AC-1234", "any")]
    assert line.state.variables["account"].value == Secret("AC-1234")


def test_an_entry_that_is_accepted_as_it_is_stays_as_it_is():
    line = entered()
    judge(line, accepted=True)
    assert line.results == [(VALID, "1234", "1234", "any")]


def test_how_the_gather_ended_is_kept_with_its_attempt():
    line = asked()
    line.gather_ends("1234", GatherStatus.INVALID)
    judge(line, accepted=True)
    assert [each.status for each in line.found(AttemptEnded)] == ["invalid"]


def test_a_refused_entry_is_a_wrong_one_with_a_prompt_for_its_reason():
    line = entered()
    judge(line, accepted=False, reason="closed")
    assert line.said == "Closed."
    assert line.attempts == [(INVALID, "1234")]
    assert [each.status for each in line.found(AttemptEnded)] == ["closed"]
    assert line.asked == ["question", "it_is_closed"]


@pytest.mark.parametrize(("reason", "status"), [("unknown", "unknown"), ("", "refused")])
def test_a_reason_without_a_prompt_is_told_as_a_wrong_entry(reason: str, status: str):
    line = entered()
    judge(line, accepted=False, reason=reason)
    assert line.said == "<bad>"
    assert [each.status for each in line.found(AttemptEnded)] == [status]


def test_a_long_reason_is_cut_to_what_the_ledger_holds():
    line = entered()
    judge(line, accepted=False, reason="x" * 60)
    assert [each.status for each in line.found(AttemptEnded)] == ["x" * 30]


def test_refusals_count_as_wrong_entries():
    line = entered(invalid_limit=2)
    judge(line, accepted=False, reason="closed")
    line.gather_ends("5678")
    judge(line, accepted=False, reason="closed")
    assert line.step == "wrong"
    assert line.attempts == [(INVALID, "1234"), (INVALID, "5678")]
    assert line.results == [(INVALID, "5678", None, "")]


def test_a_refused_entry_can_be_followed_by_a_right_one():
    line = entered()
    judge(line, accepted=False, reason="closed")
    line.gather_ends("5678")
    judge(line, accepted=True)
    assert line.results == [(VALID, "5678", "5678", "any")]


# -- a read-back -------------------------------------------------------------------------------


def test_the_read_back_speaks_what_the_validator_made_of_the_entry():
    line = entered(read_back="is_it")
    judge(line, accepted=True, value="AC-1234")
    assert line.said == "Is it AC-1234?"
    line.gather_ends("1")
    assert line.results == [(VALID, "1234", "AC-1234", "any")]
    assert line.state.variables["ask"].value == Secret("AC-1234")
    assert [each for each in line.sent if isinstance(each, RunValidators)] == [
        RunValidators((Entry("digits", "account", Secret("1234")),), "en")
    ]


def test_a_refused_entry_is_not_read_back():
    line = entered(read_back="is_it")
    judge(line, accepted=False, reason="closed")
    assert line.said == "Closed."


def test_an_entry_that_is_entered_again_is_judged_again():
    line = entered(read_back="is_it")
    judge(line, accepted=True, value="AC-1234")
    line.gather_ends("2")
    line.gather_ends("5678")
    judge(line, accepted=True)
    assert line.said == "Is it 5678?"
    line.gather_ends("1")
    assert line.results == [(VALID, "5678", "5678", "any")]


# -- no verdict --------------------------------------------------------------------------------


def failed(line: Line) -> None:
    line.feed(HandlerFailed(line.tick(), running(line), "raised KeyError"))


def overdue(line: Line) -> None:
    line.let_deadline_pass()


def not_started(line: Line) -> None:
    line.refuse(404, "", seq=running(line))


def not_found(line: Line) -> None:
    judge(line, accepted=True, field="other")


def too_long(line: Line) -> None:
    judge(line, accepted=True, value="x" * 1001)


@pytest.mark.parametrize(
    ("happens", "reason"),
    [
        (failed, "raised KeyError"),
        (overdue, "did not judge in time"),
        (not_started, "could not be started"),
        (not_found, "returned no verdict"),
        (too_long, "returned a value of more than 1,000 characters"),
    ],
)
def test_without_a_verdict_the_step_fails_and_the_entry_is_kept(happens, reason: str):
    line = entered()
    happens(line)
    assert line.step == "broken"
    assert notes(line) == [reason]
    assert line.attempts == [(ERROR, "1234")]
    assert line.results == [(ERROR, "1234", None, "")]


def test_an_event_that_cannot_be_folded_fails_the_step_and_keeps_the_entry():
    line = entered()
    line.feed(FoldingFailed(line.tick()))
    assert line.exits == ["failure"]
    assert line.results == [(ERROR, "1234", None, "")]


def test_a_verdict_that_comes_too_late_is_noted_and_changes_nothing():
    line = entered()
    line.let_deadline_pass()
    before = line.state
    judge(line, accepted=True)
    assert line.state == before
    assert notes(line) == ["did not judge in time", "came too late"]


def test_the_verdict_of_an_earlier_entry_is_too_late():
    line = entered()
    first = running(line)
    judge(line, accepted=False, reason="closed")
    line.gather_ends("5678")
    judge(line, accepted=True, seq=first)
    assert line.step == "ask"
    assert notes(line) == ["came too late"]


def test_a_refused_gather_command_of_the_judged_entry_changes_nothing():
    line = entered()
    line.refuse(seq=2)
    assert line.step == "ask"
    judge(line, accepted=True)
    assert line.step == "next"


# -- meanwhile ---------------------------------------------------------------------------------


def test_keys_pressed_meanwhile_are_typed_ahead():
    line = entered()
    line.press("2")
    judge(line, accepted=True)
    assert line.exits == ["any", "2"]


def test_keys_pressed_meanwhile_are_dropped_where_the_step_drops_them():
    line = entered(type_ahead="flush")
    line.press("2")
    judge(line, accepted=True)
    assert line.step == "next"
    assert line.exits == ["any"]


def test_keys_of_the_entry_that_are_told_again_are_not_typed_ahead():
    line = asked()
    line.press("12")
    repeated = line.now
    line.gather_ends("12")
    line.now, now = repeated - 10, line.now
    line.press("2", seq=2)
    line.now = now
    judge(line, accepted=True)
    assert line.exits == ["any"]


@pytest.mark.parametrize("status", list(GatherStatus))
def test_another_end_of_the_gather_changes_nothing_meanwhile(status: GatherStatus):
    line = entered()
    line.gather_ends("99", status, seq=2)
    assert line.new == ()
    judge(line, accepted=True)
    assert line.results == [(VALID, "1234", "1234", "any")]


def test_a_caller_who_hangs_up_meanwhile_leaves_the_entry():
    line = entered()
    line.hang_up()
    assert line.attempts == [(HANGUP, "1234")]
    assert line.results == [(HANGUP, "1234", None, "")]
    judge(line, accepted=True)
    assert notes(line) == ["came too late"]
    assert line.results == [(HANGUP, "1234", None, "")]


def test_an_entry_that_nobody_judged_is_not_valid_at_the_hang_up():
    line = Line(menu({"ask": gather(on("1", "taken"), validator="account")})).answer()
    line.hang_up()
    line.gather_ends("1", seq=2)
    assert line.results == [(HANGUP, None, None, ""), (HANGUP, "1", None, "")]


def test_a_confirmed_entry_is_valid_at_the_hang_up_as_the_validator_wrote_it():
    line = entered(read_back="is_it")
    judge(line, accepted=True, value="AC-1234")
    confirmation = line.outgoing[-1].seq
    line.hang_up()
    line.gather_ends("1", seq=confirmation)
    assert line.results[-1] == (VALID, "1234", "AC-1234", "any")
