"""A transfer rings a person; whatever becomes of that, no leg rings on without a caller."""

from __future__ import annotations

import pytest

from tests.engine.line import Line
from tests.engine.menus import by, gather, menu, on, step
from voicegather.engine.commands import HangUp, Outgoing, Play, Transfer
from voicegather.engine.events import (
    FoldingFailed,
    TargetAnswered,
    TargetFate,
    TargetHungUp,
    TargetInitiated,
)
from voicegather.engine.facts import CallOutcome, TargetLeft, TargetRang
from voicegather.engine.limits import Limits

DESK = "+13125550177"
LEG = "v3:target"


def calling(*edges: dict, limits: Limits | None = None, **config: object) -> Line:
    """A caller who is being transferred to the desk."""
    ring = step(
        "transfer",
        by("busy", "engaged"),
        by("no_answer", "silent"),
        by("failure", "broken"),
        *edges,
        to=DESK,
        **config,
    )
    after = gather(on("1", "taken"))
    engaged = step("hangup", prompt="engaged")
    graph = menu({"ring": ring, "engaged": engaged, "after": after})
    return Line(graph, limits=limits or Limits()).answer()


def initiated(line: Line, leg: str = LEG, seq: int | None = -1) -> None:
    line.feed(TargetInitiated(line.tick(), leg, line._token(seq)))


def answered(line: Line, leg: str = LEG, seq: int | None = -1) -> None:
    line.feed(TargetAnswered(line.tick(), leg, line._token(seq)))


def gone(line: Line, fate: TargetFate, leg: str = LEG, seq: int | None = -1) -> None:
    line.feed(TargetHungUp(line.tick(), leg, fate, line._token(seq)))


# -- ringing -----------------------------------------------------------------------------------


def test_the_target_is_rung_at_once_without_a_prompt():
    line = calling(timeout_seconds=20, caller_id="+13125550199")
    assert line.last == Transfer(to=DESK, timeout_s=20, from_="+13125550199", keep_caller=False)
    assert line.state.wake_at == line.now + 20_000 + 10_000


def test_the_prompt_comes_before_the_ringing():
    line = calling(prompt="one_moment")
    assert isinstance(line.last, Play)
    line.prompt_ends()
    assert isinstance(line.last, Transfer)


def test_a_lost_end_of_the_prompt_does_not_keep_the_target_from_ringing():
    line = calling(prompt="one_moment")
    line.let_deadline_pass()
    assert isinstance(line.last, Transfer)


def test_the_prompt_is_not_wanted_any_more_once_it_rings():
    line = calling(prompt="one_moment")
    prompt = line.outgoing[-1].seq
    line.let_deadline_pass()
    line.refuse(seq=prompt)
    assert line.step == "ring"
    assert line.exits == []


def test_the_leg_that_rings_is_in_the_ledger_once():
    line = calling()
    initiated(line)
    first = line.now
    initiated(line)
    assert line.found(TargetRang) == [TargetRang(first, LEG)]


# -- nobody takes the call ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fate", "where"),
    [
        (TargetFate.BUSY, "engaged"),
        (TargetFate.NO_ANSWER, "silent"),
        (TargetFate.FAILED, "broken"),
        (TargetFate.ENDED, "silent"),
    ],
)
def test_the_fate_of_the_target_decides_the_exit(fate: TargetFate, where: str):
    line = calling()
    initiated(line)
    gone(line, fate)
    assert line.step == where
    assert line.found(TargetLeft) == [TargetLeft(line.now, LEG, fate)]


def test_a_refused_transfer_leaves_by_failure():
    line = calling()
    line.refuse()
    assert line.exits == ["failure"]


def test_ringing_that_nothing_ends_is_ended_by_the_deadline():
    line = calling()
    initiated(line)
    line.let_deadline_pass()
    assert line.new[0].command == HangUp(leg=LEG)
    assert line.new[0].unconditional
    assert line.exits == ["no_answer"]


def test_a_target_that_appears_after_the_ring_timeout_is_hung_up():
    line = calling()
    transfer = line.outgoing[-1].seq
    line.let_deadline_pass()
    assert line.exits == ["no_answer"]
    initiated(line, seq=transfer)
    assert line.just_sent == [HangUp(leg=LEG)]
    answered(line, seq=transfer)
    assert line.new == ()


def test_the_failure_of_a_targets_hang_up_says_nothing_about_the_caller():
    line = calling()
    initiated(line)
    line.let_deadline_pass()
    hang_up = line.new[0].seq
    line.refuse(422, "90018", seq=hang_up)
    assert line.state.phase == "running"
    assert line.state.failures == 0
    assert line.step == "silent"


def test_news_of_another_transfers_target_does_not_end_this_one():
    line = calling()
    gone(line, TargetFate.BUSY, leg="v3:older", seq=1)
    assert line.step == "ring"


def test_news_without_a_token_is_believed():
    line = calling()
    initiated(line, seq=None)
    gone(line, TargetFate.BUSY, seq=None)
    assert line.step == "engaged"


def test_news_without_a_token_of_another_leg_is_not_believed():
    line = calling()
    initiated(line)
    gone(line, TargetFate.BUSY, leg="v3:other", seq=None)
    assert line.step == "ring"


# -- the target answers ------------------------------------------------------------------------


def test_an_answered_target_connects_the_call():
    line = calling()
    initiated(line)
    answered(line)
    assert line.state.connected
    assert line.state.wake_at == line.now + 14_400_000


def test_a_call_ends_as_transferred_when_the_caller_hangs_up_after_talking():
    line = calling()
    answered(line)
    line.hang_up()
    assert line.state.outcome is CallOutcome.TRANSFERRED
    assert line.new == ()


def test_a_call_ends_as_transferred_when_the_target_hangs_up():
    line = calling()
    answered(line)
    gone(line, TargetFate.ENDED)
    assert line.state.wake_at == line.now + 5000
    line.let_deadline_pass()
    assert line.just_sent == [HangUp()]
    line.hang_up()
    assert line.state.outcome is CallOutcome.TRANSFERRED


def test_a_way_on_by_done_keeps_the_caller():
    line = calling(by("done", "after"))
    assert line.last == Transfer(to=DESK, timeout_s=25, from_="", keep_caller=True)
    answered(line)
    gone(line, TargetFate.ENDED)
    assert line.exits == ["done"]
    assert line.step == "after"
    assert line.said == "<question>"
    line.hang_up()
    assert line.state.outcome is CallOutcome.CALLER_HUNG_UP


def test_keys_pressed_in_the_conversation_are_not_typed_ahead():
    line = calling(by("done", "after"))
    line.press("1")
    answered(line)
    line.press("1", seq=2)
    gone(line, TargetFate.ENDED)
    assert line.step == "after"
    assert line.said == "<question>"


def test_a_conversation_has_no_budget_of_minutes():
    line = calling(by("done", "after"), limits=Limits(minutes_a_call=1))
    answered(line)
    line.tick(3_600_000)
    gone(line, TargetFate.ENDED)
    assert line.step == "after"
    assert line.state.talked_ms == 3_600_010
    assert line.state.wake_at is not None
    assert line.state.wake_at > line.now + 1_000


def test_a_conversation_goes_on_when_an_event_cannot_be_folded():
    line = calling()
    answered(line)
    line.feed(FoldingFailed(line.tick()))
    assert line.state.connected
    assert line.new == ()


def test_ringing_stops_when_an_event_cannot_be_folded():
    line = calling()
    initiated(line)
    line.feed(FoldingFailed(line.tick()))
    assert line.new[0].command == HangUp(leg=LEG)
    assert line.exits == ["failure"]


def test_a_talk_that_nothing_ends_is_ended_after_four_hours():
    line = calling()
    answered(line)
    line.let_deadline_pass()
    assert line.just_sent == [HangUp()]
    assert line.state.outcome is CallOutcome.TRANSFERRED


# -- the caller gives up -----------------------------------------------------------------------


def test_a_caller_who_hangs_up_while_it_rings_takes_the_target_with_him():
    line = calling()
    initiated(line)
    line.hang_up()
    assert line.new == (Outgoing(line.new[0].seq, HangUp(leg=LEG), unconditional=True),)
    assert line.is_over


def test_the_target_is_hung_up_even_if_its_leg_becomes_known_too_late():
    line = calling()
    line.hang_up()
    assert line.new == ()
    initiated(line)
    assert line.new == (Outgoing(line.new[0].seq, HangUp(leg=LEG), unconditional=True),)
    initiated(line)
    assert line.new == ()


def test_a_target_that_is_gone_already_is_not_hung_up():
    line = calling()
    line.hang_up()
    gone(line, TargetFate.NO_ANSWER)
    initiated(line)
    assert line.new == ()
    assert line.found(TargetRang) == []


def test_the_fate_of_a_hung_up_target_is_still_written_down():
    line = calling()
    initiated(line)
    line.hang_up()
    gone(line, TargetFate.NO_ANSWER)
    assert line.found(TargetLeft) == [TargetLeft(line.now, LEG, TargetFate.NO_ANSWER)]


def test_a_budget_of_minutes_that_ends_the_ringing_ends_the_target_too():
    line = calling(limits=Limits(minutes_a_call=1), timeout_seconds=600)
    initiated(line)
    line.let_deadline_pass()
    assert [each.command for each in line.new] == [HangUp(leg=LEG), HangUp()]
    assert line.state.outcome is CallOutcome.FAILED


def test_a_target_that_appears_while_the_call_is_being_hung_up_is_hung_up():
    line = calling(limits=Limits(minutes_a_call=1), timeout_seconds=600)
    transfer = line.outgoing[-1].seq
    line.let_deadline_pass()
    initiated(line, seq=transfer)
    assert line.just_sent == [HangUp(leg=LEG)]


def test_a_conversation_that_is_told_after_the_hang_up_makes_the_call_a_transferred_one():
    line = calling()
    transfer = line.outgoing[-1].seq
    answered_at = line.tick()
    line.hang_up()
    line.feed(TargetAnswered(answered_at, "v3:talked", transfer))
    assert line.state.outcome is CallOutcome.TRANSFERRED


def test_an_answer_after_the_callers_hang_up_was_no_conversation():
    line = calling()
    transfer = line.outgoing[-1].seq
    line.hang_up()
    answered(line, seq=transfer)
    assert line.state.outcome is CallOutcome.CALLER_HUNG_UP
    assert line.just_sent == [HangUp(leg=LEG)]
