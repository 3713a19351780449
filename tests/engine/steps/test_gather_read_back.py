"""A read-back repeats the entry and has it confirmed."""

from __future__ import annotations

from tests.engine.line import Line
from tests.engine.menus import any_entry, gather, menu, on, text, wish
from voicegather.engine.events import GatherStatus
from voicegather.engine.facts import AttemptBegan, AttemptOutcome, AttemptPurpose

VALID, INVALID, NO_INPUT = AttemptOutcome.VALID, AttemptOutcome.INVALID, AttemptOutcome.NO_INPUT


def entered(*edges: dict, digits: str = "1234", **config: object) -> Line:
    """A caller who has entered four digits and hears them read back."""
    ask = gather(
        any_entry("taken"),
        *edges,
        maximum_digits=6,
        read_back="is_it",
        invalid_prompts=["bad"],
        no_input_prompts=["quiet"],
        **config,
    )
    line = Line(
        menu(
            {"ask": ask, "again": gather(on("1", "taken"))},
            {"is_it": text("Is it {{ entry|digits }}?")},
        )
    ).answer()
    line.gather_ends(digits)
    return line


def test_the_entry_is_read_back_digit_by_digit():
    line = entered()
    assert line.said == "Is it 1, 2, 3, 4?"
    assert line.gather.maximum_digits == 1
    assert line.gather.terminator == ""
    assert line.attempts == [(VALID, "1234")]
    assert line.results == []
    assert [each.purpose for each in line.found(AttemptBegan)] == [
        AttemptPurpose.ENTRY,
        AttemptPurpose.CONFIRMATION,
    ]


def test_confirming_takes_the_entry():
    line = entered()
    line.gather_ends("1")
    assert line.step == "taken"
    assert line.results == [(VALID, "1234", "1234", "any")]
    assert line.state.variables["ask"].value.reveal() == "1234"


def test_keys_of_ones_own_choosing_confirm_and_reject():
    line = entered(confirm_key="9", reenter_key="8")
    line.gather_ends("8")
    assert line.said == "<question>"
    line.gather_ends("55")
    line.gather_ends("9")
    assert line.results == [(VALID, "55", "55", "any")]


def test_entering_again_asks_the_question_and_counts_as_a_wrong_entry():
    line = entered(invalid_limit=2)
    line.gather_ends("2")
    assert line.said == "<question>"
    assert line.found(AttemptBegan)[-1].purpose is AttemptPurpose.ENTRY
    line.gather_ends("5678")
    line.gather_ends("2")
    assert line.step == "wrong"
    assert line.results == [(INVALID, "5678", None, "")]


def test_a_wrong_key_repeats_the_read_back():
    line = entered()
    line.gather_ends("7")
    assert line.said == "Is it 1, 2, 3, 4?"
    line.gather_ends("1")
    assert line.results == [(VALID, "1234", "1234", "any")]


def test_wrong_keys_at_the_read_back_leave_by_invalid_with_the_entry_kept():
    line = entered(invalid_limit=2)
    line.gather_ends("7")
    line.gather_ends("7")
    assert line.step == "wrong"
    assert line.results == [(INVALID, "1234", None, "")]


def test_silence_repeats_the_read_back_and_then_leaves_by_no_input():
    line = entered(no_input_limit=2)
    line.stay_silent()
    assert line.said == "Is it 1, 2, 3, 4?"
    line.stay_silent()
    assert line.step == "silent"
    assert line.results == [(NO_INPUT, "1234", None, "")]


def test_a_global_choice_is_not_read_back():
    line = entered(wish("0", target="again"), digits="0")
    assert line.step == "again"
    assert line.results == [(VALID, "0", None, "0")]


def test_a_global_choice_works_at_the_read_back():
    line = entered(wish("0", target="again"))
    line.gather_ends("0")
    assert line.step == "again"
    assert line.results == [(VALID, "0", None, "0")]


def test_the_keys_of_the_read_back_win_over_global_choices():
    line = entered(wish("1", target="again"))
    line.gather_ends("1")
    assert line.step == "taken"


def test_the_read_back_cannot_be_answered_ahead():
    line = entered(digits="12")
    assert line.said == "Is it 1, 2?"
    line.press("1", seq=2)
    assert line.new == ()
    line.gather_ends("1")
    assert line.step == "taken"


def test_an_end_lost_at_the_read_back_is_asked_again_there():
    line = entered()
    line.let_deadline_pass()
    assert line.said == "Is it 1, 2, 3, 4?"
    line.gather_ends("1")
    assert line.results == [(VALID, "1234", "1234", "any")]


def test_a_hang_up_at_the_read_back_keeps_the_entry_without_a_value():
    line = entered()
    line.hang_up()
    assert line.attempts[-1] == (AttemptOutcome.HANGUP, None)
    assert line.results == [(AttemptOutcome.HANGUP, "1234", None, "")]


def test_a_confirmation_that_is_told_after_the_hang_up_takes_the_entry():
    line = entered()
    line.hang_up()
    line.gather_ends("1", GatherStatus.VALID)
    assert line.attempts[-1] == (VALID, "1")
    assert line.results[-1] == (VALID, "1234", "1234", "any")


def test_another_key_that_is_told_after_the_hang_up_does_not():
    line = entered()
    line.hang_up()
    line.gather_ends("2", GatherStatus.VALID)
    assert line.results[-1] == (AttemptOutcome.HANGUP, "1234", None, "")
