"""Work in the background: started, run by one worker at a time, followed, stopped, resumed."""

from __future__ import annotations

from voicegather.services.jobs.errors import JobCancelled, LeaseLost, RetryLater
from voicegather.services.jobs.kinds import job_kind
from voicegather.services.jobs.progress import Progress
from voicegather.services.jobs.running import run_job
from voicegather.services.jobs.steering import cancel, retry, run_again, start

__all__ = [
    "JobCancelled",
    "LeaseLost",
    "Progress",
    "RetryLater",
    "cancel",
    "job_kind",
    "retry",
    "run_again",
    "run_job",
    "start",
]
