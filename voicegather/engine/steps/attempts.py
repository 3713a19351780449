"""What a gather writes into the ledger: its attempts, and what they yielded."""

from __future__ import annotations

from voicegather.engine.facts import AttemptBegan, AttemptEnded, AttemptOutcome, InputGathered
from voicegather.engine.secret import Secret
from voicegather.engine.steps.asking import Asking
from voicegather.engine.turn import Turn

#: The field under which a keypad entry is kept.
FIELD = "digits"


def note_began(turn: Turn, asking: Asking, seq: int | None) -> None:
    """An attempt began with the gather `seq`, or with keys typed ahead (None)."""
    visit, number, purpose = turn.state.visit, asking.attempt, asking.purpose
    turn.record(AttemptBegan(turn.now, visit, number, purpose, seq, asking.prompt))


def note_ended(
    turn: Turn,
    asking: Asking,
    outcome: AttemptOutcome,
    digits: Secret | None = None,
    status: str | None = None,
) -> None:
    """The attempt ended; `status` is Telnyx's word for it, or a validator's, if there was one."""
    visit, number = turn.state.visit, asking.attempt
    turn.record(AttemptEnded(turn.now, visit, number, outcome, digits, status or ""))


def note_result(
    turn: Turn,
    outcome: AttemptOutcome,
    raw: Secret | None = None,
    value: Secret | None = None,
    choice: str = "",
) -> None:
    """What the visit yielded in the end."""
    turn.record(InputGathered(turn.now, turn.state.visit, FIELD, outcome, raw, value, choice))
