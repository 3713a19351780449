"""How long a caller heard nothing."""

from __future__ import annotations


class Silence:
    """Adds up stretches of silence, in simulated seconds."""

    def __init__(self) -> None:
        self._since: float | None = None
        self._longest = 0.0
        self._total = 0.0

    def update(self, now: float, *, quiet: bool) -> None:
        """From `now` on it is quiet, or it is not."""
        if quiet and self._since is None:
            self._since = now
        elif not quiet and self._since is not None:
            stretch = now - self._since
            self._since = None
            self._total += stretch
            self._longest = max(self._longest, stretch)

    def longest(self, now: float) -> float:
        """The longest stretch until now."""
        return max(self._longest, self._running(now))

    def total(self, now: float) -> float:
        """All stretches until now."""
        return self._total + self._running(now)

    def _running(self, now: float) -> float:
        return 0.0 if self._since is None else now - self._since
