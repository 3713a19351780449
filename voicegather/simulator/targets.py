"""Who is rung when the application dials or transfers, and what becomes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from voicegather.simulator.errors import SimulatorError
from voicegather.simulator.script import Script


class TargetFate(StrEnum):
    """What a target does with a call.

    BARRED is none of its doing: the account has no outbound profile, or the country is not among
    the profile's destinations; the command is accepted all the same (Telnyx docs: outbound
    profiles).
    """

    ANSWER = "answer"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    REJECT = "reject"
    FAIL = "fail"
    BARRED = "barred"


class AnsweredBy(StrEnum):
    """Who answers, for a command that asks for it (Telnyx docs: answering machine detection)."""

    HUMAN = "human"
    HUMAN_RESIDENCE = "human_residence"
    HUMAN_BUSINESS = "human_business"
    MACHINE = "machine"
    SILENCE = "silence"
    FAX_DETECTED = "fax_detected"
    NOT_SURE = "not_sure"


@dataclass(frozen=True, slots=True)
class Target:
    """A destination's behaviour; times in simulated seconds.

    `talk_seconds` is how long an answered target stays on the line; with a `script` it does what
    the script says instead. A target that does not answer rings until the command's time-out.
    `answered_by` is what answering machine detection finds; a machine greets for
    `greeting_seconds`, and `beeps` then, or does not.
    Raises `SimulatorError` for an unknown fate, somebody unknown who answers or a negative time.
    """

    fate: TargetFate | str = TargetFate.ANSWER
    ring_seconds: float = 2.0
    talk_seconds: float = 10.0
    script: Script | None = None
    answered_by: AnsweredBy | str = AnsweredBy.HUMAN
    greeting_seconds: float = 5.0
    beeps: bool = True

    def __post_init__(self) -> None:
        self._choose("fate", TargetFate)
        self._choose("answered_by", AnsweredBy)
        if min(self.ring_seconds, self.talk_seconds, self.greeting_seconds) < 0:
            raise SimulatorError("A target's times must not be negative.")

    def _choose(self, name: str, choices: type[TargetFate | AnsweredBy]) -> None:
        value = getattr(self, name)
        try:
            object.__setattr__(self, name, choices(value))
        except ValueError as error:
            raise SimulatorError(
                f"A target's {name} is one of {', '.join(choices)}, not {value!r}."
            ) from error
