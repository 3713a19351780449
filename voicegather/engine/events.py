"""What can happen to a call, in the engine's own words.

Moments (`at`) are milliseconds since 1970 UTC, as the sender of the event stamped them. `seq` is
the number of the command whose token the event carries, or None where it carries none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voicegather.engine.secret import Secret


class GatherStatus(StrEnum):
    """How Telnyx says a gather ended; UNKNOWN stands for every word it has not documented."""

    VALID = "valid"
    INVALID = "invalid"
    TIMEOUT = "timeout"
    CANCELLED = "cancelled"
    CALL_HANGUP = "call_hangup"
    UNKNOWN = "unknown"


class TargetFate(StrEnum):
    """How the leg that a transfer rang came to its end."""

    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Event:
    at: int


@dataclass(frozen=True, slots=True)
class CallInitiated(Event):
    """The caller's leg exists and waits for a command."""


@dataclass(frozen=True, slots=True)
class CallAnswered(Event):
    """The caller's leg is answered: media commands are allowed from now on."""


@dataclass(frozen=True, slots=True)
class CallHungUp(Event):
    """The caller's leg ended. `source` is caller, callee or unknown; `cause` an open set."""

    cause: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class KeyPressed(Event):
    key: Secret
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class GatherEnded(Event):
    status: GatherStatus
    digits: Secret | None
    seq: int | None = None


class PromptFate(StrEnum):
    """How speech or playback came to its end."""

    COMPLETED = "completed"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PromptEnded(Event):
    """Speech or playback came to its end, or was cut short."""

    fate: PromptFate
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class TargetInitiated(Event):
    """The leg that our transfer rings exists under this `leg` (a call_control_id)."""

    leg: str
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class TargetAnswered(Event):
    leg: str
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class TargetHungUp(Event):
    leg: str
    fate: TargetFate
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class TimerDue(Event):
    """The clock says that the call's `wake_at` has come."""


@dataclass(frozen=True, slots=True)
class CommandAccepted(Event):
    seq: int


@dataclass(frozen=True, slots=True)
class CommandFailed(Event):
    """Telnyx refused a command, or did not answer within our patience (`http_status` 0)."""

    seq: int
    http_status: int
    code: str = ""


@dataclass(frozen=True, slots=True)
class FoldingFailed(Event):
    """An event could not be folded: the call takes its failure exit instead of hanging."""


@dataclass(frozen=True, slots=True)
class Unknown(Event):
    """An event that the engine has no use for; it is kept in the inbox and changes nothing."""

    name: str = ""
