"""A recording under way in a step: where it stands, and what it comes to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from voicegather.engine.events import RecordingSaved
from voicegather.engine.facts import AttemptOutcome, InputGathered
from voicegather.engine.graph import StepNode
from voicegather.engine.secret import Secret
from voicegather.engine.steps.asking import Asking
from voicegather.engine.steps.consent import Consenting
from voicegather.engine.steps.playing import Playing
from voicegather.engine.turn import Turn

#: The field under which a recording is kept; its value is its length in whole seconds.
FIELD = "recording"


class Stage(StrEnum):
    """What a visit waits for."""

    CONSENT = "consent"
    PROMPT = "prompt"
    RECORDING = "recording"
    #: It is over for the caller; Telnyx has not said how long it became.
    SAVING = "saving"
    REVIEW = "review"
    LISTENING = "listening"


@dataclass(frozen=True, slots=True)
class Recording:
    """What a visit remembers. Moments in milliseconds UTC."""

    stage: Stage = Stage.PROMPT
    consenting: Consenting | None = None
    playing: Playing | None = None
    asking: Asking | None = None
    #: The number of the command that began the take, of the one that ended it, and which take.
    seq: int = 0
    stop_seq: int = 0
    take: int = 0
    began: int = 0
    #: How long the take is; where Telnyx has not said so, by our own clock.
    milliseconds: int = 0
    told: bool = False
    address: Secret | None = None
    #: Attempts of this visit so far, those at consent included.
    attempt: int = 0
    #: Whether the result is written down as ended by the call's end.
    closed: bool = False


def with_length(recording: Recording, event: RecordingSaved) -> Recording:
    """As Telnyx tells it; without its moments, from when we asked to when it was saved."""
    if event.began_at and event.ended_at:
        length = event.ended_at - event.began_at
    else:
        length = recording.milliseconds or event.at - recording.began
    return replace(recording, milliseconds=max(0, length), told=True, address=event.address or None)


def is_too_short(step: StepNode, recording: Recording) -> bool:
    shortest: int = step.settings.shortest_s
    return recording.milliseconds < shortest * 1000


def seconds_of(recording: Recording) -> Secret:
    """Its length in whole seconds, at least 1: there is something."""
    return Secret(str(max(1, round(recording.milliseconds / 1000))))


def note_recorded(turn: Turn, outcome: AttemptOutcome, recording: Recording | None = None) -> None:
    """What the visit yielded: the length of what is kept, or nothing."""
    value = seconds_of(recording) if recording is not None else None
    turn.record(InputGathered(turn.now, turn.state.visit, FIELD, outcome, value, value))
