"""One leg of a call: who it joins, how far it has come, what is going on on it."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol

from voicegather.simulator.causes import HangupCause
from voicegather.simulator.conversations import Conversation
from voicegather.simulator.gathers import Gather
from voicegather.simulator.prompts import PromptQueue
from voicegather.simulator.quirks import Quirks
from voicegather.simulator.recorder import Recorder, Recording
from voicegather.simulator.records import Delivery
from voicegather.simulator.scheduler import Action, Timer
from voicegather.simulator.silence import Silence

#: How long something waits for the leg's next command, in simulated seconds.
POSTPONED_SECONDS = 2.0


class Phase(StrEnum):
    """How far a leg has come."""

    WAITING = "waiting"
    ANSWERED = "answered"
    ENDED = "ended"


class Direction(StrEnum):
    """Seen from the application (Telnyx docs: call.initiated)."""

    INCOMING = "incoming"
    OUTGOING = "outgoing"


class EndedBy(StrEnum):
    """Who brought a call to its end."""

    CALLER = "caller"
    APPLICATION = "application"
    SIMULATOR = "simulator"


@dataclass(frozen=True, slots=True)
class Route:
    """Where a leg's webhooks go when a command said so (Telnyx docs: answer, dial, transfer)."""

    url: str | None = None
    urls: dict[str, list[str]] = field(default_factory=dict)
    retries_ms: dict[str, list[int]] = field(default_factory=dict)


class Observer(Protocol):
    """Somebody who follows a leg: a scripted caller."""

    def poke(self) -> None:
        """Something about the leg changed."""


class Board(Protocol):
    """What a leg needs of the exchange."""

    def after(self, seconds: float, action: Action) -> Timer:
        """Do something in simulated seconds."""

    def now(self) -> float:
        """Simulated seconds since the simulator began."""

    def moment(self) -> datetime:
        """This moment in UTC."""

    def keep(
        self, leg: Leg, recording: Recording, ended_at: datetime
    ) -> tuple[str, dict[str, Any]]:
        """Keep the file of a leg's recording; see `recorder.RecordedLeg`."""

    def emit(
        self,
        leg: Leg,
        event_type: str,
        fields: dict[str, Any],
        *,
        after: Delivery | None = None,
    ) -> Delivery:
        """Send a webhook for a leg."""


class Leg:
    """One `call_control_id`. `key` is the leg's stable name within a seed."""

    def __init__(
        self,
        board: Board,
        *,
        key: str,
        direction: Direction,
        from_: str,
        to: str,
        started_at: datetime,
        session_id: str,
        client_state: str | None,
        quirks: Quirks,
        route: Route,
    ) -> None:
        self._board = board
        self.key = key
        self.direction = direction
        self.from_ = from_
        self.to = to
        self.started_at = self._last_stamp = started_at
        self.call_session_id = session_id
        self.client_state = client_state
        self.quirks = quirks
        self.route = route
        self.call_control_id = f"v3:{secrets.token_urlsafe(40)}"
        self.call_leg_id = str(uuid.uuid4())
        self.phase = Phase.WAITING
        self.answered_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.ended_by: EndedBy | None = None
        self.hangup_cause: HangupCause | None = None
        self.prompts = PromptQueue(self)
        self.overlays = PromptQueue(self)
        self.gather: Gather | None = None
        self.conversation: Conversation | None = None
        self._postponed: list[Timer] = []
        self.bridged_to: Leg | None = None
        self.park_after_unbridge = False
        self.ringing_target: Leg | None = None
        self.recorder = Recorder(self)
        self.silence = Silence()
        self.heard: list[str] = []
        self.deliveries: list[Delivery] = []
        self.parent: Leg | None = None
        self.targets: list[Leg] = []
        self.observer: Observer | None = None
        self.when_over: Callable[[], None] | None = None

    @property
    def alive(self) -> bool:
        """Whether the leg still takes commands."""
        return self.phase is not Phase.ENDED

    def after(self, seconds: float, action: Action) -> Timer:
        """Do something in simulated seconds."""
        return self._board.after(seconds, action)

    def now(self) -> float:
        """Simulated seconds since the simulator began."""
        return self._board.now()

    def stamp(self) -> datetime:
        """This moment in UTC, later than every stamp of the leg before it."""
        self._last_stamp = max(self._board.moment(), self._last_stamp + timedelta(microseconds=1))
        return self._last_stamp

    def emit(self, event_type: str, fields: dict[str, Any]) -> Delivery:
        """Send a webhook for this leg."""
        return self._board.emit(self, event_type, fields)

    def tell(
        self, event_type: str, fields: dict[str, Any], after: Delivery | None = None
    ) -> Delivery:
        """Send a webhook that names both parties, not before the event `after` was sent."""
        parties = {"from": self.from_, "to": self.to}
        return self._board.emit(self, event_type, {**parties, **fields}, after=after)

    def keep(self, recording: Recording, ended_at: datetime) -> tuple[str, dict[str, Any]]:
        """Keep a recording's file: the type and fields of the event that tells how it went."""
        return self._board.keep(self, recording, ended_at)

    def postpone(self, action: Action) -> None:
        """Do something when the leg's next command was carried out, or in two seconds."""
        self._postponed.append(self.after(POSTPONED_SECONDS, action))

    def commanded(self) -> None:
        """A command was carried out: do what waited for it."""
        waiting, self._postponed = self._postponed, []
        for timer in waiting:
            action = timer.action
            timer.cancel()
            if action is not None:
                action()

    def prompt_begun(self, words: str) -> None:
        """The caller begins to hear something."""
        self.heard.append(words)
        self.changed()

    def changed(self) -> None:
        """Note what the caller hears from now on, and tell who follows the leg."""
        quiet = self.phase is Phase.ANSWERED and not self._audible()
        self.silence.update(self.now(), quiet=quiet)
        if self.observer is not None:
            self.observer.poke()

    def _audible(self) -> bool:
        return (
            self.prompts.audible
            or self.overlays.audible
            or self.gather is not None
            or self.conversation is not None
            or self.bridged_to is not None
            or self.ringing_target is not None
        )
