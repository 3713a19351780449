"""A file that a worker and the clock touch while they are well, for the probes of containers."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

VARIABLE = "VOICEGATHER_HEARTBEAT_FILE"


def beat() -> None:
    """Touch the file that VOICEGATHER_HEARTBEAT_FILE names; without the variable do nothing.

    A file that cannot be touched harms nothing: it grows old, which is what probes look for.
    """
    path = os.environ.get(VARIABLE)
    if path:
        with suppress(OSError):
            Path(path).touch()
