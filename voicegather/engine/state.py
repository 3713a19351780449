"""Where a call stands: everything the engine knows between two events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from voicegather.engine.codec import CodecError, always_stored, from_json, to_json
from voicegather.engine.events import AnsweredBy
from voicegather.engine.facts import CallOutcome, ConversationKind, RecordingUse
from voicegather.engine.graph import Sensitivity
from voicegather.engine.kinds import kind_under_way
from voicegather.engine.secret import Secret

FORMAT = 1


class Phase(StrEnum):
    """The call's life: not answered yet, in a menu, being hung up, over."""

    NEW = "new"
    ANSWERING = "answering"
    RUNNING = "running"
    ENDING = "ending"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Frame:
    """One menu on the stack of submenus: its version, the step in it, and the way back."""

    graph: str
    step: str = ""
    #: Steps of this menu that asked for input, oldest first.
    trail: tuple[str, ...] = ()
    #: The visit of the submenu step that opened this menu, 0 for the call's first menu.
    opened_in: int = 0


@dataclass(frozen=True, slots=True)
class Variable:
    """A value collected in the call, and who may see it."""

    value: Secret
    sensitivity: Sensitivity = Sensitivity.NORMAL


@dataclass(frozen=True, slots=True)
class Key:
    """A key that the caller pressed at `at` (milliseconds, UTC)."""

    key: Secret
    at: int
    #: Whether the event said during which command it was pressed.
    placed: bool = True


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation that the command `seq` asked for; `id` is Telnyx's, "" until it is told."""

    seq: int
    visit: int
    kind: ConversationKind
    id: str = ""
    over: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording that the command `seq` asked for at `began` (milliseconds, UTC).

    `id` is Telnyx's, "" until it is told. One that is `over` was saved or lost; one that is
    `stopped` was told to end.
    """

    seq: int
    use: RecordingUse
    began: int
    id: str = ""
    stopped: bool = False
    over: bool = False


@dataclass(frozen=True)
class CallState:
    """A call between two events. Frozen: `advance` returns the next one.

    `token` names the call in every command's client state. Commands below `current_seq` are not
    wanted any more. `wake_at` (milliseconds, UTC) is when the clock looks after the call.
    """

    token: str
    caller: str = ""
    called: str = ""
    format: int = always_stored(FORMAT)
    phase: Phase = Phase.NEW
    #: Whether the call is refused before it is answered: nobody's number.
    refused: bool = False
    language: str = ""
    frames: tuple[Frame, ...] = ()
    #: The kind of the step under way, and what that kind remembers of it.
    step_kind: str = ""
    progress: Any = None
    variables: Mapping[str, Variable] = field(default_factory=dict)
    visit: int = 0
    visits: Mapping[str, int] = field(default_factory=dict)
    next_seq: int = 1
    current_seq: int = 1
    #: Gathers issued whose end has not been seen, oldest first.
    open_gathers: tuple[int, ...] = ()
    #: The newest conversations with a model, oldest first.
    conversations: tuple[Conversation, ...] = ()
    #: The newest recordings, oldest first.
    recordings: tuple[Recorded, ...] = ()
    #: The number of the command that paused the call's recording, 0 while it is not paused; and of
    #: all commands that only steer recordings.
    recording_paused: int = 0
    recording_acts: tuple[int, ...] = ()
    typed_ahead: tuple[Key, ...] = ()
    #: Keys up to this moment belong to a gather that has ended.
    keys_counted_to: int = 0
    #: Commands that failed in a row.
    failures: int = 0
    #: Whether the caller talks to the target of a transfer: no budget of time ends that.
    connected: bool = False
    #: How long a call that we place may ring, in milliseconds; 0 for a call that came in.
    ringing_ms: int = 0
    #: Who took it; and whether machine detection may still say so.
    answered_by: AnsweredBy | None = None
    detecting: bool = False
    started_at: int = 0
    ended_at: int = 0
    #: How long the caller talked to targets of transfers, which no budget counts.
    talked_ms: int = 0
    #: Target legs that are over or told to end, and the numbers of the commands that told them.
    gone_legs: tuple[str, ...] = ()
    target_hangups: tuple[int, ...] = ()
    wake_at: int | None = None
    outcome: CallOutcome | None = None
    reason: str = ""

    def but(self, **changes: Any) -> CallState:
        """This state with some fields changed: what ``dataclasses.replace`` does, faster.

        Raises TypeError for a field that a state does not have.
        """
        changed = object.__new__(CallState)
        changed.__dict__.update(self.__dict__)
        changed.__dict__.update(changes)
        if len(changed.__dict__) != len(self.__dict__):
            raise TypeError(f"a call's state lacks one of {', '.join(changes)}")
        return changed

    def to_document(self) -> dict[str, Any]:
        """The JSON document that is stored, sealed, between two events."""
        document: dict[str, Any] = to_json(self)
        return document

    @classmethod
    def load(cls, document: Mapping[str, Any]) -> CallState:
        """Read a stored document of this format or an older one; raises CodecError."""
        found = document.get("format", FORMAT)
        if not isinstance(found, int) or found > FORMAT:
            raise CodecError(f"call format {found} is newer than this release reads ({FORMAT})")
        state = from_json(cls, dict(document))
        kind = kind_under_way(state.step_kind)
        if state.progress is None or kind is None or kind.Progress is None:
            return state
        return replace(state, progress=from_json(kind.Progress, state.progress))
