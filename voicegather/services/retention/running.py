"""A run from its beginning to its end: class by class, each in short transactions."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any

from django.db import transaction
from django.utils.translation import ngettext

from voicegather.models import DataClass, RetentionRun
from voicegather.models.jobs import JobState
from voicegather.selectors.keyset import estimated_count
from voicegather.services.jobs import Progress, RetryLater, job_kind
from voicegather.services.retention.round import Round, older_than, sweep_of
from voicegather.services.retention.rules import RetentionError
from voicegather.services.retention.tally import Tally

#: Modules that say how classes of data are removed.
MODULES = (
    "voicegather.services.retention.rows",
    "voicegather.services.retention.calls",
    "voicegather.services.retention.files",
)
#: Whole calls last: what hangs on them is counted as what it is.
ORDER = (*(each for each in DataClass if each is not DataClass.CALLS), DataClass.CALLS)
#: What comes late belongs to calls that an earlier run has been at.
OVERLAP = timedelta(days=7)
#: Until files that cannot be deleted are tried again, and how often.
PATIENCE_SECONDS, MOST_TRIES = 600, 3


@job_kind("retention", model=RetentionRun)
def run_retention(run: RetentionRun, progress: Progress) -> None:
    """Remove what is older than `run.cutoffs`, or count it in a dry run.

    What is removed is gone when a worker dies; the next goes on with the rest.
    """
    load_sweeps()
    wanted = _wanted(run)
    if run.is_dry:
        run.counts = {}
    progress.total(sum(_estimate(each, cutoff) for each, cutoff in wanted.items()))
    stuck, trouble = 0, ""
    for data_class, cutoff in wanted.items():
        swept = _sweep(run, data_class, cutoff, progress)
        if swept is not None:
            stuck += swept.tally.stuck
            trouble = swept.trouble or trouble
    if stuck:
        told = ngettext(
            "%(count)d file could not be deleted, by the storage or by Telnyx, and is tried again. "
            "%(why)s",
            "%(count)d files could not be deleted, by the storage or by Telnyx, and are tried "
            "again. %(why)s",
            stuck,
        )
        told %= {"count": stuck, "why": trouble}
        if run.tries >= MOST_TRIES:
            raise RetentionError(told)
        raise RetryLater(PATIENCE_SECONDS, told)


@cache
def load_sweeps() -> None:
    """Have all that removes data registered."""
    for module in MODULES:
        import_module(module)


def _sweep(
    run: RetentionRun, data_class: DataClass, cutoff: datetime, progress: Progress
) -> Round | None:
    sweep = sweep_of(data_class)
    if sweep is None:
        return None
    tally = Tally.of(run.counts.get(data_class))
    tally.held = tally.running = tally.stuck = 0
    since = None if run.is_dry or run.day is None else _since(run, data_class)
    round_ = Round(run, data_class, cutoff, since, progress, tally=tally)
    sweep(round_)
    with transaction.atomic():
        round_.write()
    return round_


def _wanted(run: RetentionRun) -> dict[DataClass, datetime]:
    there = {each: run.cutoffs.get(each) for each in ORDER}
    return {each: datetime.fromisoformat(at) for each, at in there.items() if at}


def _since(run: RetentionRun, data_class: DataClass) -> datetime | None:
    """Where the newest run came to that ended well and passed no call by that was not over.

    One that staff ask for begins with the oldest.
    """
    earlier: Any = RetentionRun.objects.filter(state=JobState.DONE, is_dry=False, pk__lt=run.pk)
    before = earlier.order_by("-pk").first()
    if before is None or data_class not in before.cutoffs:
        return None
    if Tally.of(before.counts.get(data_class)).running:
        return None
    return datetime.fromisoformat(before.cutoffs[data_class]) - OVERLAP


def _estimate(data_class: DataClass, cutoff: datetime) -> int:
    rows = older_than(data_class, cutoff)
    return 0 if rows is None else estimated_count([rows])
