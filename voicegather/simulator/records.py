"""What the simulator remembers: commands it got, webhooks it sent."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class RecordedCommand:
    """One HTTP request for a leg, refused ones too.

    `code` is Telnyx's error code, None when it was accepted; `repeat` says that its command_id
    had been seen in the last 60 seconds, so that it was answered and ignored.
    """

    at: datetime
    action: str
    params: dict[str, Any]
    status: int
    code: str | None
    call_control_id: str | None
    repeat: bool = False

    @property
    def accepted(self) -> bool:
        """Whether the command was answered with success."""
        return self.code is None


class CommandLog:
    """Every command in the order of its arrival, and by leg."""

    def __init__(self) -> None:
        self._all: list[RecordedCommand] = []
        self._by_call: defaultdict[str, list[RecordedCommand]] = defaultdict(list)

    def add(self, command: RecordedCommand) -> None:
        """Remember one more."""
        self._all.append(command)
        if command.call_control_id is not None:
            self._by_call[command.call_control_id].append(command)

    def of(self, call_control_id: str | None) -> list[RecordedCommand]:
        """Those of one leg; of all legs for None."""
        if call_control_id is None:
            return list(self._all)
        return list(self._by_call.get(call_control_id, ()))


class Fate(StrEnum):
    """How a webhook fared."""

    PENDING = "pending"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    GIVEN_UP = "given_up"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One POST. `status` is None when no answer came in time; `ack_ms` is the real time it took."""

    status: int | None
    ack_ms: float


@dataclass(slots=True, eq=False)
class Delivery:
    """One event and its attempts; a duplicated event has the attempts of both copies.

    `awaits_command` says that the application is expected to answer with a command.
    """

    event_id: str
    event_type: str
    occurred_at: datetime
    call_control_id: str
    call_session_id: str
    data: dict[str, Any]
    awaits_command: bool = False
    attempts: list[Attempt] = field(default_factory=list)
    fate: Fate = Fate.PENDING

    @property
    def payload(self) -> dict[str, Any]:
        """The event's payload as it was sent."""
        payload: dict[str, Any] = self.data["payload"]
        return payload
