"""Stored calls in steps that record go on, and a stored menu that records is read as it was.

Never edit a golden file.
"""

from __future__ import annotations

import pytest

from tests.engine.line import Line
from tests.engine.test_golden import stored, stored_menu
from voicegather.engine.codec import to_json
from voicegather.engine.commands import Gather, StartRecording, StopPlaying, StopRecording
from voicegather.engine.events import RecordingSaved
from voicegather.engine.facts import (
    AttemptOutcome,
    ConsentAnswered,
    InputGathered,
    RecordingReady,
)
from voicegather.engine.secret import Secret
from voicegather.engine.state import CallState
from voicegather.engine.steps.record_settings import Recorded

VALID = AttemptOutcome.VALID
NAMES = ["consent", "saving", "review", "listening"]


def resumed(name: str) -> Line:
    """The stored call, two seconds after its last event."""
    state = CallState.load(stored(f"format_1_call_{name}"))
    line = Line(stored_menu("record"), state=state)
    line.tick(state.keys_counted_to - line.now + 2_000 if state.keys_counted_to else 2_000)
    return line


def saved(line: Line, began: int, seconds: int) -> None:
    ended = began + seconds * 1000
    line.feed(RecordingSaved(line.tick(), "rec-9", Secret(""), "mp3", "single", began, ended))


def results(line: Line) -> list[tuple[AttemptOutcome, str | None]]:
    found = line.found(InputGathered)
    return [(each.outcome, each.value.reveal() if each.value else None) for each in found]


def test_a_stored_menu_records_as_it_did():
    steps = stored_menu("record").steps
    whole, message = steps["whole"].settings, steps["message"].settings
    assert (whole.records, whole.consent_prompt, whole.consent_key) == (
        Recorded.CALL,
        "consent",
        "9",
    )
    assert (message.ending_key, message.silence_s, message.longest_s) == ("*", 3, 60)
    assert (message.keep_key, message.listen_key, message.again_key) == ("4", "5", "6")
    assert (message.most_takes, message.keep_takes, message.variable) == (2, True, "seconds")


def test_a_stored_menu_is_written_as_it_was_read():
    assert to_json(stored_menu("record")) == stored("format_1_menu_record")


@pytest.mark.parametrize("name", ["record", *(f"record_{each}" for each in NAMES)])
def test_every_stored_call_goes_on_by_its_deadline(name: str):
    line = resumed(name)
    line.let_deadline_pass()
    assert line.new != ()


def test_a_stored_consent_is_given_and_the_call_recorded():
    line = resumed("record_consent")
    line.gather_ends("9", seq=2)
    assert [each.given for each in line.found(ConsentAnswered)] == [True]
    assert line.step == "message"
    assert line.new[0].command == StartRecording(both_sides=True)


def test_a_stored_message_is_ended_by_its_key():
    line = resumed("record")
    line.press("*", seq=5)
    assert [type(each.command) for each in line.new] == [StopRecording, StartRecording]
    saved(line, line.now - 2_000, 2)
    assert isinstance(line.last, Gather)


def test_a_stored_message_is_told_of_when_it_is_saved():
    line = resumed("record_saving")
    saved(line, 1_767_225_600_340, 5)
    assert [(each.seq, each.recording_id) for each in line.found(RecordingReady)] == [(5, "rec-9")]
    assert isinstance(line.last, Gather)
    line.gather_ends("4")
    assert results(line) == [(VALID, "5")]
    assert line.said == "Thank you: 5 seconds."


def test_a_stored_review_allows_no_more_takes_than_it_did():
    line = resumed("record_review")
    line.gather_ends("6", seq=13)
    assert line.attempts == [(AttemptOutcome.INVALID, "6")]
    line.gather_ends("4")
    assert results(line) == [(VALID, "8")]


def test_a_stored_caller_who_listens_keeps_what_is_heard():
    line = resumed("record_listening")
    line.press("4", seq=14)
    assert isinstance(line.new[0].command, StopPlaying)
    assert results(line) == [(VALID, "8")]
    assert line.said == "Thank you: 8 seconds."


def test_a_stored_call_that_is_over_learns_how_long_its_message_became():
    line = resumed("record_hung_up")
    saved(line, 1_767_225_600_340, 3)
    assert results(line) == [(VALID, "3")]
