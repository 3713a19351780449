"""Which jobs there are: a name, the model that holds them, the queue, and what runs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, TypeVar

from voicegather.models.jobs import Job
from voicegather.services.jobs.progress import Progress

AnyJob = TypeVar("AnyJob", bound=Job)
Run = Callable[[AnyJob, Progress], None]

#: Modules that register kinds, imported when somebody asks for one.
MODULES: tuple[str, ...] = (
    "voicegather.services.alerts.delivering",
    "voicegather.services.access.running",
    "voicegather.services.analytics.running",
    "voicegather.services.audio.uploading",
    "voicegather.services.erasing.running",
    "voicegather.services.exports.running",
    "voicegather.services.recordings.fetching",
    "voicegather.services.replays.running",
    "voicegather.services.requeueing",
    "voicegather.services.reviews.batches",
    "voicegather.services.retention.running",
    "voicegather.services.rotation.running",
)

_kinds: dict[str, JobKind] = {}


@dataclass(frozen=True, slots=True)
class JobKind:
    """One sort of job. `queue` names the setting that names its queue."""

    name: str
    model: type[Any]
    queue: str
    run: Callable[[Any, Progress], None]


def job_kind(
    name: str, *, model: type[AnyJob], queue: str = "QUEUE_BACKGROUND"
) -> Callable[[Run[AnyJob]], Run[AnyJob]]:
    """Register the decorated function as what runs the jobs of `model`.

    It is called outside a transaction, by one worker at a time, and again from the beginning where
    a worker died or was told RetryLater: it looks at what is there already. It calls
    ``progress.advance`` every few seconds, and outside transactions, so that it can be stopped.
    """

    def register(run: Run[AnyJob]) -> Run[AnyJob]:
        _kinds[name] = JobKind(name, model, queue, run)
        return run

    return register


def all_kinds() -> tuple[JobKind, ...]:
    _load()
    return tuple(_kinds.values())


def kind_named(name: str) -> JobKind | None:
    _load()
    return _kinds.get(name)


def kind_of(job: Job) -> JobKind:
    """Raises LookupError where nothing runs jobs of this model."""
    _load()
    for kind in _kinds.values():
        if isinstance(job, kind.model):
            return kind
    raise LookupError(f"no kind of job is registered for {type(job).__name__}")


@cache
def _load() -> None:
    for module in MODULES:
        import_module(module)
