"""A bounded pool of daemon threads that does one thing for each of many keys."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

#: After so long without work a thread ends, and gives up what it holds open.
IDLE_SECONDS = 10.0


class KeyedPool:
    """Runs `work(key)`; never twice at once for one key, and a key that waits waits once.

    A key that is submitted while its work runs is worked on once more. Threads are started as
    they are needed, at most `threads` of them, and `capacity` keys may wait. A thread that ends
    calls `leave`.
    """

    def __init__(
        self,
        work: Callable[[str], None],
        *,
        threads: int,
        capacity: int,
        leave: Callable[[], None],
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._work = work
        self._leave = leave
        self._idle_seconds = idle_seconds
        self._limit = threads
        self._capacity = capacity
        self._changed = threading.Condition()
        self._ready: deque[str] = deque()
        self._running: set[str] = set()
        #: Every key that waits: those in `_ready`, and those that wait for their own run to end.
        self._waiting: set[str] = set()
        self._threads: set[threading.Thread] = set()
        self._idle = 0
        self._closed = False

    def submit(self, key: str) -> bool:
        """Have `key` worked on soon; False when too many wait, or the pool is closed."""
        with self._changed:
            if self._closed:
                return False
            if key not in self._waiting:
                if len(self._waiting) >= self._capacity:
                    return False
                self._waiting.add(key)
                if key not in self._running:
                    self._ready.append(key)
            self._see_to_threads()
        return True

    def wait_until_idle(self, seconds: float) -> bool:
        """Whether everything that was submitted is done, waiting for that up to `seconds`."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._waiting and not self._running, timeout=seconds
            )

    def close(self, seconds: float) -> None:
        """Forget what waits, and end the threads; wait up to `seconds` for what runs."""
        with self._changed:
            self._closed = True
            self._ready.clear()
            self._waiting.clear()
            self._changed.notify_all()
            threads = list(self._threads)
        deadline = time.monotonic() + seconds
        for thread in threads:
            if thread is not threading.current_thread():
                thread.join(max(0.0, deadline - time.monotonic()))

    def _see_to_threads(self) -> None:
        self._changed.notify_all()
        if self._idle >= len(self._ready) or len(self._threads) >= self._limit:
            return
        thread = threading.Thread(target=self._run, name="voicegather-local", daemon=True)
        try:
            thread.start()
        except RuntimeError:
            # No more threads, or the interpreter ends: what waits is tried with the next key.
            return
        self._threads.add(thread)

    def _run(self) -> None:
        try:
            while (key := self._next()) is not None:
                try:
                    self._work(key)
                finally:
                    self._finish(key)
        finally:
            with self._changed:
                self._threads.discard(threading.current_thread())
            self._leave()

    def _next(self) -> str | None:
        with self._changed:
            self._idle += 1
            self._changed.wait_for(lambda: self._closed or bool(self._ready), self._idle_seconds)
            self._idle -= 1
            if self._closed or not self._ready:
                # Under the lock: no submitter may count on a thread that ends.
                self._threads.discard(threading.current_thread())
                return None
            key = self._ready.popleft()
            self._waiting.discard(key)
            self._running.add(key)
            return key

    def _finish(self, key: str) -> None:
        with self._changed:
            self._running.discard(key)
            if key in self._waiting:
                self._ready.append(key)
            self._changed.notify_all()
