"""The SDK's own log lines, without what they would quote of commands.

At DEBUG it writes every request's options, and with them each word that a caller is told: a PIN
that is read back, too.
"""

from __future__ import annotations

import logging
from typing import Any

#: Of a request's options; of the others only the names are written.
SHOWN = frozenset({"method", "url", "timeout", "max_retries"})
WITHHELD = "•••"


class WithoutBodies(logging.Filter):
    """Lets every line through; of the options of requests, nothing but SHOWN."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, dict):
            record.args = _shown(record.args)
        elif isinstance(record.args, tuple):
            record.args = tuple(map(_shown, record.args))
        return True


_WITHOUT_BODIES = WithoutBodies()


def keep_quiet() -> None:
    """Put the filter on every logger of the SDK, which must be imported by now."""
    for name, logger in list(logging.root.manager.loggerDict.items()):
        if name.partition(".")[0] == "telnyx" and isinstance(logger, logging.Logger):
            logger.addFilter(_WITHOUT_BODIES)


def _shown(told: Any) -> Any:
    if not isinstance(told, dict):
        return told
    return {name: value if name in SHOWN else WITHHELD for name, value in told.items()}
