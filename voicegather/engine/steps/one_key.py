"""One key asked for beside what a step gathers: consent, or what shall become of a recording."""

from __future__ import annotations

from dataclasses import dataclass, replace

from voicegather.engine.commands import Audio, Gather, Speech
from voicegather.engine.events import Event, GatherEnded, GatherStatus, KeyPressed, PromptEnded
from voicegather.engine.facts import AttemptOutcome
from voicegather.engine.steps.asking import Asking, text_of, with_key
from voicegather.engine.steps.attempts import note_began, note_ended
from voicegather.engine.steps.attribution import concerns, is_in, is_listening, settle
from voicegather.engine.steps.playing import SLACK_MS
from voicegather.engine.turn import Turn, sounding_ms

KEY_TIMEOUT_MS = 7_000
#: How long a key may still arrive after a gather that ended without saying why.
CANCELLED_PATIENCE_MS = 1_000
#: How long the call's end may take to arrive after the gather's.
HANGUP_PATIENCE_MS = 5_000


@dataclass(frozen=True, slots=True)
class KeyAnswer:
    """The key that ended a gather, "" for silence, and how Telnyx says that it ended."""

    key: str
    status: GatherStatus


def ask_key(turn: Turn, asking: Asking, sound: Speech | Audio) -> Asking:
    """Gather one key after ``sound``; ``asking`` says for which attempt, and of which prompt."""
    turn.retire_earlier()
    seq = turn.send(
        Gather(
            prompt=sound,
            maximum_digits=1,
            terminator="",
            first_digit_timeout_ms=KEY_TIMEOUT_MS,
            inter_digit_timeout_ms=KEY_TIMEOUT_MS,
        )
    )
    turn.change(open_gathers=(*turn.state.open_gathers, seq))
    patience = KEY_TIMEOUT_MS + SLACK_MS
    turn.wake_in(sounding_ms(sound) + patience)
    asking = replace(asking, seq=seq, stop_seq=0, keys=(), maximum=1, patience_ms=patience)
    note_began(turn, asking, seq)
    return asking


def hear_key(turn: Turn, asking: Asking, event: Event) -> tuple[Asking, KeyAnswer | None]:
    """What an event makes of it, and the answer once there is one; others change nothing.

    A caller who hangs up closes the attempt without an answer.
    """
    match event:
        case _ if asking.closed:
            pass
        case KeyPressed() if is_in(turn, asking, event):
            asking = replace(asking, keys=with_key(asking.keys, event))
        case GatherEnded() if concerns(turn, asking, event):
            return _on_ended(turn, asking, event)
        case PromptEnded(seq=asking.seq) if is_listening(turn, asking):
            turn.wake_in(asking.patience_ms)
    return asking, None


def _on_ended(turn: Turn, asking: Asking, event: GatherEnded) -> tuple[Asking, KeyAnswer | None]:
    if event.status is GatherStatus.CALL_HANGUP:
        note_ended(turn, asking, AttemptOutcome.HANGUP, status=event.status)
        turn.wake_in(HANGUP_PATIENCE_MS)
        return replace(asking, closed=True), None
    turn.change(keys_counted_to=max(turn.state.keys_counted_to, event.at))
    settle(turn, asking.keys)
    pressed = (event.digits.reveal() if event.digits else "") or text_of(asking.keys)
    if not pressed and event.status in (GatherStatus.CANCELLED, GatherStatus.UNKNOWN):
        turn.wake_in(CANCELLED_PATIENCE_MS)
        return asking, None
    return asking, KeyAnswer(pressed[:1], event.status)
