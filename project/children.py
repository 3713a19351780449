"""Processes that live and end together."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

STOP_SECONDS = 10


@dataclass(frozen=True)
class Ended:
    """A process that ended by itself; negative statuses are signals."""

    name: str
    status: int


class Children:
    """Named child processes; leaving the context ends those that still run."""

    def __init__(self) -> None:
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def start(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path | None = None,
    ) -> None:
        """Start one in a session of its own, so that Ctrl-C reaches it through us alone.

        What it prints goes where ours does, or into the file `log`.
        """
        with log.open("wb") if log else nullcontext() as output:
            self._processes[name] = subprocess.Popen(  # noqa: S603
                command,
                env=dict(environment),
                start_new_session=True,
                stdout=output,
                stderr=output,
            )

    def first_ended(self) -> Ended | None:
        """One that has ended, if any has."""
        for name, process in self._processes.items():
            status = process.poll()
            if status is not None:
                return Ended(name, status)
        return None

    def stop(self) -> None:
        """Ask all to end, wait up to STOP_SECONDS in total, then kill."""
        running = [each for each in self._processes.values() if each.poll() is None]
        for process in running:
            process.terminate()
        deadline = time.monotonic() + STOP_SECONDS
        for process in running:
            try:
                process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.stop()
