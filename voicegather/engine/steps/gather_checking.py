"""An entry that the site's own validator judges, while the caller waits."""

from __future__ import annotations

from dataclasses import replace

from voicegather.engine.commands import Entry, RunValidators
from voicegather.engine.events import (
    EntriesJudged,
    GatherStatus,
    HandlerFailed,
    KeyPressed,
    Verdict,
)
from voicegather.engine.facts import HandlerNoted
from voicegather.engine.graph import StepNode
from voicegather.engine.secret import Secret
from voicegather.engine.steps.asking import Asking, Checking
from voicegather.engine.steps.attempts import FIELD
from voicegather.engine.steps.attribution import keep_key_ahead
from voicegather.engine.steps.gather_choices import accepts_type_ahead
from voicegather.engine.turn import Turn

#: Beyond the validator's own time: its way through the queue, and the way of its verdict.
CHECKING_SLACK_MS = 5_000
#: The longest value that a validator may make of an entry.
MOST_CHARACTERS = 1_000


def ask_validator(
    turn: Turn, step: StepNode, asking: Asking, entry: Secret, status: GatherStatus | None
) -> None:
    """Have the step's validator judge `entry`; `status` is how its gather ended."""
    entries = (Entry(FIELD, step.settings.validator, entry),)
    command = RunValidators(entries, turn.state.language)
    turn.retire_earlier()
    seq = turn.send(command)
    turn.change(progress=replace(asking, checking=Checking(seq, entry, status)))
    turn.wake_in(command.timeout_s * 1000 + CHECKING_SLACK_MS)


def verdict_of(checking: Checking, event: EntriesJudged | HandlerFailed) -> Verdict | str:
    """What the validator says of the entry, or why it said nothing of use."""
    if isinstance(event, HandlerFailed):
        return event.reason or "failed"
    verdict = event.verdicts.get(FIELD)
    if verdict is None:
        return "returned no verdict"
    if len(verdict.value.reveal()) > MOST_CHARACTERS:
        return f"returned a value of more than {MOST_CHARACTERS:,} characters"
    return verdict


def note_unjudged(turn: Turn, checking: Checking, reason: str) -> None:
    """Write down why there is no verdict."""
    turn.record(HandlerNoted(turn.now, turn.state.visit, checking.seq, reason))


def hear_key_meanwhile(turn: Turn, step: StepNode, asking: Asking, event: KeyPressed) -> None:
    """A key pressed while the validator works is typed ahead, unless the step drops such keys."""
    if accepts_type_ahead(step, asking.purpose):
        keep_key_ahead(turn, event)
    else:
        turn.change(keys_counted_to=max(turn.state.keys_counted_to, event.at))
