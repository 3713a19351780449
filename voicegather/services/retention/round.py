"""One class of data in one run: what it removes before, what it counts, and how it keeps pace."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from voicegather.engine.state import Phase
from voicegather.models import Call, DataClass, RetentionRun
from voicegather.selectors.holds import held_among
from voicegather.services import moments
from voicegather.services.jobs import Progress
from voicegather.services.retention.pace import Pace
from voicegather.services.retention.tally import Tally

#: What a call's page says to be gone.
SHOWN = frozenset(DataClass) - {DataClass.EXPORTS, DataClass.DISCLOSURES, DataClass.CALLS}


@dataclass
class Round:
    """`since` is where an earlier run has come to, None to begin with the oldest."""

    run: RetentionRun
    data_class: DataClass
    cutoff: datetime
    since: datetime | None
    progress: Progress
    pace: Pace = field(default_factory=Pace)
    tally: Tally = field(default_factory=Tally)
    #: Why the newest file could not be deleted, in words for people.
    trouble: str = ""
    #: Calls under hold, or not over, that were counted already.
    _spared: set[int] = field(default_factory=set)

    @property
    def is_dry(self) -> bool:
        return self.run.is_dry

    def free(self, calls: Collection[int]) -> list[int]:
        """Those of the calls that are over and under no hold; the others are counted.

        Within a stroke no hold is missed: whoever makes one waits for it.
        """
        held = held_among(calls)
        under_way = Call.objects.filter(pk__in=calls).exclude(phase=Phase.ENDED).order_by()
        running = set(under_way.values_list("pk", flat=True)) - held
        self.tally.held += len(held - self._spared)
        self.tally.running += len(running - self._spared)
        self._spared |= held | running
        return sorted(set(calls) - held - running)

    @contextmanager
    def stroke(self, calls: Collection[int] = ()) -> Iterator[None]:
        """One short transaction with these calls locked; what it counted is written in it."""
        with self.pace.timed(), transaction.atomic():
            locked = Call.objects.select_for_update().filter(pk__in=calls).order_by("pk")
            list(locked.values_list("pk", flat=True))
            yield
            self.write()

    def write(self) -> None:
        """Put the tally on the run."""
        self.run.counts[self.data_class] = self.tally.stored()
        RetentionRun.objects.filter(pk=self.run.pk).update(counts=self.run.counts)

    def note_removed(self, calls: Collection[int]) -> None:
        """Have the calls' pages say that this class of data is gone, and since when."""
        if self.data_class not in SHOWN:
            return
        today = moments.now().date().isoformat()
        changed = []
        for call in Call.objects.filter(pk__in=calls).only("pk", "removed").order_by("pk"):
            if self.data_class not in (call.removed or {}):
                call.removed = {**(call.removed or {}), self.data_class.value: today}
                changed.append(call)
        Call.objects.bulk_update(changed, ["removed"], batch_size=500)


Sweep = Callable[[Round], None]

_sweeps: dict[DataClass, tuple[Sweep, Callable[[], Any], str]] = {}


def sweeps(
    data_class: DataClass, *, source: Callable[[], Any], moment: str
) -> Callable[[Sweep], Sweep]:
    """Register the decorated function as what removes `data_class`.

    `source` gives the rows whose column `moment` says how old they are: for estimates.
    """

    def register(sweep: Sweep) -> Sweep:
        _sweeps[data_class] = sweep, source, moment
        return sweep

    return register


def sweep_of(data_class: DataClass) -> Sweep | None:
    """None for what this site holds nothing of."""
    found = _sweeps.get(data_class)
    return found[0] if found else None


def older_than(data_class: DataClass, cutoff: datetime) -> Any:
    """The rows that are looked at: calls, or the class's own; None where there are none."""
    found = _sweeps.get(data_class)
    return found[1]().filter(**{f"{found[2]}__lt": cutoff}) if found else None
