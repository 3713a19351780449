"""What the leading clock does every so often: each a function that starts work and returns."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module

from voicegather.services.tracebacks import safe_traceback

#: Modules that register functions, imported by the first clock.
MODULES: tuple[str, ...] = (
    "voicegather.services.access.keeping",
    "voicegather.services.analytics.running",
    "voicegather.services.alerts.announcing",
    "voicegather.services.alerts.evaluating",
    "voicegather.services.audio.keeping",
    "voicegather.services.exports.keeping",
    "voicegather.services.exports.scheduled",
    "voicegather.services.menus.plans.carrying_out",
    "voicegather.services.diversions",
    "voicegather.services.counting",
    "voicegather.services.jobs.failures",
    "voicegather.services.tallying",
    "voicegather.services.retention.asking",
)

_log = logging.getLogger("voicegather.clock")
_chores: dict[str, tuple[timedelta, Chore]] = {}

Chore = Callable[[datetime], object]


def every(gap: timedelta) -> Callable[[Chore], Chore]:
    """Register the decorated function to be called with the present moment, about every `gap`.

    Two clocks may call it at once, and one that starts calls it at once: what must happen once is
    claimed in the database. It takes milliseconds; what takes longer becomes a job.
    """

    def register(chore: Chore) -> Chore:
        _chores[f"{chore.__module__}.{chore.__qualname__}"] = gap, chore
        return chore

    return register


class Chores:
    """Remembers when each was done last."""

    def __init__(self) -> None:
        self._done: dict[str, datetime] = {}

    def do(self, moment: datetime) -> None:
        """Call what is due; what one of them raises is logged, and keeps no other from its turn."""
        _load()
        for name, (gap, chore) in _chores.items():
            last = self._done.get(name)
            if last is not None and moment - last < gap:
                continue
            self._done[name] = moment
            try:
                chore(moment)
            except Exception as problem:
                _log.error("%s failed:\n%s", name, safe_traceback(problem))


@cache
def _load() -> None:
    for module in MODULES:
        import_module(module)
