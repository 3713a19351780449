"""Recordings of a call: begun, known by what Telnyx tells of them, and paused for what is secret.

Telnyx names a recording only once it is saved, and tells of it with the token of whatever command
came last. Messages are recorded in one channel and calls in two, which tells them apart; of several
messages the moment at which each began does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from voicegather.engine.commands import (
    Command,
    PauseRecording,
    ResumeRecording,
    StartRecording,
    StopRecording,
)
from voicegather.engine.events import (
    CommandFailed,
    Event,
    RecordingFailed,
    RecordingSaved,
    RecordingTranscribed,
)
from voicegather.engine.facts import (
    RecordingBegan,
    RecordingLost,
    RecordingReady,
    RecordingUse,
    RecordingWritten,
)
from voicegather.engine.graph import Sensitivity, StepNode
from voicegather.engine.state import CallState, Recorded

if TYPE_CHECKING:
    from voicegather.engine.turn import Turn

#: How many recordings, and commands that steer them, a call remembers.
MOST_KNOWN = 20
#: Telnyx's clock and ours may differ by so much.
SKEW_MS = 5_000
#: Of what is recorded in so many channels.
_CHANNELS = {"single": RecordingUse.MESSAGE, "dual": RecordingUse.CALL}


def begin_recording(turn: Turn, command: StartRecording, use: RecordingUse, take: int = 1) -> int:
    """Ask for a recording; returns the number of the command."""
    seq = turn.send(command, unconditional=use is RecordingUse.CALL)
    known = (*turn.state.recordings, Recorded(seq, use, turn.now))
    turn.change(recordings=known[-MOST_KNOWN:])
    turn.record(
        RecordingBegan(turn.now, turn.state.visit, seq, use, take, command.longest_s * 1000)
    )
    return seq


def record_call(turn: Turn) -> None:
    """Record the call itself from now on, both sides; once is enough."""
    if is_recorded(turn.state):
        return
    begin_recording(turn, StartRecording(both_sides=True), RecordingUse.CALL)
    turn.change(recording_paused=0)
    if turn.step is not None:
        mind_secrets(turn, turn.step)


def stop_recording(turn: Turn) -> int:
    """End the message that is recorded; returns the number of the command.

    The call's own recording ends with it, and goes on in another.
    """
    goes_on = is_recorded(turn.state)
    seq = _stop_all(turn)
    if goes_on:
        record_call(turn)
    return seq


def is_recorded(state: CallState) -> bool:
    """Whether the call itself is recorded, for all we know."""
    return any(
        each.use is RecordingUse.CALL and not (each.over or each.stopped)
        for each in state.recordings
    )


def mind_secrets(turn: Turn, step: StepNode) -> None:
    """Pause the call's recording where `step` is secret, and go on after it."""
    state = turn.state
    is_secret = step.sensitivity is Sensitivity.SECRET
    if is_secret == bool(state.recording_paused) or not is_recorded(state):
        return
    seq = _act(turn, PauseRecording() if is_secret else ResumeRecording())
    turn.change(recording_paused=seq if is_secret else 0)


def steers_recording(state: CallState, seq: int) -> bool:
    """Whether the command only steers recordings: the caller's way does not depend on it."""
    return seq in state.recording_acts or any(
        each.seq == seq and each.use is RecordingUse.CALL for each in state.recordings
    )


def on_steering_refused(turn: Turn, event: CommandFailed) -> None:
    """What is secret is rather not recorded at all than recorded because a pause was refused."""
    if event.seq == turn.state.recording_paused:
        turn.alert(
            "recording_not_paused",
            "Telnyx did not pause a recording before a secret step: the recording was ended.",
        )
        _stop_all(turn)


def note_recording(turn: Turn, event: Event) -> Event:
    """Write down what an event tells of a recording, in every phase of the call.

    Returns the event with the number of the command that began the recording, None for one that we
    did not ask for; any other event as it is.
    """
    match event:
        case RecordingSaved():
            found = _saved(turn.state.recordings, event)
            seq = found.seq if found else None
            if found is not None:
                _keep(turn, replace(found, id=event.recording_id, over=True))
            turn.record(
                RecordingReady(
                    event.at,
                    seq,
                    event.recording_id,
                    event.address,
                    event.format,
                    event.channels,
                    event.began_at,
                    event.ended_at,
                )
            )
            return replace(event, seq=seq)
        case RecordingFailed():
            found = _failed(turn.state.recordings, event.seq)
            if found is not None:
                _lose(turn, found, event.at, event.reason)
            return replace(event, seq=found.seq if found else None)
        case RecordingTranscribed():
            seq = _named(turn.state.recordings, event.recording_id, event.seq)
            turn.record(RecordingWritten(event.at, seq, event.recording_id, event.text))
            return replace(event, seq=seq)
        case CommandFailed() if event.http_status:  # 0: it may have begun all the same.
            found = _exactly(turn.state.recordings, event.seq)
            if found is not None and not found.over:
                _lose(turn, found, event.at, f"refused {event.code}".strip())
    return event


def _saved(known: tuple[Recorded, ...], event: RecordingSaved) -> Recorded | None:
    named = next((each for each in known if each.id and each.id == event.recording_id), None)
    if named is not None:
        return named
    use = _CHANNELS.get(event.channels)
    fitting = [each for each in known if not each.over and use in (None, each.use)]
    if not event.began_at:
        return next((each for each in fitting if each.seq == event.seq), next(iter(fitting), None))
    begun = [each for each in fitting if each.began <= event.began_at + SKEW_MS]
    return min(begun, key=lambda each: abs(each.began - event.began_at), default=None)


def _failed(known: tuple[Recorded, ...], seq: int | None) -> Recorded | None:
    running = [each for each in known if not each.over]
    exact = next((each for each in running if each.seq == seq), None)
    return exact or (running[-1] if running else None)


def _named(known: tuple[Recorded, ...], name: str, seq: int | None) -> int | None:
    for each in known:
        if each.id and each.id == name:
            return each.seq
    if name:
        return None
    exact = _exactly(known, seq) if seq is not None else None
    return exact.seq if exact else None


def _exactly(known: tuple[Recorded, ...], seq: int) -> Recorded | None:
    return next((each for each in known if each.seq == seq), None)


def _lose(turn: Turn, found: Recorded, at: int, reason: str) -> None:
    _keep(turn, replace(found, over=True))
    turn.record(RecordingLost(at, found.seq, reason))


def _keep(turn: Turn, changed: Recorded) -> None:
    known = turn.state.recordings
    turn.change(recordings=tuple(changed if each.seq == changed.seq else each for each in known))


def _stop_all(turn: Turn) -> int:
    stopped = tuple(replace(each, stopped=True) for each in turn.state.recordings)
    turn.change(recordings=stopped, recording_paused=0)
    return _act(turn, StopRecording())


def _act(turn: Turn, command: Command) -> int:
    seq = turn.send(command, unconditional=True)
    turn.change(recording_acts=(*turn.state.recording_acts, seq)[-MOST_KNOWN:])
    return seq
