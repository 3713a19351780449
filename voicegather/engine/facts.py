"""What came to pass in a call, for the ledger. Moments are milliseconds since 1970 UTC."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voicegather.engine.events import AnsweredBy, Message
from voicegather.engine.secret import Secret


class CallOutcome(StrEnum):
    """How a call ended, from the menu's side."""

    COMPLETED = "completed"
    CALLER_HUNG_UP = "caller_hung_up"
    TRANSFERRED = "transferred"
    REJECTED = "rejected"
    #: A call that we placed and that nobody took.
    NOT_REACHED = "not_reached"
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
    """What an attempt asks for: the entry, whether it was read back right, or consent."""

    ENTRY = "entry"
    CONFIRMATION = "confirmation"
    CONSENT = "consent"


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


class RecordingUse(StrEnum):
    """What a recording is: a caller's message, the call itself, or one that we did not ask for."""

    MESSAGE = "message"
    CALL = "call"
    UNASKED = "unasked"


class ConversationKind(StrEnum):
    """Who leads a conversation: an AI gather, or an assistant."""

    AI_GATHER = "ai_gather"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class ConversationBegan(Fact):
    """`seq` is the number of the command that asked for it: conversations are known by it."""

    visit: int
    seq: int
    kind: ConversationKind
    assistant: str = ""


@dataclass(frozen=True, slots=True)
class ConversationNamed(Fact):
    seq: int
    conversation_id: str


@dataclass(frozen=True, slots=True)
class ConversationHeard(Fact):
    """The conversation so far, whole; what is stored of it already stays as it is."""

    seq: int
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class PartialHeard(Fact):
    """What an AI gather has filled so far: a JSON object as text."""

    seq: int
    values: Secret


@dataclass(frozen=True, slots=True)
class ConversationOver(Fact):
    seq: int
    reason: str = ""
    seconds: int = 0
    model: str = ""


@dataclass(frozen=True, slots=True)
class RecordingBegan(Fact):
    """`seq` is the number of the command that asked for it: recordings are known by it."""

    visit: int
    seq: int
    use: RecordingUse
    take: int = 1
    #: The longest that it can be, in milliseconds; 0 where nothing bounds it.
    longest_ms: int = 0


@dataclass(frozen=True, slots=True)
class RecordingReady(Fact):
    """Telnyx has it, as the event says; `seq` is None where we did not ask for it."""

    seq: int | None
    recording_id: str
    address: Secret
    format: str = ""
    channels: str = ""
    began_at: int = 0
    ended_at: int = 0


@dataclass(frozen=True, slots=True)
class RecordingLost(Fact):
    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class RecordingReplaced(Fact):
    """The caller recorded again; whether the earlier take is `kept` all the same."""

    seq: int
    kept: bool


@dataclass(frozen=True, slots=True)
class RecordingWritten(Fact):
    """The transcript of a recording, known by its `seq`, else by its id."""

    seq: int | None
    recording_id: str
    text: Secret


@dataclass(frozen=True, slots=True)
class ConsentAnswered(Fact):
    """The caller was asked for consent by `words`, and gave it with `key`, or did not."""

    visit: int
    prompt: str
    words: str
    language: str
    key: str
    given: bool


@dataclass(frozen=True, slots=True)
class MachineFound(Fact):
    answered_by: AnsweredBy
    word: str = ""


@dataclass(frozen=True, slots=True)
class HandlerNoted(Fact):
    """What the timeline says of a handler that failed or came too late."""

    visit: int
    seq: int
    reason: str


@dataclass(frozen=True, slots=True)
class TargetRang(Fact):
    leg: str


@dataclass(frozen=True, slots=True)
class TargetJoined(Fact):
    """Whoever was rung talks with the caller."""

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
