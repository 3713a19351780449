"""A gather asks, judges what came, and tells silence from a wrong entry."""

from __future__ import annotations

import pytest

from tests.engine.line import Line
from tests.engine.menus import any_entry, audio, gather, in_range, menu, on
from voicegather.engine.commands import Audio, Gather, Speech, StopGather
from voicegather.engine.events import GatherStatus
from voicegather.engine.facts import AttemptBegan, AttemptOutcome, AttemptPurpose, InputGathered
from voicegather.engine.secret import Secret
from voicegather.engine.state import Variable

VALID, INVALID = AttemptOutcome.VALID, AttemptOutcome.INVALID
NO_INPUT, ERROR = AttemptOutcome.NO_INPUT, AttemptOutcome.ERROR


def one_key(**config: object) -> Line:
    """A caller who is asked for 1 or 2."""
    return Line(menu({"ask": gather(on("1", "taken"), on("2", "taken"), **config)})).answer()


def mixed(**config: object) -> Line:
    """A caller who is asked for 1, 20 to 29 or 100 to 199: choices that differ in length."""
    edges = (on("1", "taken"), in_range("20-29", "taken"), in_range("3000-3999", "taken"))
    return Line(menu({"ask": gather(*edges, **config)})).answer()


def account(**config: object) -> Line:
    """A caller who is asked for any two to six digits."""
    return Line(
        menu({"ask": gather(any_entry("taken"), minimum_digits=2, maximum_digits=6, **config)})
    ).answer()


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


# -- early completion --------------------------------------------------------------------------


def test_a_complete_entry_stops_a_gather_that_would_wait_for_more():
    line = mixed()
    line.press("1")
    assert line.was_stopped
    assert line.state.wake_at == line.now + 4000
    line.gather_ends("1", GatherStatus.VALID)
    assert line.results == [(VALID, "1", "1", "1")]


def test_an_entry_that_could_go_on_is_not_stopped():
    line = mixed()
    line.press("30")
    assert StopGather() not in line.sent


def test_a_dead_entry_is_stopped_at_once_and_judged_wrong():
    line = mixed()
    line.press("9")
    assert line.was_stopped
    line.gather_ends("9", GatherStatus.INVALID)
    assert line.attempts == [(INVALID, "9")]


def test_the_last_possible_key_needs_no_stop():
    line = mixed()
    line.press("3000")
    assert StopGather() not in line.sent


def test_the_ending_key_needs_no_stop():
    line = account()
    line.press("12#")
    assert StopGather() not in line.sent


def test_an_attempt_is_stopped_only_once():
    line = mixed()
    line.press("1")
    line.press("2", seq=line.gather_seq)
    line.press("3")
    assert line.sent.count(StopGather()) == 1


@pytest.mark.parametrize("status", list(GatherStatus))
def test_after_our_own_stop_digits_are_the_entry_whatever_the_status(status: GatherStatus):
    line = mixed()
    line.press("25")
    assert line.was_stopped
    line.gather_ends("25", status)
    expected = AttemptOutcome.HANGUP if status is GatherStatus.CALL_HANGUP else VALID
    assert line.attempts == [(expected, "25")]


@pytest.mark.parametrize("digits", [None, ""])
@pytest.mark.parametrize("carries_stop", [True, False])
def test_after_our_own_stop_missing_digits_are_our_own_keys(digits: str | None, carries_stop: bool):
    line = mixed()
    gather = line.gather_seq
    line.press("25")
    line.gather_ends(digits, GatherStatus.CANCELLED, seq=-1 if carries_stop else gather)
    assert line.results == [(VALID, "25", "25", "20-29")]


def test_own_keys_count_in_the_order_in_which_they_were_pressed():
    line = mixed()
    late, early = line.now + 50, line.now + 20
    gather = line.gather_seq
    for key, at in (("5", late), ("2", early)):
        line.feed(_key(key, at, gather))
    line.tick(100)
    line.gather_ends(None, GatherStatus.CANCELLED)
    assert line.results == [(VALID, "25", "25", "20-29")]


def test_own_keys_end_at_the_ending_key_and_the_rest_is_typed_ahead():
    second = gather(on("7", "taken"), prompt="second")
    line = Line(menu({"ask": gather(any_entry("next")), "next": second})).answer()
    line.press("12#7")
    line.gather_ends(None, seq=line.gather_seq)
    assert line.results == [(VALID, "12", "12", "any"), (VALID, "7", "7", "7")]
    assert line.step == "taken"


def test_a_key_counts_once_however_often_it_is_told():
    line = Line(menu({"ask": gather(in_range("11-19", "taken"), any_entry("taken"))})).answer()
    event = _key("1", line.tick(), line.gather_seq)
    line.feed(event)
    line.feed(event)
    assert line.gather_seq == 2
    line.let_deadline_pass()
    assert line.results == [(VALID, "1", "1", "any")]


# -- tokens ------------------------------------------------------------------------------------


def test_the_end_of_an_older_gather_changes_nothing():
    line = one_key()
    line.stay_silent()
    before = line.state
    line.gather_ends("1", seq=2)
    assert line.step == "ask"
    assert line.new == ()
    assert line.state == before


def test_an_end_without_a_token_is_the_only_open_gathers():
    line = one_key()
    line.gather_ends("1", seq=None)
    assert line.step == "taken"


def test_a_cancelled_end_without_a_token_is_the_older_gathers():
    line = one_key()
    line.let_deadline_pass()
    assert line.state.open_gathers == (2, 3)
    line.gather_ends(None, GatherStatus.CANCELLED, seq=None)
    assert line.state.open_gathers == (3,)
    assert line.attempts == [(ERROR, None)]
    line.gather_ends("1", seq=None)
    assert line.step == "taken"


def test_an_end_without_a_token_that_is_older_than_the_last_judgement_changes_nothing():
    line = Line(
        menu({"ask": gather(on("1", "next")), "next": gather(on("1", "taken"), prompt="b")})
    ).answer()
    line.press("1")
    pressed = line.now
    line.let_deadline_pass()
    assert line.step == "next"
    line.gather_ends("1", seq=None, at=pressed + 1)
    assert line.step == "next"


def test_a_key_without_a_token_counts_from_the_last_gathers_end_on():
    line = mixed()
    line.gather_ends("", GatherStatus.TIMEOUT)
    ended = line.now
    line.feed(_key("1", ended, None))
    assert line.new == ()
    line.feed(_key("1", ended + 1, None))
    assert line.was_stopped


# -- when something is lost --------------------------------------------------------------------


def test_a_lost_end_with_keys_is_judged_by_the_deadline():
    line = account()
    line.press("1234")
    line.let_deadline_pass()
    assert line.results == [(VALID, "1234", "1234", "any")]


@pytest.mark.parametrize("keys", ["1234#", "1234#55"])
def test_a_lost_end_with_the_ending_key_among_the_keys_is_judged_without_it(keys: str):
    line = account()
    line.press(keys)
    line.let_deadline_pass()
    assert line.results == [(VALID, "1234", "1234", "any")]


def test_a_lost_end_without_keys_is_asked_again_once_and_then_fails():
    line = one_key()
    line.let_deadline_pass()
    assert line.step == "ask"
    assert line.just_sent == [line.gather]
    line.let_deadline_pass()
    assert line.step == "broken"
    assert line.attempts == [(ERROR, None), (ERROR, None)]
    assert line.results == [(ERROR, None, None, "")]


def test_an_end_after_the_second_asking_is_heard():
    line = one_key()
    line.let_deadline_pass()
    line.gather_ends("1")
    assert line.step == "taken"


def test_the_one_second_asking_is_given_anew_after_an_answer():
    line = one_key()
    line.let_deadline_pass()
    line.stay_silent()
    line.let_deadline_pass()
    assert line.step == "ask"
    assert line.attempts == [(ERROR, None), (NO_INPUT, None), (ERROR, None)]


def test_a_gather_cancelled_by_somebody_else_is_asked_again_after_a_second():
    line = one_key()
    line.gather_ends("1", GatherStatus.CANCELLED)
    assert line.step == "ask"
    assert line.new == ()
    assert line.state.wake_at == line.now + 1000
    line.let_deadline_pass()
    assert line.just_sent == [line.gather]
    line.gather_ends(None, GatherStatus.CANCELLED)
    line.let_deadline_pass()
    assert line.step == "broken"


def test_the_speech_of_a_cancelled_gather_does_not_put_off_the_deadline():
    line = one_key()
    line.gather_ends(None, GatherStatus.CANCELLED)
    soon = line.state.wake_at
    line.prompt_ends()
    assert line.state.wake_at == soon


def test_an_unknown_status_without_digits_is_left_to_the_deadline():
    line = one_key()
    line.gather_ends(None, GatherStatus.UNKNOWN)
    assert line.step == "ask"
    assert line.attempts == []
    line.let_deadline_pass()
    assert line.attempts == [(ERROR, None)]


def test_a_stop_that_is_never_answered_is_judged_by_the_deadline():
    line = mixed()
    line.press("25")
    line.let_deadline_pass()
    assert line.results == [(VALID, "25", "25", "20-29")]


def test_an_earlier_command_is_not_wanted_once_the_question_is_asked_again():
    line = one_key()
    line.let_deadline_pass()
    assert line.state.current_seq == line.gather_seq


# -- refused commands --------------------------------------------------------------------------


def test_a_refused_gather_leaves_by_failure():
    line = one_key()
    line.refuse()
    assert line.step == "broken"
    assert line.exits == ["failure"]
    assert line.attempts == [(ERROR, None)]


def test_a_refused_stop_leaves_the_judgement_to_the_deadline():
    line = mixed()
    line.press("1")
    line.refuse()
    assert line.step == "ask"
    line.let_deadline_pass()
    assert line.results == [(VALID, "1", "1", "1")]


def _key(key: str, at: int, seq: int | None):
    from voicegather.engine.events import KeyPressed

    return KeyPressed(at, Secret(key), seq)
