"""Many callers at once, and what became of them."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass

from voicegather.simulator.callers import Caller
from voicegather.simulator.errors import CallerStillOnTheLineError, SimulatorError
from voicegather.simulator.fake import FakeTelnyx
from voicegather.simulator.outcomes import CallerOutcome
from voicegather.simulator.records import Fate
from voicegather.simulator.scenario import Scenario

#: How long the last webhooks are waited for, in real seconds, after the last caller is gone.
LAST_WEBHOOKS_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Tally:
    """How many callers of one name ended in one way."""

    name: str
    ended_by: str
    hangup_cause: str | None
    calls: int


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What became of a load. Milliseconds and `seconds` are real.

    `lost` calls were neither answered nor ended by the application; `silent` ones heard nothing
    for too long; `unfinished` ones were still on the line when time was up. `problems` names the
    callers, and the parties they were connected with, whose script could not be followed.
    """

    calls: int
    most_at_once: int
    seconds: float
    tallies: tuple[Tally, ...]
    lost: int
    silent: int
    unfinished: int
    problems: tuple[str, ...]
    unacknowledged_webhooks: int
    refused_commands: int
    ack_p50_ms: float | None
    ack_p99_ms: float | None
    event_to_command_p50_ms: float | None
    event_to_command_p99_ms: float | None


class _Lines:
    """Phone lines, of which so many may be in use at a time."""

    def __init__(self, number: int) -> None:
        self._changed = threading.Condition()
        self._number = number
        self._in_use = 0
        self.most = 0

    def take(self, *, timeout: float) -> bool:
        """Whether a line became free within `timeout` seconds; it is in use then."""
        with self._changed:
            if not self._changed.wait_for(lambda: self._in_use < self._number, timeout):
                return False
            self._in_use += 1
            self.most = max(self.most, self._in_use)
            return True

    def free(self) -> None:
        with self._changed:
            self._in_use -= 1
            self._changed.notify()


def run_load(
    telnyx: FakeTelnyx,
    scenario: Scenario,
    *,
    calls: int,
    concurrency: int,
    seed: int = 1,
    spread_seconds: float = 0.0,
    timeout: float = 600.0,
) -> LoadReport:
    """Place `calls` calls, at most `concurrency` at a time, chosen by weight and `seed`.

    They begin as soon as a line is free, and not before their share of `spread_seconds` (real)
    is over: callers do not dial in step.
    `timeout` bounds the whole in real seconds; calls that are not over then count as unfinished,
    and no further ones are placed. The simulator learns the scenario's targets and assistants.
    Raises `SimulatorError` for numbers that make no sense.
    """
    if calls < 1 or concurrency < 1:
        raise SimulatorError("A load needs at least one call and a concurrency of at least 1.")
    if not 0 <= spread_seconds <= timeout:
        raise SimulatorError("The calls' beginnings are spread over 0 seconds to the time-out.")
    rung_before = len(telnyx.rung)
    telnyx.targets.update(scenario.targets)
    telnyx.assistants.update(scenario.assistants)
    source = random.Random(seed)
    chosen = source.choices(
        scenario.callers, weights=[caller.weight for caller in scenario.callers], k=calls
    )
    began = time.monotonic()
    lines = _Lines(concurrency)
    callers: list[Caller] = []
    for number, kind in enumerate(chosen):
        time.sleep(max(0.0, began + spread_seconds * number / calls - time.monotonic()))
        if not lines.take(timeout=max(0.0, began + timeout - time.monotonic())):
            break
        callers.append(
            telnyx.place_call(
                script=kind.script,
                from_=kind.number(number),
                to=kind.to,
                name=kind.name,
                when_over=lines.free,
            )
        )
    unfinished = calls - len(callers)
    for caller in callers:
        try:
            caller.wait(timeout=max(0.0, began + timeout - time.monotonic()))
        except CallerStillOnTheLineError:
            unfinished += 1
    seconds = time.monotonic() - began
    _wait_for_last_webhooks(telnyx)
    outcomes = [caller.outcome() for caller in callers]
    rung = [target.outcome() for target in telnyx.rung[rung_before:]]
    return _report(telnyx, outcomes, rung, unfinished, lines.most, seconds)


def _wait_for_last_webhooks(telnyx: FakeTelnyx) -> None:
    """A call's last webhook goes out when its caller is gone: let it be answered, or given up."""
    deadline = time.monotonic() + LAST_WEBHOOKS_SECONDS
    while time.monotonic() < deadline:
        if all(delivery.fate is not Fate.PENDING for delivery in telnyx.webhooks()):
            return
        time.sleep(0.05)


def _report(
    telnyx: FakeTelnyx,
    outcomes: list[CallerOutcome],
    rung: list[CallerOutcome],
    unfinished: int,
    most: int,
    seconds: float,
) -> LoadReport:
    endings = Counter(
        (outcome.name, outcome.ended_by, outcome.hangup_cause) for outcome in outcomes
    )
    figures = telnyx.report()
    return LoadReport(
        calls=len(outcomes),
        most_at_once=most,
        seconds=seconds,
        tallies=tuple(
            Tally(name, ended_by, cause, count)
            for (name, ended_by, cause), count in sorted(endings.items(), key=str)
        ),
        lost=sum(_was_lost(outcome) for outcome in outcomes),
        silent=sum(outcome.silent for outcome in outcomes),
        unfinished=unfinished,
        problems=tuple(
            f"{outcome.name} ({outcome.call_control_id}): {problem}"
            for outcome in (*outcomes, *rung)
            for problem in outcome.problems
        ),
        unacknowledged_webhooks=figures.unacknowledged_webhooks,
        refused_commands=figures.refused_commands,
        ack_p50_ms=figures.ack_p50_ms,
        ack_p99_ms=figures.ack_p99_ms,
        event_to_command_p50_ms=figures.event_to_command_p50_ms,
        event_to_command_p99_ms=figures.event_to_command_p99_ms,
    )


def _was_lost(outcome: CallerOutcome) -> bool:
    return not outcome.answered and outcome.ended_by != "application"
