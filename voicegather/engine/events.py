"""What can happen to a call, in the engine's own words.

Moments (`at`) are milliseconds since 1970 UTC, as the sender of the event stamped them. `seq` is
the number of the command whose token the event carries, or None where it carries none.
"""

from __future__ import annotations

from collections.abc import Mapping
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


class AiGatherStatus(StrEnum):
    """How Telnyx says an AI gather ended; UNKNOWN stands for every word it has not documented."""

    VALID = "valid"
    INVALID = "invalid"
    CALL_HANGUP = "call_hangup"
    ERROR = "client_error"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation: who said it (``user``, ``assistant``, …), and what.

    `at` is when it was said, in milliseconds since 1970 UTC, 0 where Telnyx does not say.
    """

    role: str
    content: Secret
    at: int = 0


@dataclass(frozen=True, slots=True)
class AiGatherEnded(Event):
    """An AI gather is over. `result` is its JSON object as text, None where there is none."""

    status: AiGatherStatus
    result: Secret | None
    seq: int | None = None
    #: The whole conversation, where Telnyx tells it with the end.
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class PartialResults(Event):
    """An AI gather got a field filled. `values` is the JSON object of all filled so far."""

    values: Secret
    seq: int | None = None
    #: The conversation so far, whole; empty where it was not told.
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryTold(Event):
    """A conversation so far, whole each time it is told."""

    messages: tuple[Message, ...]
    seq: int | None = None
    conversation_id: str = ""


@dataclass(frozen=True, slots=True)
class ConversationStarted(Event):
    """An AI gather or an assistant got its `conversation_id`; it does not speak yet."""

    conversation_id: str
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class ConversationFailed(Event):
    """An assistant could not start: nothing more is told of it."""

    reason: str
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class ConversationEnded(Event):
    """A conversation, of an AI gather or an assistant, is over."""

    conversation_id: str
    reason: str = ""
    seconds: int = 0
    model: str = ""
    messages: tuple[Message, ...] = ()
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class RecordingSaved(Event):
    """A recording is ready. Moments are 0, and texts "", where Telnyx does not tell.

    `channels` is ``single`` or ``dual``. Once it is known whose it is, `seq` is the number of the
    command that began it.
    """

    recording_id: str
    #: Where it can be fetched for ten minutes.
    address: Secret
    format: str = ""
    channels: str = ""
    began_at: int = 0
    ended_at: int = 0
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class RecordingFailed(Event):
    """A recording is lost; `seq` as for one that is saved."""

    reason: str
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class RecordingTranscribed(Event):
    """What was said in a recording, in writing."""

    recording_id: str
    text: Secret
    seq: int | None = None


class AnsweredBy(StrEnum):
    """Who took a call that we placed. Where Telnyx is not sure it is taken for a human."""

    HUMAN = "human"
    MACHINE = "machine"


@dataclass(frozen=True, slots=True)
class MachineDetected(Event):
    """Answering machine detection has decided; `word` is Telnyx's own."""

    answered_by: AnsweredBy
    word: str = ""


@dataclass(frozen=True, slots=True)
class HandlerReturned(Event):
    """A host's handler is done: variables to set, and the exit to take ("" for ``done``)."""

    seq: int
    values: Mapping[str, Secret]
    exit: str = ""


@dataclass(frozen=True, slots=True)
class HandlerFailed(Event):
    """A host's handler or validator raised, took too long, or returned what cannot be used."""

    seq: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a host's validator says of one entry: accepted as `value`, or refused for `reason`."""

    accepted: bool
    value: Secret
    reason: str = ""


@dataclass(frozen=True, slots=True)
class EntriesJudged(Event):
    """The host's validators are done; `verdicts` by the field."""

    seq: int
    verdicts: Mapping[str, Verdict]


class Act(StrEnum):
    """What an operator can do to a call that runs."""

    HANG_UP = "hang_up"
    STOP_GATHER = "stop_gather"
    REPEAT_STEP = "repeat_step"
    JUMP_TO_STEP = "jump_to_step"
    START_ASSISTANT = "start_assistant"
    STOP_ASSISTANT = "stop_assistant"
    ADD_MESSAGE = "add_message"
    TRANSFER = "transfer"


@dataclass(frozen=True, slots=True)
class OperatorActed(Event):
    """Staff act on the call. `target` is a step's key, an assistant's id or a destination."""

    act: Act
    target: str = ""
    #: The message for a running assistant, and whether it shall answer it at once.
    text: Secret = Secret("")
    answer_now: bool = False


@dataclass(frozen=True, slots=True)
class CommandAccepted(Event):
    """`conversation_id` is that of an AI gather's or an assistant's start."""

    seq: int
    conversation_id: str = ""


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
