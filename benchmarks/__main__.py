"""``python -m benchmarks [NAME ...]``: runs what is named, else webhook, pipeline and engine."""

from __future__ import annotations

import importlib
import signal
import sys
import time
from collections.abc import Sequence

from benchmarks.place import PlaceError

TOGETHER = ("webhook", "pipeline", "engine")
ALL = (*TOGETHER, "growth", "calls", "history", "replay", "export", "list", "analytics")


def main(names: Sequence[str]) -> int:
    """0 when every benchmark ran; what it found is for the reader to judge.

    Ctrl-C and SIGTERM end it with 130, after its databases are dropped.
    """
    unknown = set(names) - set(ALL)
    if unknown:
        print(f"No benchmark is named {', '.join(sorted(unknown))}; there are {', '.join(ALL)}.")
        return 2
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    began = time.monotonic()
    try:
        for name in names or TOGETHER:
            importlib.import_module(f"benchmarks.{name}").run()
    except PlaceError as problem:
        print(problem, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    print(f"{time.monotonic() - began:.0f} s in all")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
