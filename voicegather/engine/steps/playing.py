"""A prompt that plays without listening: begun, and recognised when it is over."""

from __future__ import annotations

from dataclasses import dataclass

from voicegather.engine.commands import Play, StopPlaying
from voicegather.engine.events import Event, PromptEnded
from voicegather.engine.turn import Turn, sounding_ms

#: Beyond the longest guess at a prompt's length: network, queueing, a retried webhook.
SLACK_MS = 8_000


@dataclass(frozen=True, slots=True)
class Playing:
    """A prompt under way. Without a token its end is believed from `plausible_at` on."""

    seq: int
    plausible_at: int


def begin_prompt(turn: Turn, prompt: str) -> Playing | None:
    """Speak or play `prompt` after what waits to be spoken with it; None if there are no words."""
    sound = turn.sound((*turn.prelude, prompt))
    turn.prelude = ()
    if sound is None:
        return None
    seq = turn.send(Play(sound))
    longest = sounding_ms(sound)
    turn.wake_in(longest + SLACK_MS)
    return Playing(seq, turn.now + longest // 3)


def stop_prompt(turn: Turn, playing: Playing | None) -> None:
    """Cut the prompt short, if one is under way."""
    if playing is not None:
        turn.send(StopPlaying(), unconditional=True)


def is_end_of(playing: Playing, event: Event) -> bool:
    """Whether `event` says that this prompt, and not an earlier one, is over."""
    if not isinstance(event, PromptEnded):
        return False
    return event.seq == playing.seq or (event.seq is None and event.at >= playing.plausible_at)
