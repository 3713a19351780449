"""Recordings: what ends them, what is kept of them, and what callers make of them afterwards."""

from __future__ import annotations

import pytest

from tests.engine.line import Line
from tests.engine.menus import any_entry, by, gather, menu, step, text
from voicegather.engine.commands import (
    Audio,
    Gather,
    HangUp,
    PauseRecording,
    Play,
    ResumeRecording,
    StartRecording,
    StopPlaying,
    StopRecording,
)
from voicegather.engine.events import (
    CommandFailed,
    Event,
    PromptFate,
    RecordingFailed,
    RecordingSaved,
    RecordingTranscribed,
)
from voicegather.engine.facts import (
    AlertRaised,
    AttemptOutcome,
    ConsentAnswered,
    InputGathered,
    RecordingBegan,
    RecordingLost,
    RecordingReady,
    RecordingReplaced,
    RecordingUse,
    RecordingWritten,
)
from voicegather.engine.secret import Secret

VALID, NO_INPUT, HANGUP = AttemptOutcome.VALID, AttemptOutcome.NO_INPUT, AttemptOutcome.HANGUP
ADDRESS = "https://recordings.example.com/one.mp3?signature=plainly-fake"
PROMPTS = {"say": text("Say your name."), "review": text("1 keep, 2 listen, 3 again.")}


def recorder(sensitivity: str = "normal", **config: object) -> dict[str, object]:
    return step(
        "record",
        *(by(each, each) for each in ("done", "no_input", "failure", "no_consent")),
        sensitivity=sensitivity,
        **{"prompt": "say", **config},
    )


ENDS = {
    each: step("hangup", prompt=f"bye_{each}")
    for each in ("done", "no_input", "failure", "no_consent")
}


def asked(**config: object) -> Line:
    """A caller who hears the prompt."""
    return Line(menu({"name": recorder(**config), **ENDS}, PROMPTS)).answer()


def recording(**config: object) -> Line:
    """A caller who is recorded."""
    line = asked(**config)
    line.prompt_ends()
    return line


def begun(line: Line) -> RecordingBegan:
    return line.found(RecordingBegan)[-1]


def saved(line: Line, seconds: int = 7, *, name: str = "rec-1", channels: str = "single") -> None:
    """Telnyx saves the newest recording, with the token of whatever command came last."""
    began = begun(line).at
    line.feed(
        RecordingSaved(
            line.tick(),
            name,
            Secret(ADDRESS),
            "mp3",
            channels,
            began + 300,
            began + 300 + seconds * 1000,
            line.outgoing[-1].seq,
        )
    )


def results(line: Line) -> list[tuple[AttemptOutcome, str | None]]:
    found = line.found(InputGathered)
    return [(each.outcome, each.value.reveal() if each.value else None) for each in found]


def test_after_the_prompt_the_caller_is_recorded_as_the_step_says():
    line = asked(silence_s=3, longest_s=60, beep=False, transcribe=True)
    assert isinstance(line.last, Play)
    line.prompt_ends()
    assert line.last == StartRecording(
        beep=False, silence_s=3, longest_s=60, transcribe=True, language="en"
    )
    assert line.state.wake_at == line.now + 72_000
    assert (begun(line).use, begun(line).take) == (RecordingUse.MESSAGE, 1)


def test_silence_or_the_longest_length_ends_it_and_its_length_is_the_result():
    line = recording()
    saved(line, seconds=7)
    assert results(line) == [(VALID, "7")]
    assert line.exits == ["done"]
    (ready,) = line.found(RecordingReady)
    assert (ready.seq, ready.recording_id, ready.channels) == (begun(line).seq, "rec-1", "single")
    assert ready.address.reveal() == ADDRESS
    assert ADDRESS not in repr(line.facts)


def test_the_ending_key_ends_it_and_other_keys_do_not():
    line = recording()
    line.press("5")
    assert isinstance(line.last, StartRecording)
    line.tick(3_000)
    line.press("#")
    assert isinstance(line.last, StopRecording)
    assert line.exits == []
    saved(line, seconds=3)
    assert results(line) == [(VALID, "3")]


def test_the_ending_key_skips_the_prompt():
    line = asked()
    line.press("#")
    assert [type(each.command) for each in line.new] == [StopPlaying, StartRecording]
    line.prompt_ends(PromptFate.INTERRUPTED)
    assert line.found(RecordingBegan) == [begun(line)]


def test_where_telnyx_does_not_say_in_time_that_it_is_saved_our_clock_decides():
    line = recording()
    line.tick(4_000)
    line.press("#")
    line.let_deadline_pass()
    assert results(line) == [(VALID, "4")]
    assert line.exits == ["done"]


@pytest.mark.parametrize("seconds", [0, 1])
def test_what_is_too_short_is_nothing(seconds: int):
    line = recording(shortest_s=2)
    saved(line, seconds=seconds)
    assert results(line) == [(NO_INPUT, None)]
    assert line.exits == ["no_input"]


@pytest.mark.parametrize("event", [RecordingFailed, CommandFailed])
def test_a_recording_that_fails_leaves_by_failure(event: type[Event]):
    line = recording()
    if event is RecordingFailed:
        line.feed(RecordingFailed(line.tick(), "Internal server error", line.outgoing[-1].seq))
    else:
        line.refuse()
    assert line.exits == ["failure"]
    assert [each.seq for each in line.found(RecordingLost)] == [begun(line).seq]


def test_a_recording_of_which_nothing_is_heard_is_ended_and_leaves_by_failure():
    line = recording()
    line.let_deadline_pass()
    assert isinstance(line.last, StopRecording)
    line.let_deadline_pass()
    assert line.exits == ["failure"]


def test_who_hangs_up_has_left_a_message():
    line = recording()
    line.tick(9_000)
    line.hang_up()
    assert results(line)[-1][0] is VALID
    saved(line, seconds=8)
    assert results(line)[-1] == (VALID, "8")
    assert line.found(RecordingReady)[-1].seq == begun(line).seq


def test_who_hangs_up_at_once_has_left_none():
    line = recording()
    line.hang_up()
    saved(line, seconds=0)
    assert {each for each, _ in results(line)} == {HANGUP}


def test_who_hangs_up_during_the_prompt_was_never_recorded():
    line = asked()
    line.hang_up()
    assert results(line) == [(HANGUP, None)]
    assert line.found(RecordingBegan) == []


# -- the review ----------------------------------------------------------------------------------


def reviewed(**config: object) -> Line:
    """A caller who is asked what shall become of seven seconds."""
    line = recording(review_prompt="review", **config)
    saved(line)
    assert isinstance(line.last, Gather)
    return line


def test_the_caller_keeps_it():
    line = reviewed()
    assert results(line) == []
    line.gather_ends("1")
    assert results(line) == [(VALID, "7")]
    assert line.exits == ["done"]


def test_the_caller_listens_to_it_and_is_asked_again():
    line = reviewed()
    line.gather_ends("2")
    assert line.last == Play(Audio(url=ADDRESS, duration_ms=7_000))
    line.prompt_ends()
    assert isinstance(line.last, Gather)
    line.gather_ends("1")
    assert line.exits == ["done"]


def test_a_key_while_listening_is_an_answer():
    line = reviewed()
    line.gather_ends("2")
    line.press("1")
    assert isinstance(line.new[0].command, StopPlaying)
    assert line.exits == ["done"]


def test_who_wants_to_listen_waits_until_it_is_saved():
    line = recording(review_prompt="review")
    line.tick(6_000)
    line.press("#")
    line.let_deadline_pass()
    line.gather_ends("2")
    assert isinstance(line.last, Gather)
    saved(line)
    assert isinstance(line.last, Play)


def test_an_address_that_telnyx_would_not_play_is_not_played():
    line = recording(review_prompt="review")
    began = begun(line).at
    long = Secret("https://recordings.example.com/" + "x" * 2_000)
    line.feed(RecordingSaved(line.tick(), "r", long, "mp3", "single", began, began + 5_000))
    line.gather_ends("2")
    assert isinstance(line.last, Gather)


def test_the_caller_records_again_as_often_as_the_step_allows():
    line = reviewed(most_takes=2)
    line.gather_ends("3")
    assert line.found(RecordingReplaced) == [RecordingReplaced(line.now, begun(line).seq, False)]
    line.prompt_ends()
    assert begun(line).take == 2
    saved(line, seconds=4, name="rec-2")
    line.gather_ends("3")
    assert begun(line).take == 2
    line.gather_ends("1")
    assert results(line) == [(VALID, "4")]
    assert [each.seq for each in line.found(RecordingReady)] == [
        each.seq for each in line.found(RecordingBegan)
    ]


def test_the_word_of_an_earlier_take_that_comes_late_is_of_that_take():
    line = recording(review_prompt="review")
    first = begun(line)
    line.tick(6_000)
    line.press("#")
    line.let_deadline_pass()
    line.gather_ends("3")
    line.prompt_ends()
    second = begun(line)
    assert second.seq != first.seq
    line.tick(20_000)
    line.feed(
        RecordingSaved(
            line.now, "late", Secret(ADDRESS), "mp3", "single", first.at + 100, first.at + 6_000
        )
    )
    assert [each.seq for each in line.found(RecordingReady)] == [first.seq]
    assert line.exits == []


@pytest.mark.parametrize("answer", ["", "9"])
def test_who_does_not_answer_has_kept_it(answer: str):
    line = reviewed()
    for _ in range(3):
        line.gather_ends(answer)
    assert results(line) == [(VALID, "7")]


def test_who_hangs_up_at_the_review_has_kept_it():
    line = reviewed()
    line.hang_up()
    assert results(line) == [(VALID, "7")]


# -- consent, transcripts, and recordings that nobody asked for ----------------------------------


def test_consent_comes_first():
    line = asked(consent_prompt="review")
    assert isinstance(line.last, Gather)
    line.gather_ends("2")
    assert line.exits == ["no_consent"]
    line = asked(consent_prompt="review")
    line.gather_ends("1")
    assert [each.given for each in line.found(ConsentAnswered)] == [True]
    assert isinstance(line.last, Play)


def test_a_transcript_is_of_the_recording_that_it_names():
    line = recording()
    saved(line)
    line.hang_up()
    line.feed(RecordingTranscribed(line.tick(), "rec-1", Secret("Ada Lovelace")))
    (written,) = line.found(RecordingWritten)
    assert (written.seq, written.text.reveal()) == (begun(line).seq, "Ada Lovelace")


def test_a_recording_that_nobody_asked_for_is_told_of_all_the_same():
    line = asked()
    line.feed(RecordingSaved(line.tick(), "own", Secret(ADDRESS), "mp3", "dual", 5, 10, 2))
    assert [each.seq for each in line.found(RecordingReady)] == [None]
    assert line.exits == []


# -- the call itself -----------------------------------------------------------------------------


def recorded_call(*, last: dict[str, object] | None = None) -> Line:
    steps = {
        "all": step("record", by("done", "pin"), records="call"),
        "pin": gather(any_entry("last"), sensitivity="secret"),
        "last": last or gather(any_entry("last")),
        **ENDS,
    }
    return Line(menu(steps, PROMPTS)).answer()


def test_a_call_is_recorded_from_the_step_on_and_pauses_for_what_is_secret():
    line = recorded_call()
    kinds = [type(each.command) for each in line.new]
    assert kinds == [StartRecording, PauseRecording, Gather]
    assert [each.unconditional for each in line.new] == [True, True, False]
    assert line.new[0].command == StartRecording(both_sides=True)
    line.gather_ends("4711")
    assert [type(each.command) for each in line.new] == [ResumeRecording, Gather]


def test_a_recording_that_cannot_be_paused_is_ended_rather():
    line = recorded_call()
    pause = next(each for each in line.new if isinstance(each.command, PauseRecording))
    line.refuse(seq=pause.seq)
    assert isinstance(line.last, StopRecording)
    assert [each.code for each in line.found(AlertRaised)] == ["recording_not_paused"]
    line.gather_ends("4711", seq=pause.seq + 1)
    assert isinstance(line.last, Gather)
    assert not line.is_over


def test_a_call_goes_on_where_its_recording_is_refused():
    line = recorded_call()
    start = line.new[0].seq
    line.refuse(seq=start)
    line.refuse(seq=start + 1)
    line.gather_ends("4711", seq=start + 2)
    assert isinstance(line.last, Gather)
    assert not any(isinstance(each.command, HangUp) for each in line.outgoing)


def test_the_calls_recording_goes_on_in_another_after_a_message():
    line = recorded_call(last=recorder())
    line.gather_ends("4711")
    line.prompt_ends()
    line.tick(2_000)
    line.press("#")
    assert [type(each.command) for each in line.new] == [StopRecording, StartRecording]
    uses = [each.use for each in line.found(RecordingBegan)]
    assert uses == [RecordingUse.CALL, RecordingUse.MESSAGE, RecordingUse.CALL]
    first, message, _ = line.found(RecordingBegan)
    line.feed(
        RecordingSaved(
            line.tick(), "call", Secret(ADDRESS), "mp3", "dual", first.at + 100, line.now
        )
    )
    line.feed(
        RecordingSaved(
            line.tick(), "mine", Secret(ADDRESS), "mp3", "single", message.at + 9, line.now
        )
    )
    assert [each.seq for each in line.found(RecordingReady)] == [first.seq, message.seq]
    assert line.exits[-1] == "done"
