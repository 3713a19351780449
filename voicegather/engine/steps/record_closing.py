"""A recording cut off by the call's end or by staff: what was recorded until then is kept."""

from __future__ import annotations

from dataclasses import replace

from voicegather.engine.facts import AttemptOutcome
from voicegather.engine.graph import StepNode
from voicegather.engine.recordings import stop_recording
from voicegather.engine.steps.attribution import stop_listening
from voicegather.engine.steps.consent import drop_consent
from voicegather.engine.steps.playing import stop_prompt
from voicegather.engine.steps.record_progress import (
    Recording,
    Stage,
    is_too_short,
    note_recorded,
)
from voicegather.engine.steps.record_review import note_answer
from voicegather.engine.steps.record_settings import Recorded
from voicegather.engine.turn import Turn


def close_recording(turn: Turn, step: StepNode, recording: Recording) -> None:
    """The call ended: write down what there is, if it is long enough."""
    turn.change(progress=replace(recording, closed=True))
    if step.settings.records is Recorded.CALL:
        return
    if recording.seq and not is_too_short(step, recording):
        note_recorded(turn, AttemptOutcome.VALID, recording)
    else:
        note_recorded(turn, AttemptOutcome.HANGUP)


def drop_recording(turn: Turn, recording: Recording, outcome: AttemptOutcome) -> None:
    """The step ends unfinished: write down what was asked last, and what was recorded."""
    drop_question(turn, recording, outcome)
    if recording.seq:
        note_recorded(turn, outcome, recording if recording.milliseconds else None)


def drop_question(turn: Turn, recording: Recording, outcome: AttemptOutcome) -> None:
    """Nobody answers the question that runs, if one does."""
    if recording.consenting is not None:
        drop_consent(turn, recording.consenting, outcome)
    if recording.stage is Stage.REVIEW:
        note_answer(turn, recording, outcome)


def silence(turn: Turn, recording: Recording) -> None:
    """End whatever runs at Telnyx for the step."""
    if recording.stage is Stage.RECORDING:
        stop_recording(turn)
    stop_prompt(turn, recording.playing)
    if recording.asking is not None:
        stop_listening(turn, recording.asking)
    if recording.consenting is not None:
        stop_listening(turn, recording.consenting.asking)
