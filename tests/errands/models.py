from __future__ import annotations

from collections.abc import Callable

from voicegather.models.jobs import Job
from voicegather.services.jobs import Progress, job_kind


class Errand(Job):
    """Does what stands in `work` while a test runs."""

    class Meta(Job.Meta):
        pass


class Work:
    """What the next errands do; nothing unless a test says so."""

    def __init__(self) -> None:
        self.does: Callable[[Errand, Progress], None] = lambda errand, progress: None


work = Work()


@job_kind("errand", model=Errand)
def run(errand: Errand, progress: Progress) -> None:
    work.does(errand, progress)
