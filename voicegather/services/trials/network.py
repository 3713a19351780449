"""What the pretended network has under way in a test call, between two acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from voicegather.engine.codec import from_json, to_json
from voicegather.engine.commands import RunHandler, RunValidators
from voicegather.engine.events import Message
from voicegather.engine.facts import ConversationKind
from voicegather.engine.secret import Secret
from voicegather.engine.state import CallState


@dataclass(frozen=True, slots=True)
class Gathering:
    """A gather that listens: the keys so far, and how long silence may last (milliseconds)."""

    seq: int
    maximum: int
    terminator: str
    silence_ms: int
    pause_ms: int
    digits: Secret = Secret("")


@dataclass(frozen=True, slots=True)
class Modelling:
    """A model that talks. `schema` is what an AI gather asks for."""

    seq: int
    kind: ConversationKind
    schema: Mapping[str, Any] = field(default_factory=dict)
    silence_ms: int = 10_000
    messages: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Target:
    """The person that a transfer rings."""

    seq: int
    to: str
    leg: str
    keeps_caller: bool
    rings_ms: int
    answered: bool = False


@dataclass(frozen=True, slots=True)
class AskedHandler:
    seq: int
    command: RunHandler


@dataclass(frozen=True, slots=True)
class AskedValidators:
    seq: int
    command: RunValidators


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message that is recorded: since when, and how long silence and it may last (ms)."""

    seq: int
    began: int
    silence_ms: int
    longest_ms: int
    is_spoken: bool = False


@dataclass(frozen=True, slots=True)
class Network:
    """Everything that waits for an act, None where nothing does."""

    gathering: Gathering | None = None
    model: Modelling | None = None
    target: Target | None = None
    handler: AskedHandler | None = None
    validators: AskedValidators | None = None
    recording: Recorded | None = None


@dataclass(frozen=True, slots=True)
class Visited:
    """A step that the call entered, and the exit it left by, "" while it is there."""

    visit: int
    menu: str
    step: str
    graph: str
    exit: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A test call between two acts. `now` is its own clock, in milliseconds since 1970 UTC."""

    state: CallState
    now: int
    network: Network = Network()
    path: tuple[Visited, ...] = ()

    def to_document(self) -> dict[str, Any]:
        """The JSON document to be sealed."""
        return {
            "state": self.state.to_document(),
            "now": self.now,
            "network": to_json(self.network),
            "path": to_json(self.path),
        }

    @classmethod
    def load(cls, document: Mapping[str, Any]) -> Line:
        """Read what :meth:`to_document` made; raises CodecError."""
        return cls(
            state=CallState.load(document["state"]),
            now=document["now"],
            network=from_json(Network, document["network"]),
            path=tuple(from_json(Visited, each) for each in document["path"]),
        )
