"""Post webhooks: a bounded pool, retries, and trouble on the way."""

from __future__ import annotations

import http.client
import json
import queue
import threading
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from voicegather.simulator.faults import Misfortune
from voicegather.simulator.records import Attempt, Delivery, Fate
from voicegather.simulator.scheduler import Scheduler, Timer
from voicegather.simulator.signing import Signer

#: Telnyx takes no 2xx within this time for a failure (Telnyx docs: webhooks).
ANSWER_SECONDS = 2.0
RETRIED = frozenset({408, 429})


@dataclass(slots=True, eq=False)
class Parcel:
    """One copy of an event on its way. `waits` are the real seconds before each retry."""

    delivery: Delivery
    url: str
    waits: tuple[float, ...]
    attempt: int = 1


@dataclass(slots=True)
class Shipment:
    """All copies of one event: how many are still open, and the best that befell one."""

    open: int
    fate: Fate = Fate.PENDING


@dataclass(slots=True)
class Held:
    """A parcel that waits to be overtaken by its call's next event."""

    parcel: Parcel
    timer: Timer


class Outbox:
    """Sends events to the application, `workers` at a time.

    `lock` guards its books; `settled` is told, while the lock is held, when the fate of an event
    is known, and `sent` when its first attempt begins.
    """

    def __init__(
        self,
        *,
        lock: threading.RLock,
        scheduler: Scheduler,
        signer: Signer,
        workers: int,
        settled: Callable[[Delivery], None],
        sent: Callable[[Delivery], None],
    ) -> None:
        self._lock = lock
        self._scheduler = scheduler
        self._signer = signer
        self._settled = settled
        self._sent = sent
        self._queue: queue.SimpleQueue[Parcel | None] = queue.SimpleQueue()
        self._shipments: dict[str, Shipment] = {}
        self._followers: defaultdict[str, list[Parcel]] = defaultdict(list)
        self._held: dict[str, Held] = {}
        self._stopping = False
        self._threads = [
            threading.Thread(target=self._work, name=f"fake-telnyx-webhooks-{n}", daemon=True)
            for n in range(workers)
        ]

    def start(self) -> None:
        """Begin to deliver."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End the threads after what they are posting now; the rest is never sent."""
        self._stopping = True
        for thread in self._threads:
            if thread.is_alive():
                self._queue.put(None)
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def post(
        self,
        delivery: Delivery,
        *,
        url: str,
        waits: tuple[float, ...],
        misfortune: Misfortune,
        late_seconds: float,
        after: Delivery | None = None,
    ) -> None:
        """Send an event, not before the first attempt of `after` was over. Call with the lock held.

        `late_seconds` (real) is how late a delayed event is sent.
        """
        if misfortune.dropped:
            delivery.fate = Fate.DROPPED
            self._settled(delivery)
            return
        parcels = [Parcel(delivery, url, waits) for _ in range(1 + misfortune.duplicated)]
        self._shipments[delivery.event_id] = Shipment(len(parcels))
        overtaken = self._held.pop(delivery.call_session_id, None)
        if overtaken is not None:
            overtaken.timer.cancel()
            self._followers[delivery.event_id].append(overtaken.parcel)
        first = parcels[0]
        if misfortune.overtaken:
            timer = self._scheduler.after(late_seconds, lambda: self._release(delivery))
            self._held[delivery.call_session_id] = Held(first, timer)
            parcels = parcels[1:]
        for parcel in parcels:
            if misfortune.delayed:
                self._later(late_seconds, parcel)
            elif after is not None and not after.attempts and after.fate is Fate.PENDING:
                self._followers[after.event_id].append(parcel)
            else:
                self._queue.put(parcel)

    def _release(self, delivery: Delivery) -> None:
        held = self._held.get(delivery.call_session_id)
        if held is not None and held.parcel.delivery is delivery:
            del self._held[delivery.call_session_id]
            self._queue.put(held.parcel)

    def _later(self, seconds: float, parcel: Parcel) -> None:
        self._scheduler.after(seconds, lambda: self._queue.put(parcel))

    def _work(self) -> None:
        while (parcel := self._queue.get()) is not None:
            if self._stopping:
                continue
            with self._lock:
                if not parcel.delivery.attempts:
                    self._sent(parcel.delivery)
            attempt = self._attempt(parcel)
            with self._lock:
                self._record(parcel, attempt)

    def _attempt(self, parcel: Parcel) -> Attempt:
        envelope = {
            "data": parcel.delivery.data,
            "meta": {"attempt": parcel.attempt, "delivered_to": parcel.url},
        }
        body = json.dumps(envelope).encode()
        began = time.monotonic()
        status = _post(parcel.url, body, self._signer.headers(body))
        seconds = time.monotonic() - began
        if seconds > ANSWER_SECONDS:
            status = None
        return Attempt(status, seconds * 1000)

    def _record(self, parcel: Parcel, attempt: Attempt) -> None:
        delivery = parcel.delivery
        delivery.attempts.append(attempt)
        for follower in self._followers.pop(delivery.event_id, ()):
            self._queue.put(follower)
        status = attempt.status
        if status is not None and 200 <= status < 300:
            self._close(parcel, Fate.ACKNOWLEDGED)
        elif status is not None and 400 <= status < 500 and status not in RETRIED:
            self._close(parcel, Fate.REFUSED)
        elif parcel.attempt > len(parcel.waits):
            self._close(parcel, Fate.GIVEN_UP)
        else:
            again = Parcel(delivery, parcel.url, parcel.waits, parcel.attempt + 1)
            self._later(parcel.waits[parcel.attempt - 1], again)

    def _close(self, parcel: Parcel, fate: Fate) -> None:
        delivery = parcel.delivery
        shipment = self._shipments[delivery.event_id]
        shipment.open -= 1
        if shipment.fate is not Fate.ACKNOWLEDGED:
            shipment.fate = fate
        if shipment.open == 0:
            del self._shipments[delivery.event_id]
            delivery.fate = shipment.fate
            self._settled(delivery)


def _post(url: str, body: bytes, headers: dict[str, str]) -> int | None:
    parts = urlsplit(url)
    target = parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    connection = http.client.HTTPConnection(
        parts.hostname or "", parts.port or 80, timeout=ANSWER_SECONDS
    )
    try:
        connection.request("POST", target, body, {**headers, "Connection": "close"})
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
