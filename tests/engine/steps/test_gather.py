"""A gather asks, judges what came, and tells silence from a wrong entry."""

from __future__ import annotations

import pytest

from tests.engine.line import Line
from tests.engine.menus import any_entry, audio, gather, menu, on
from tests.engine.steps.questions import account, mixed, one_key
from voicegather.engine.commands import Audio, Gather, Speech
from voicegather.engine.events import GatherStatus
from voicegather.engine.facts import AttemptBegan, AttemptOutcome, AttemptPurpose, InputGathered
from voicegather.engine.secret import Secret
from voicegather.engine.state import Variable

VALID, INVALID = AttemptOutcome.VALID, AttemptOutcome.INVALID
NO_INPUT, ERROR = AttemptOutcome.NO_INPUT, AttemptOutcome.ERROR


# -- asking ------------------------------------------------------------------------------------


def test_a_text_prompt_becomes_one_gather_that_speaks():
    line = one_key(first_digit_timeout_ms=4000, inter_digit_timeout_ms=2000)
    assert line.last == Gather(
        prompt=Speech(text="<question>", voice="AWS.Polly.Joanna-Neural"),
        maximum_digits=1,
        terminator="",
        first_digit_timeout_ms=4000,
        inter_digit_timeout_ms=2000,
        minimum_digits=1,
    )


def test_an_audio_prompt_becomes_one_gather_that_plays():
    line = Line(
        menu(
            {"ask": gather(on("1", "taken"))}, {"question": audio("https://cdn.example.com/q.mp3")}
        )
    ).answer()
    assert line.gather.prompt == Audio(url="https://cdn.example.com/q.mp3")


def test_a_gather_without_a_prompt_only_listens():
    line = one_key(prompt="")
    assert line.gather.prompt is None
    assert line.gather.first_digit_timeout_ms == 5000


def test_a_prompt_that_renders_to_nothing_is_not_spoken():
    line = Line(
        menu(
            {"ask": gather(on("1", "taken"))},
            {"question": {"kind": "text", "text": " {{ unheard_of }} ", "voice": "v"}},
        )
    ).answer()
    assert line.gather.prompt is None


def test_the_most_digits_follow_from_the_longest_choice():
    assert mixed().gather.maximum_digits == 4
    assert mixed().gather.terminator == "#"
    assert account(terminator="*").gather.maximum_digits == 6
    assert account(terminator="*").gather.terminator == "*"


def test_a_deadline_covers_prompt_timeouts_and_slack():
    line = account(first_digit_timeout_ms=5000, inter_digit_timeout_ms=3000)
    assert line.state.wake_at is not None
    # 1000 + 10 characters at 11 a second, then 5 s, five times 3 s, and 8 s of slack.
    assert line.state.wake_at - line.now == 1000 + 909 + 5000 + 5 * 3000 + 8000


def test_the_end_of_the_prompt_brings_the_deadline_near():
    line = one_key(first_digit_timeout_ms=5000)
    line.prompt_ends()
    assert line.state.wake_at == line.now + 5000 + 8000


def test_a_prompt_cut_short_by_a_key_does_not_move_the_deadline():
    line = account(inter_digit_timeout_ms=3000)
    line.press("7")
    after_key = line.state.wake_at
    assert after_key == line.now + 5 * 3000 + 8000
    line.prompt_ends(seq=line.gather_seq)
    assert line.state.wake_at == after_key


def test_the_end_of_an_older_prompt_does_not_move_the_deadline():
    line = one_key()
    line.stay_silent()
    deadline = line.state.wake_at
    line.prompt_ends(seq=line.gather_seq - 1)
    assert line.state.wake_at == deadline


# -- a valid entry -----------------------------------------------------------------------------


def test_a_valid_key_leaves_by_its_choice():
    line = one_key()
    line.gather_ends("2")
    assert line.step == "taken"
    assert line.exits == ["2"]
    assert line.attempts == [(VALID, "2")]
    assert line.results == [(VALID, "2", "2", "2")]


def test_an_entry_is_kept_as_a_variable_under_its_own_name():
    line = account(variable="account_number")
    line.gather_ends("1234")
    assert line.state.variables == {"account_number": Variable(Secret("1234"))}


def test_an_entry_without_a_name_is_kept_under_the_step_key():
    line = account()
    line.gather_ends("1234")
    assert line.state.variables == {"ask": Variable(Secret("1234"))}


def test_the_ledger_names_the_range_that_was_taken():
    line = mixed()
    line.gather_ends("25")
    assert line.results == [(VALID, "25", "25", "20-29")]


def test_an_attempt_is_in_the_ledger_from_its_beginning():
    line = one_key()
    assert line.found(AttemptBegan) == [
        AttemptBegan(line.now, 1, 1, AttemptPurpose.ENTRY, 2, "question")
    ]


@pytest.mark.parametrize("status", list(GatherStatus))
def test_a_status_never_turns_a_given_entry_into_silence(status: GatherStatus):
    if status in (GatherStatus.CANCELLED, GatherStatus.CALL_HANGUP):
        line = one_key()
        line.gather_ends("2", status)
        assert line.step == "ask"
        return
    line = one_key()
    line.gather_ends("2", status)
    assert line.results == [(VALID, "2", "2", "2")]


# -- the ending key ----------------------------------------------------------------------------


@pytest.mark.parametrize("digits", ["1234", "1234#"])
def test_the_ending_key_is_stripped_whether_or_not_telnyx_includes_it(digits: str):
    line = account()
    line.gather_ends(digits)
    assert line.results == [(VALID, "1234", "1234", "any")]


@pytest.mark.parametrize(("digits", "status"), [("#", "valid"), ("", "valid"), (None, "valid")])
def test_a_lone_ending_key_is_a_wrong_entry_and_not_silence(digits: str | None, status: str):
    line = account()
    line.gather_ends(digits, GatherStatus(status))
    assert line.attempts == [(INVALID, "#")]


@pytest.mark.parametrize("digits", ["#", "", None])
def test_a_lone_ending_key_takes_a_choice_of_that_key(digits: str | None):
    line = Line(menu({"ask": gather(any_entry("taken"), on("#", "wrong"))})).answer()
    line.gather_ends(digits)
    assert line.step == "wrong"
    assert line.results == [(VALID, "#", "#", "#")]


def test_a_choice_of_the_ending_key_among_single_keys_needs_no_ending_key():
    line = Line(menu({"ask": gather(on("1", "taken"), on("#", "wrong"))})).answer()
    assert line.gather.terminator == ""
    line.gather_ends("#")
    assert line.step == "wrong"


def test_another_ending_key_leaves_the_hash_as_data():
    line = Line(menu({"ask": gather(on("#1", "taken"), terminator="*")})).answer()
    line.gather_ends("#1*")
    assert line.step == "taken"


# -- silence and wrong entries -----------------------------------------------------------------


def test_silence_and_wrong_entries_have_counters_of_their_own():
    line = one_key(no_input_limit=2, invalid_limit=2)
    line.stay_silent()
    line.gather_ends("9")
    assert line.step == "ask"
    line.stay_silent()
    assert line.step == "silent"
    assert line.exits == ["no_input"]
    assert line.attempts == [(NO_INPUT, None), (INVALID, "9"), (NO_INPUT, None)]
    assert line.results == [(NO_INPUT, None, None, "")]


def test_wrong_entries_leave_by_invalid_with_the_last_one_kept():
    line = one_key(invalid_limit=2)
    line.gather_ends("9")
    line.gather_ends("8")
    assert line.step == "wrong"
    assert line.results == [(INVALID, "8", None, "")]


@pytest.mark.parametrize(
    ("digits", "status"),
    [("", "invalid"), (None, "invalid"), ("", "timeout"), (None, "timeout")],
)
def test_every_form_of_no_digits_is_silence(digits: str | None, status: str):
    line = one_key()
    line.gather_ends(digits, GatherStatus(status))
    assert line.attempts == [(NO_INPUT, None)]


def test_valid_without_digits_and_without_an_ending_key_is_silence():
    line = one_key()
    line.gather_ends("", GatherStatus.VALID)
    assert line.attempts == [(NO_INPUT, None)]


def test_prompts_taper_by_kind_and_the_last_repeats():
    line = one_key(
        no_input_prompts=["quiet_1", "quiet_2"],
        invalid_prompts=["bad_1"],
        no_input_limit=4,
        invalid_limit=3,
    )
    line.stay_silent()
    line.gather_ends("9")
    line.stay_silent()
    line.gather_ends("9")
    line.stay_silent()
    assert line.asked == ["question", "quiet_1", "bad_1", "quiet_2", "bad_1", "quiet_2"]


def test_without_prompts_of_its_own_a_repetition_asks_the_question_again():
    line = one_key()
    line.stay_silent()
    line.gather_ends("9")
    assert line.asked == ["question", "question", "question"]


def test_every_attempt_is_one_gather():
    line = one_key()
    line.stay_silent()
    line.gather_ends("9")
    line.gather_ends("1")
    assert [each for each in line.sent if isinstance(each, Gather)] == [line.gather] * 3
    assert [each.attempt for each in line.found(AttemptBegan)] == [1, 2, 3]
    assert len({each.seq for each in line.found(AttemptBegan)}) == 3


def test_the_last_timeout_is_in_the_ledger_too():
    line = one_key(no_input_limit=1)
    line.stay_silent()
    assert line.attempts == [(NO_INPUT, None)]
    assert line.found(InputGathered)[0].outcome is NO_INPUT


def test_too_few_digits_are_a_wrong_entry():
    line = account()
    line.gather_ends("1")
    assert line.attempts == [(INVALID, "1")]


def test_a_letter_key_is_a_wrong_entry():
    line = mixed()
    line.press("A")
    assert line.was_stopped
    line.gather_ends("A", GatherStatus.CANCELLED)
    assert line.attempts == [(INVALID, "A")]
