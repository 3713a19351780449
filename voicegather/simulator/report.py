"""How fast the application was."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass

from voicegather.simulator.records import Delivery

EARLY_STOP = "gather_stop"
KEY_EVENT = "call.dtmf.received"


@dataclass(frozen=True, slots=True)
class Report:
    """Figures over all calls so far; milliseconds are real, silent seconds simulated.

    `ack` is the time that the application took to answer a webhook, over all POSTs that it
    answered. `event_to_command` is the time from the first POST of an event that awaits a command
    to the next command of its call. Percentiles are None when there was nothing to measure.
    """

    calls: int
    commands: int
    refused_commands: int
    repeated_commands: int
    webhooks: int
    webhook_posts: int
    unacknowledged_webhooks: int
    ack_p50_ms: float | None
    ack_p99_ms: float | None
    event_to_command_p50_ms: float | None
    event_to_command_p99_ms: float | None
    silent_seconds: float
    longest_silence: float


class Stopwatch:
    """Measures from an event to the first command that it brings about in its session."""

    def __init__(self) -> None:
        self._asked: dict[str, float] = {}
        self._pressed: dict[str, float] = {}
        self.seconds: list[float] = []

    def event(self, delivery: Delivery) -> None:
        """The first POST of an event begins."""
        if delivery.awaits_command:
            self._asked[delivery.call_session_id] = time.monotonic()
        elif delivery.event_type == KEY_EVENT:
            self._pressed[delivery.call_session_id] = time.monotonic()

    def command(self, session_id: str, action: str) -> None:
        """A command arrived; gather_stop answers a key, every other command another event."""
        asked = self._pressed if action == EARLY_STOP else self._asked
        began = asked.pop(session_id, None)
        if began is not None:
            self.seconds.append(time.monotonic() - began)


def percentile(values: Iterable[float], share: float) -> float | None:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed."""
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]
