"""How a call went, from the caller's side."""

from __future__ import annotations

from dataclasses import dataclass

from voicegather.simulator.records import Delivery, RecordedCommand


@dataclass(frozen=True, slots=True)
class CallerOutcome:
    """How one call went, from the caller's side.

    `ended_by` is "caller", "application", or "simulator" for a time limit, the end of the
    simulation and a call that still lasts; `hangup_cause` is None for the last two. `problems` is
    empty when the script could be followed to its end. `longest_silence` is in simulated seconds;
    `silent` says that it was longer than allowed.
    """

    name: str
    call_control_id: str
    from_: str
    to: str
    ended_by: str
    hangup_cause: str | None
    answered: bool
    heard: list[str]
    commands: list[RecordedCommand]
    webhooks: list[Delivery]
    problems: list[str]
    longest_silence: float
    silent: bool
    target_call_control_ids: list[str]
