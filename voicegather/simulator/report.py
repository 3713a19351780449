"""How fast the application was."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable
from dataclasses import dataclass

from voicegather.simulator.legs import Leg
from voicegather.simulator.records import Delivery, Fate, RecordedCommand

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


def measured(
    *, legs: list[Leg], commands: list[RecordedCommand], stopwatch: Stopwatch, now: float
) -> Report:
    """The figures of these legs and commands at the simulated second `now`."""
    webhooks = [delivery for leg in legs for delivery in leg.deliveries]
    acknowledged = [
        attempt.ack_ms
        for delivery in webhooks
        for attempt in delivery.attempts
        if attempt.status is not None
    ]
    reactions = [seconds * 1000 for seconds in stopwatch.seconds]
    return Report(
        calls=len(legs),
        commands=len(commands),
        refused_commands=sum(not command.accepted for command in commands),
        repeated_commands=sum(command.repeat for command in commands),
        webhooks=len(webhooks),
        webhook_posts=sum(len(delivery.attempts) for delivery in webhooks),
        unacknowledged_webhooks=sum(
            delivery.fate is not Fate.ACKNOWLEDGED for delivery in webhooks
        ),
        ack_p50_ms=percentile(acknowledged, 0.5),
        ack_p99_ms=percentile(acknowledged, 0.99),
        event_to_command_p50_ms=percentile(reactions, 0.5),
        event_to_command_p99_ms=percentile(reactions, 0.99),
        silent_seconds=sum(leg.silence.total(now) for leg in legs),
        longest_silence=max((leg.silence.longest(now) for leg in legs), default=0.0),
    )
