"""Tell people from machines on a leg that was rung (Telnyx docs: answering machine detection)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from voicegather.simulator.legs import Leg
from voicegather.simulator.targets import AnsweredBy, Target

#: A person says hello and waits: that is soon clear.
HUMAN_SECONDS = 1.0
#: detect_words gives up on a beep after this time.
WORDS_SECONDS = 30.0
PEOPLE = frozenset({AnsweredBy.HUMAN, AnsweredBy.HUMAN_RESIDENCE, AnsweredBy.HUMAN_BUSINESS})
MACHINES = frozenset({AnsweredBy.MACHINE, AnsweredBy.FAX_DETECTED})


@dataclass(frozen=True, slots=True)
class Detection:
    """What was asked for; times in simulated seconds.

    `analysis_seconds` is how long a decision takes at most, `silence_seconds` how long a machine
    that does not beep must be silent for its greeting to be over.
    """

    mode: str
    analysis_seconds: float = 3.5
    silence_seconds: float = 1.5

    @classmethod
    def of(cls, params: dict[str, Any]) -> Detection | None:
        """What a command asks for; None when it asks for nothing."""
        mode = params.get("answering_machine_detection", "disabled")
        if mode == "disabled":
            return None
        config = params.get("answering_machine_detection_config", {})
        return cls(
            mode,
            config.get("total_analysis_time_millis", 3500) / 1000,
            config.get("greeting_silence_duration_millis", 1500) / 1000,
        )


def detect(leg: Leg, target: Target, detection: Detection) -> None:
    """Listen to who answered `leg` from now on, and tell of it by webhooks."""
    if detection.mode == "premium":
        leg.tell("call.machine.premium.detection.started", {})
        _detect_well(leg, target, detection)
    else:
        _detect_plainly(leg, target, detection)


def _detect_plainly(leg: Leg, target: Target, detection: Detection) -> None:
    answered_by = AnsweredBy(target.answered_by)
    decided = _decision_seconds(answered_by, detection)
    _later(leg, decided, "call.machine.detection.ended", _plain_result(answered_by))
    if answered_by in MACHINES and (ending := _greeting_end(target, detection)) is not None:
        seconds, result = ending
        _later(leg, max(seconds, decided), "call.machine.greeting.ended", result)


def _detect_well(leg: Leg, target: Target, detection: Detection) -> None:
    """A beep before the decision is told instead of it (Telnyx docs: premium)."""
    answered_by = AnsweredBy(target.answered_by)
    decided = _decision_seconds(answered_by, detection)
    beep = target.greeting_seconds if target.beeps and answered_by in MACHINES else None
    if beep is None or beep >= decided:
        result = answered_by
        if answered_by is AnsweredBy.HUMAN:
            result = AnsweredBy.HUMAN_RESIDENCE
        _later(leg, decided, "call.machine.premium.detection.ended", result.value)
    if beep is not None:
        _later(leg, beep, "call.machine.premium.greeting.ended", "beep_detected")


def _decision_seconds(answered_by: AnsweredBy, detection: Detection) -> float:
    if answered_by in PEOPLE:
        return min(HUMAN_SECONDS, detection.analysis_seconds)
    return detection.analysis_seconds


def _plain_result(answered_by: AnsweredBy) -> str:
    if answered_by in PEOPLE:
        return "human"
    return "machine" if answered_by in MACHINES else "not_sure"


def _greeting_end(target: Target, detection: Detection) -> tuple[float, str] | None:
    """When a machine's greeting is over, and how, where the mode tells of it."""
    if detection.mode == "detect":
        return None
    if target.beeps:
        return target.greeting_seconds, "beep_detected"
    if detection.mode == "detect_words":
        return WORDS_SECONDS, "ended"
    if detection.mode == "greeting_end":
        return target.greeting_seconds + detection.silence_seconds, "ended"
    return None


def _later(leg: Leg, seconds: float, event_type: str, result: str) -> None:
    def tell() -> None:
        if leg.alive:
            leg.tell(event_type, {"result": result})

    leg.after(seconds, tell)
