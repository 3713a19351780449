"""One thread that runs what is due, from a heap."""

from __future__ import annotations

import heapq
import itertools
import logging
import threading
import time
from collections.abc import Callable

logger = logging.getLogger(__name__)

Action = Callable[[], None]


class Timer:
    """Something that will be done unless it is cancelled first."""

    __slots__ = ("action",)

    def __init__(self, action: Action) -> None:
        self.action: Action | None = action

    def cancel(self) -> None:
        """Never run the action; harmless when it ran already."""
        self.action = None


class Scheduler:
    """Runs actions after a delay in real seconds, each while holding `lock`.

    Everything that changes simulated calls holds the same lock, so actions never meet each other
    half done. While an action runs, it is the moment at which the action was due: on a busy
    machine everything is late, but in the right order and with the right distances.
    An action that raises is a bug of the simulator: it is kept in `failures`.
    """

    def __init__(self, lock: threading.RLock) -> None:
        self._due = threading.Condition(lock)
        self._heap: list[tuple[float, int, Timer]] = []
        self._order = itertools.count()
        self._stopping = False
        self._moment: float | None = None
        self._thread = threading.Thread(target=self._run, name="fake-telnyx-scheduler", daemon=True)
        self.failures: list[Exception] = []

    def start(self) -> None:
        """Begin to run what is due."""
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what is still waiting is never run."""
        with self._due:
            self._stopping = True
            self._heap.clear()
            self._due.notify_all()
        if self._thread.is_alive():
            self._thread.join()

    def now(self) -> float:
        """Real seconds on a clock that only goes forward. Call with the lock held."""
        return time.monotonic() if self._moment is None else self._moment

    def after(self, seconds: float, action: Action) -> Timer:
        """Run `action` in `seconds`; actions due at the same moment run in the order asked for."""
        timer = Timer(action)
        with self._due:
            entry = (self.now() + max(0.0, seconds), next(self._order), timer)
            heapq.heappush(self._heap, entry)
            if self._heap[0] is entry:
                self._due.notify()
        return timer

    def _run(self) -> None:
        with self._due:
            while not self._stopping:
                if not self._heap:
                    self._due.wait()
                    continue
                remaining = self._heap[0][0] - time.monotonic()
                if remaining > 0:
                    self._due.wait(remaining)
                    continue
                due, _, timer = heapq.heappop(self._heap)
                self._perform(due, timer)

    def _perform(self, due: float, timer: Timer) -> None:
        action, timer.action = timer.action, None
        if action is None:
            return
        self._moment = due
        try:
            action()
        except Exception as error:
            logger.exception("the simulator failed in a timer")
            self.failures.append(error)
        finally:
            self._moment = None
