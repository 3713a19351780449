"""How many rows go at a stroke: so many that no transaction is long, whatever the database."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

#: How long a transaction should take: callers' webhooks wait no longer for its locks.
TARGET_SECONDS = 0.2
FEWEST, MOST = 20, 2000


class Pace:
    """Grows while the database is quick, shrinks at once when it is not."""

    def __init__(self) -> None:
        self.size = 200
        self.slowest = 0.0

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Around one transaction."""
        began = time.monotonic()
        yield
        self.took(time.monotonic() - began)

    def took(self, seconds: float) -> None:
        """One transaction took so long: the next one is sized by it."""
        self.slowest = max(self.slowest, seconds)
        factor = min(2.0, TARGET_SECONDS / max(seconds, 0.001))
        self.size = int(min(MOST, max(FEWEST, self.size * factor)))
