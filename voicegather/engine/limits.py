"""Budgets that stop a runaway menu."""

from __future__ import annotations

from dataclasses import dataclass

from voicegather.engine.state import CallState


@dataclass(frozen=True, slots=True)
class Limits:
    """The most of everything that one call may use."""

    visits_a_step: int = 10
    steps_a_call: int = 200
    minutes_a_call: int = 30

    def broken_by(self, state: CallState, place: str, now: int) -> str:
        """The reason why the call must end, "" while it is within its budgets."""
        if state.visits.get(place, 0) > self.visits_a_step:
            return f"step {place} was entered more than {self.visits_a_step} times"
        if state.visit > self.steps_a_call:
            return f"the call took more than {self.steps_a_call} steps"
        if now >= self.ends_at(state):
            return f"the call took more than {self.minutes_a_call} minutes"
        return ""

    def ends_at(self, state: CallState) -> int:
        """The first moment (milliseconds, UTC) beyond the call's minutes; talking is free."""
        return state.started_at + state.talked_ms + self.minutes_a_call * 60_000 + 1


DEFAULT_LIMITS = Limits()
