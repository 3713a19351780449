"""Who is rung when the application dials or transfers, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voicegather.simulator.errors import SimulatorError
from voicegather.simulator.script import Script


class TargetFate(StrEnum):
    """What a target does with a call."""

    ANSWER = "answer"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECT = "reject"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Target:
    """A destination's behaviour; times in simulated seconds.

    `talk_seconds` is how long an answered target stays on the line; with a `script` it does what
    the script says instead. A target that does not answer rings until the command's time-out.
    Raises `SimulatorError` for an unknown fate or a negative time.
    """

    fate: TargetFate | str = TargetFate.ANSWER
    ring_seconds: float = 2.0
    talk_seconds: float = 10.0
    script: Script | None = None

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "fate", TargetFate(self.fate))
        except ValueError as error:
            fates = ", ".join(TargetFate)
            raise SimulatorError(
                f"A target's fate is one of {fates}, not {self.fate!r}."
            ) from error
        if self.ring_seconds < 0 or self.talk_seconds < 0:
            raise SimulatorError("A target's times must not be negative.")
