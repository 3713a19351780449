from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

from voicegather.models.jobs import Job, JobState
from voicegather.services import moments
from voicegather.services.jobs.errors import JobCancelled, LeaseLost

#: A worker that is not heard of for so long is taken as dead.
LEASE_SECONDS = 60
#: Between two writes of the progress.
WRITE_SECONDS = 1.0


class Progress:
    """How far a running job is; keeps its lease, and tells it when to stop."""

    def __init__(self, job: Job, owner: str) -> None:
        self._job = job
        self._owner = owner
        self._written = time.monotonic()

    def total(self, units: int, *, done: int = 0) -> None:
        """Say how many units there are, and how many an earlier try has done."""
        self._job.total, self._job.done = units, done
        self._write()

    def advance(self, units: int = 1) -> None:
        """So many more are done. Raises JobCancelled or LeaseLost: let them through.

        Written about once a second. Call it outside transactions: in one, nobody else would see it,
        and who asks for a stop would wait for its end.
        """
        self._job.done += units
        if time.monotonic() - self._written >= WRITE_SECONDS:
            self._write()

    def _write(self) -> None:
        rows: Any = type(self._job)._default_manager.filter(
            pk=self._job.pk, lease_owner=self._owner, state=JobState.RUNNING
        )
        kept = rows.update(done=self._job.done, total=self._job.total, lease_until=lease_end())
        if not kept:
            raise LeaseLost("Another worker has taken this job, or it is gone.")
        self._written = time.monotonic()
        if rows.filter(cancel_asked_at__isnull=False).exists():
            raise JobCancelled("Somebody asked for its end.")


def lease_end() -> Any:
    return moments.now() + timedelta(seconds=LEASE_SECONDS)
