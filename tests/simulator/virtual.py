"""An exchange whose time stands still until a test lets it pass."""

from __future__ import annotations

import heapq
import itertools
import threading
from typing import Any

from voicegather.simulator.assistants import Assistant
from voicegather.simulator.behaviours import Behaviours
from voicegather.simulator.callers import Caller
from voicegather.simulator.exchange import Exchange
from voicegather.simulator.faults import Faults
from voicegather.simulator.legs import Direction, Leg
from voicegather.simulator.quirks import Quirks
from voicegather.simulator.records import Delivery
from voicegather.simulator.scheduler import Action, Timer
from voicegather.simulator.script import parse_script
from voicegather.simulator.targets import Target


class VirtualScheduler:
    """The scheduler's interface, with seconds that pass by `advance` alone."""

    def __init__(self) -> None:
        self._now = 0.0
        self._heap: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()

    def now(self) -> float:
        return self._now

    def after(self, seconds: float, action: Action) -> Timer:
        timer = Timer(action)
        heapq.heappush(self._heap, (self._now + seconds, next(self._order), timer))
        return timer

    def advance(self, seconds: float) -> None:
        end = self._now + seconds
        while self._heap and self._heap[0][0] <= end + 1e-9:
            due, _, timer = heapq.heappop(self._heap)
            self._now = max(self._now, due)
            if timer.action is not None:
                timer.action()
        self._now = end


class Pigeonhole:
    """The outbox's interface: keeps what was posted, in order, and after what."""

    def __init__(self, scheduler: VirtualScheduler) -> None:
        self._scheduler = scheduler
        self.posted: list[tuple[float, Delivery, Delivery | None]] = []

    def post(self, delivery: Delivery, *, after: Delivery | None = None, **rest: object) -> None:
        self.posted.append((self._scheduler.now(), delivery, after))


#: What the account has stored to be played by name.
STORED = ("beep", "hello", "hold", "menu", "one", "reminder", "three", "two", "welcome", "wrong")


class Desk:
    """One exchange in virtual time, its events and its commands."""

    def __init__(
        self,
        *,
        quirks: Quirks | None = None,
        targets: dict[str, Target] | None = None,
        assistants: dict[str, Assistant] | None = None,
    ) -> None:
        lock = threading.RLock()
        self.scheduler = VirtualScheduler()
        self.outbox = Pigeonhole(self.scheduler)
        self.exchange = Exchange(
            lock=lock,
            scheduler=self.scheduler,  # type: ignore[arg-type]
            outbox=self.outbox,  # type: ignore[arg-type]
            time_scale=1.0,
            seed=1,
            connection_id="1684641123236054244",
            quirks=quirks or Quirks(),
            faults=Faults(),
            targets=targets or {},
            assistants=assistants or {},
            retry_seconds=(),
            watchers=threading.Condition(lock),
        )
        lock.acquire()
        self.exchange.webhook_url = "http://127.0.0.1:1/"
        for name in STORED:
            self.exchange.media.keep(name)
        self.commands = Behaviours(self.exchange)

    def incoming(self) -> Leg:
        """A leg that rings at the application's."""
        leg = self.exchange.new_leg(
            direction=Direction.INCOMING, from_="+13125550101", to="+13125550100"
        )
        self.exchange.initiate(leg)
        return leg

    def answered(self) -> Leg:
        """A leg that the application answered just now."""
        leg = self.incoming()
        self.exchange.answered(leg)
        return leg

    def follow(
        self, leg: Leg, *items: object, patience: float = 120, silent_after: float = 10
    ) -> Caller:
        """Somebody who follows a script on a leg."""
        caller = Caller(
            self.exchange,
            leg,
            parse_script(items),
            name="anna",
            patience=patience,
            silent_after=silent_after,
            commands=lambda call_control_id: [],
        )
        caller.begin()
        return caller

    def pass_seconds(self, seconds: float) -> None:
        self.scheduler.advance(seconds)

    def press(self, leg: Leg, keys: str, *, gap: float = 0.1) -> None:
        for key in keys:
            self.exchange.press(leg, key)
            self.pass_seconds(gap)

    def events(self, leg: Leg | None = None) -> list[str]:
        """The types of what was posted, in order."""
        return [delivery.event_type for _, delivery, _ in self._of(leg)]

    def last(self, event_type: str, leg: Leg | None = None) -> dict[str, Any]:
        """The payload of the latest event of a type."""
        return [d.payload for _, d, _ in self._of(leg) if d.event_type == event_type][-1]

    def times(self, event_type: str, leg: Leg | None = None) -> list[float]:
        """When events of a type occurred, in simulated seconds, to the thousandth."""
        return [round(at, 3) for at, d, _ in self._of(leg) if d.event_type == event_type]

    def ended_gathers(self) -> list[tuple[str | None, str]]:
        """Digits and status of each gather that ended."""
        return [
            (d.payload["digits"], d.payload["status"])
            for _, d, _ in self.outbox.posted
            if d.event_type == "call.gather.ended"
        ]

    def _of(self, leg: Leg | None) -> list[tuple[float, Delivery, Delivery | None]]:
        return [
            post
            for post in self.outbox.posted
            if leg is None or post[1].call_control_id == leg.call_control_id
        ]
