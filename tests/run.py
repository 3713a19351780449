"""``make test``: the suite on SQLite, then on PostgreSQL and Redis when they answer.

Tests marked ``services`` belong to the second run; what could not run is named at the end, and
fails the whole when VOICEGATHER_REQUIRE_SERVICES=1. Further arguments are pytest's own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tests import services_under_test as services

ROOT = Path(__file__).resolve().parents[1]
REQUIRE_VARIABLE = "VOICEGATHER_REQUIRE_SERVICES"
NOTHING_COLLECTED = 5


@dataclass(frozen=True)
class Run:
    """One finished run of pytest."""

    name: str
    status: int
    seconds: float

    @property
    def verdict(self) -> str:
        verdicts = {0: "passed", NOTHING_COLLECTED: "no test chosen"}
        return f"{verdicts.get(self.status, 'FAILED')} in {self.seconds:.0f} s"


def main(arguments: Sequence[str]) -> int:
    """Run what can run; 0 when all of it passed and nothing that is required was left out."""
    required = os.environ.get(REQUIRE_VARIABLE) == "1"
    found = (services.postgresql(), services.redis())
    missing = [service for service in found if service.trouble]
    if missing and required:
        _tell_missing(missing)
        print(f"{REQUIRE_VARIABLE}=1: nothing was run.", file=sys.stderr)
        return 1

    embedded = {service.variable: "" for service in found}
    runs = [_pytest("SQLite, local dispatch", ["-m", "not services", *arguments], embedded)]
    if not missing:
        in_earnest = {service.variable: service.url for service in found}
        runs.append(_pytest("PostgreSQL and Redis", arguments, in_earnest))

    print()
    for run in runs:
        print(f"{run.name}: {run.verdict}")
    _tell_missing(missing)
    sys.stdout.flush()
    chosen = [run for run in runs if run.status != NOTHING_COLLECTED]
    return int(not chosen or any(run.status for run in chosen))


def _pytest(name: str, arguments: Sequence[str], environment: Mapping[str, str]) -> Run:
    print(f"\n=== {name} ===", flush=True)
    began = time.monotonic()
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env={**os.environ, **environment}
    ) as process:
        try:
            status = process.wait()
        except SystemExit:
            process.terminate()
            raise
    return Run(name, status, time.monotonic() - began)


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def _tell_missing(missing: Sequence[services.Service]) -> None:
    if not missing:
        return
    print("LEFT OUT: the suite on PostgreSQL and every test marked services, because")
    for service in missing:
        print(f"  {service.name} is not ready at {service.shown_url}: {service.trouble}")
        print(f"  Start it, or set {service.variable}.")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(main(sys.argv[1:]))
