"""How often rare things happen: counted in the database, so that all processes count together."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import datetime, timedelta

from django.db import DatabaseError, IntegrityError, InterfaceError, router, transaction
from django.db.models import F, Sum

from voicegather.models.tallies import ALL_TIME, Tally
from voicegather.services import moments
from voicegather.services.connecting import connection_within_a_second
from voicegather.services.periodic import every

#: Of the buckets in which the last hours are counted, and how long they are kept.
BUCKET = timedelta(minutes=5)
KEPT = timedelta(days=2)
#: A process writes down what it counted at most so often.
GAP_SECONDS = 5.0


def add(name: str, label: str = "", count: int = 1, *, bucket: datetime = ALL_TIME) -> None:
    """Count so many more."""
    rows = Tally.objects.filter(name=name, label=label[:160], bucket=bucket)
    if rows.update(value=F("value") + count):
        return
    try:
        with transaction.atomic():
            Tally.objects.create(name=name, label=label[:160], bucket=bucket, value=count)
    except IntegrityError:
        rows.update(value=F("value") + count)


def lately(name: str, label: str, *, since: datetime) -> int:
    """How many were counted by :class:`Often` since then, to the five minutes."""
    rows = Tally.objects.filter(name=name, label=label, bucket__gte=since - BUCKET)
    return rows.aggregate(all=Sum("value"))["all"] or 0


class Often:
    """Counts in this process what may happen many times a second; writes every few seconds.

    What a process has not written when it ends, a few seconds' worth, is not counted. A database
    that is away is no reason to raise: it is written with what comes next.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = threading.Lock()
        self._counted: Counter[str] = Counter()
        self._written = float("-inf")

    def note(self, label: str) -> None:
        """One more. Never raises database errors."""
        with self._lock:
            self._counted[label] += 1
            if time.monotonic() - self._written < GAP_SECONDS:
                return
            self._written = time.monotonic()
            taken, self._counted = self._counted, Counter()
        try:
            connection_within_a_second(router.db_for_write(Tally))
            self._write(taken)
        except (DatabaseError, InterfaceError):
            with self._lock:
                self._counted += taken

    def _write(self, taken: Counter[str]) -> None:
        moment = moments.now()
        bucket = moment - (moment - ALL_TIME) % BUCKET
        for label, count in taken.items():
            add(self._name, label, count)
            add(self._name, label, count, bucket=bucket)


#: Webhooks that were refused, by the reason.
refused_webhooks = Often("webhooks")


@every(timedelta(hours=1))
def forget_old(moment: datetime) -> None:
    """Drop the buckets of days ago."""
    old = Tally.objects.filter(bucket__gt=ALL_TIME, bucket__lt=moment - KEPT)
    old.exclude(name="counted").delete()
