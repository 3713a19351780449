"""Trouble on the way of a webhook, by seed."""

from __future__ import annotations

import random
from dataclasses import dataclass

from voicegather.simulator.errors import SimulatorError


@dataclass(frozen=True, slots=True)
class Misfortune:
    """What happens to one event on its way."""

    duplicated: bool = False
    delayed: bool = False
    overtaken: bool = False
    dropped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """How often (0 to 1) an event is sent twice, late, after the next one of its call, or never.

    `delay_seconds` are real seconds: how late a delayed event is, and how long an event that is
    to be overtaken waits at most for another one to overtake it.
    """

    duplicate: float = 0.0
    delay: float = 0.0
    delay_seconds: float = 0.5
    reorder: float = 0.0
    drop: float = 0.0

    def __post_init__(self) -> None:
        for name in ("duplicate", "delay", "reorder", "drop"):
            if not 0 <= getattr(self, name) <= 1:
                raise SimulatorError(f"Faults.{name} is a share: give a number from 0 to 1.")
        if self.delay_seconds < 0:
            raise SimulatorError("Faults.delay_seconds must not be negative.")

    def drawn(self, source: random.Random) -> Misfortune:
        """One event's fate, the same for the same state of `source`."""
        return Misfortune(
            duplicated=source.random() < self.duplicate,
            delayed=source.random() < self.delay,
            overtaken=source.random() < self.reorder,
            dropped=source.random() < self.drop,
        )
