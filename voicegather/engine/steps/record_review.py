"""After a recording: the caller keeps it, listens to it, or records again."""

from __future__ import annotations

from dataclasses import replace

from voicegather.engine.commands import Audio, Play
from voicegather.engine.events import Event
from voicegather.engine.facts import AttemptOutcome, AttemptPurpose
from voicegather.engine.secret import Secret
from voicegather.engine.steps.asking import Asking, text_of
from voicegather.engine.steps.attempts import note_ended
from voicegather.engine.steps.one_key import ask_key, hear_key
from voicegather.engine.steps.playing import SLACK_MS, Playing, is_end_of
from voicegather.engine.steps.record_progress import Recording, Stage
from voicegather.engine.steps.record_settings import RecordSettings
from voicegather.engine.turn import Turn

#: How long a caller who wants to listen waits for Telnyx to save the recording.
SAVING_PATIENCE_MS = 5_000
#: After so many silences or wrong keys the recording is kept.
MOST_ASKED = 3
#: The longest address that Telnyx plays (Telnyx docs: audio_url).
LONGEST_ADDRESS = 2_000


def ask_review(turn: Turn, settings: RecordSettings, recording: Recording) -> Recording | None:
    """Ask what shall become of the take; None where it is kept unasked: no words, or no answer."""
    before = recording.asking or Asking(purpose=AttemptPurpose.CONFIRMATION)
    sound = turn.sound([settings.review_prompt])
    if sound is None or before.no_input + before.invalid >= MOST_ASKED:
        return None
    attempt = recording.attempt + 1
    before = replace(before, attempt=attempt, prompt=settings.review_prompt)
    asking = ask_key(turn, before, sound)
    return replace(recording, stage=Stage.REVIEW, asking=asking, attempt=attempt, playing=None)


def hear_review(turn: Turn, recording: Recording, event: Event) -> tuple[Recording, str | None]:
    """What an event makes of the review, and the answer: a key, "" for silence, None: none yet."""
    if recording.asking is None:
        return recording, None
    asking, answer = hear_key(turn, recording.asking, event)
    return replace(recording, asking=asking), answer.key if answer is not None else None


def overdue_review(turn: Turn, recording: Recording) -> str:
    """The answer as far as we saw it ourselves, "" for none."""
    asking = recording.asking
    return text_of(asking.keys)[:1] if asking is not None else ""


def note_answer(
    turn: Turn, recording: Recording, outcome: AttemptOutcome, key: str = ""
) -> Recording:
    """Write the attempt down; silences and wrong keys are counted."""
    asking = recording.asking
    if asking is None or asking.closed:
        return recording
    note_ended(turn, asking, outcome, Secret(key) if key else None)
    asking = replace(
        asking,
        keys=(),
        no_input=asking.no_input + (outcome is AttemptOutcome.NO_INPUT),
        invalid=asking.invalid + (outcome is AttemptOutcome.INVALID),
    )
    return replace(recording, asking=asking)


def play_back(turn: Turn, recording: Recording) -> Recording | None:
    """Play the take to the caller, or wait a little until Telnyx has it; None: it cannot be."""
    recording = replace(recording, stage=Stage.LISTENING, playing=None)
    if not recording.told:
        turn.wake_in(SAVING_PATIENCE_MS)
        return recording
    address = recording.address.reveal() if recording.address else ""
    if not address or len(address) > LONGEST_ADDRESS:
        return None
    length = max(1, recording.milliseconds)
    turn.retire_earlier()
    seq = turn.send(Play(Audio(url=address, duration_ms=length)))
    turn.wake_in(length + SLACK_MS)
    return replace(recording, playing=Playing(seq, turn.now + length // 3))


def is_heard(recording: Recording, event: Event) -> bool:
    """Whether the caller has listened to the end."""
    return recording.playing is not None and is_end_of(recording.playing, event)
