"""What came to pass in a call, for the ledger. Moments are milliseconds since 1970 UTC."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voicegather.engine.secret import Secret


class CallOutcome(StrEnum):
    """How a call ended, from the menu's side."""

    COMPLETED = "completed"
    CALLER_HUNG_UP = "caller_hung_up"
    TRANSFERRED = "transferred"
    REJECTED = "rejected"
    FAILED = "failed"


class AttemptOutcome(StrEnum):
    """How one attempt at a gather ended."""

    VALID = "valid"
    INVALID = "invalid"
    NO_INPUT = "no_input"
    CANCELLED = "cancelled"
    HANGUP = "hangup"
    ERROR = "error"


class AttemptPurpose(StrEnum):
    """What an attempt asks for: the entry itself, or whether it was read back right."""

    ENTRY = "entry"
    CONFIRMATION = "confirmation"


@dataclass(frozen=True, slots=True)
class Fact:
    at: int


@dataclass(frozen=True, slots=True)
class CallStarted(Fact):
    """The menu began to talk to the caller."""


@dataclass(frozen=True, slots=True)
class CallEnded(Fact):
    outcome: CallOutcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class StepEntered(Fact):
    visit: int
    step: str
    graph: str
    language: str


@dataclass(frozen=True, slots=True)
class StepLeft(Fact):
    visit: int
    exit: str


@dataclass(frozen=True, slots=True)
class AttemptBegan(Fact):
    """`seq` is the gather's command number, or None for an entry typed ahead of the prompt."""

    visit: int
    attempt: int
    purpose: AttemptPurpose
    seq: int | None
    prompt: str


@dataclass(frozen=True, slots=True)
class AttemptEnded(Fact):
    """May come twice for one attempt: digits can arrive after the call's end."""

    visit: int
    attempt: int
    outcome: AttemptOutcome
    digits: Secret | None
    status: str = ""


@dataclass(frozen=True, slots=True)
class InputGathered(Fact):
    """What a visit yielded in one field."""

    visit: int
    field: str
    outcome: AttemptOutcome
    raw: Secret | None
    value: Secret | None
    choice: str = ""


@dataclass(frozen=True, slots=True)
class TargetRang(Fact):
    leg: str


@dataclass(frozen=True, slots=True)
class TargetLeft(Fact):
    leg: str
    fate: str


@dataclass(frozen=True, slots=True)
class AlertRaised(Fact):
    """Something that wakes the operator: the code is stable, the message says what to do."""

    code: str
    message: str
