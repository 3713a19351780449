"""A circuit breaker: after a failure, no further attempt for a while, then a single one."""

from __future__ import annotations

import threading
import time


class CircuitBreaker:
    """Guards something that may fail slowly, for all threads of the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._closed_again_at: float | None = None

    def allows(self, retry_after_seconds: float) -> bool:
        """Whether to try now. While it is open, one caller every `retry_after_seconds` may."""
        if self._closed_again_at is None:
            return True
        with self._lock:
            now = time.monotonic()
            if self._closed_again_at is not None and now < self._closed_again_at:
                return False
            if self._closed_again_at is not None:
                self._closed_again_at = now + retry_after_seconds
            return True

    def failed(self, retry_after_seconds: float) -> bool:
        """Open it; whether it was closed until now."""
        with self._lock:
            was_closed = self._closed_again_at is None
            self._closed_again_at = time.monotonic() + retry_after_seconds
            return was_closed

    def succeeded(self) -> bool:
        """Close it; whether it was open until now."""
        if self._closed_again_at is None:
            return False
        with self._lock:
            was_open = self._closed_again_at is not None
            self._closed_again_at = None
            return was_open
