"""Budgets that stop a runaway menu."""

from __future__ import annotations

from dataclasses import dataclass

from voicegather.engine import reasons
from voicegather.engine.state import CallState
from voicegather.engine.wording import told


@dataclass(frozen=True, slots=True)
class Limits:
    """The most of everything that one call may use."""

    visits_a_step: int = 10
    steps_a_call: int = 200
    minutes_a_call: int = 30

    def broken_by(self, state: CallState, place: str, now: int) -> str:
        """The reason why the call must end, "" while it is within its budgets."""
        if state.visits.get(place, 0) > self.visits_a_step:
            return told(reasons.ENTERED_TOO_OFTEN, step=place, most=self.visits_a_step)
        if state.visit > self.steps_a_call:
            return told(reasons.TOO_MANY_STEPS, most=self.steps_a_call)
        if now >= self.ends_at(state):
            return told(reasons.TOO_LONG, most=self.minutes_a_call)
        return ""

    def ends_at(self, state: CallState) -> int:
        """The first moment (milliseconds, UTC) beyond the call's minutes; talking is free."""
        return state.started_at + state.talked_ms + self.minutes_a_call * 60_000 + 1


DEFAULT_LIMITS = Limits()
