"""Record a leg, and tell when the file is ready."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from voicegather.simulator.scheduler import Action, Timer

#: From the end of a recording to its webhook (observed after a hang-up).
SAVING_SECONDS = 0.5
#: From then to its transcript.
TRANSCRIBING_SECONDS = 1.0


class RecordingFailure(StrEnum):
    """Why a recording was not kept (Telnyx docs: call.recording.error)."""

    UNAUTHORIZED = "Failed to authorize with storage using custom credentials"
    INVALID_CREDENTIALS = "Invalid credentials json"
    UNSUPPORTED_BACKEND = "Unsupported backend"
    SERVER_ERROR = "Internal server error"


@dataclass(slots=True)
class Recording:
    """A recording, at most `longest` simulated seconds long."""

    format: str
    channels: str
    longest: float | None
    is_transcribed: bool = False
    started_at: datetime | None = None
    recording_id: str = field(default_factory=lambda: str(uuid.uuid4()))


class RecordedLeg(Protocol):
    """What a recorder needs of its leg."""

    def after(self, seconds: float, action: Action) -> Timer:
        """Do something in simulated seconds."""

    def stamp(self) -> datetime:
        """This moment in UTC, later than every stamp of the leg before it."""

    def emit(self, event_type: str, fields: dict[str, Any]) -> object:
        """Send a webhook for the leg."""

    def keep(self, recording: Recording, ended_at: datetime) -> tuple[str, dict[str, Any]]:
        """Keep a recording's file: the type and fields of the event that tells how it went."""


class Recorder:
    """The recordings of one leg: those that run, and the names of all that ever did."""

    def __init__(self, leg: RecordedLeg) -> None:
        self._leg = leg
        self._known: set[str] = set()
        self.running: dict[str, Recording] = {}
        self.paused: set[str] = set()

    def knows(self, recording_id: str) -> bool:
        """Whether a recording of this name ever ran on the leg."""
        return recording_id in self._known

    def start(self, recording: Recording) -> None:
        """Record from now on, for at most as long as the recording may be."""
        name = recording.recording_id
        self._known.add(name)
        self.running[name] = recording
        recording.started_at = self._leg.stamp()
        if recording.longest is not None:
            self._leg.after(recording.longest, lambda: self.stop(name))

    def pause(self, recording_id: str | None) -> None:
        """Leave out what is said from now on; without a name, in every recording."""
        self.paused |= {name for name in self.running if recording_id in (None, name)}

    def resume(self, recording_id: str | None) -> None:
        """Record again."""
        self.paused -= {name for name in self.running if recording_id in (None, name)}

    def stop(self, recording_id: str | None = None) -> None:
        """End a recording, or every one; its file is ready a little later."""
        for name in [name for name in self.running if recording_id in (None, name)]:
            self.paused.discard(name)
            self._save(self.running.pop(name))

    def _save(self, recording: Recording) -> None:
        ended_at = self._leg.stamp()
        self._leg.after(SAVING_SECONDS, lambda: self._tell(recording, ended_at))

    def _tell(self, recording: Recording, ended_at: datetime) -> None:
        self._leg.emit(*self._leg.keep(recording, ended_at))
