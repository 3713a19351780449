"""What is held of a subject: the calls, and how much of what hangs on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Max, Min, Q, Sum

from voicegather.engine.state import Phase
from voicegather.models import AccessRequest, Call, Erasure, Export, LegalHold, Recording
from voicegather.models.jobs import UNFINISHED
from voicegather.selectors.collected.packing import unpacked
from voicegather.selectors.hanging import hanging_on_calls
from voicegather.selectors.holds import open_holds
from voicegather.selectors.searching import any_of
from voicegather.services.erasing.subject import Subject

#: Of calls under hold and calls that are not over, so many are listed.
MOST_LISTED = 20
#: The ids of so many calls are compared with exports.
MOST_COMPARED = 10_000


@dataclass(frozen=True)
class Preview:
    """What an erasure would cover, and what is in its way."""

    subject: Subject
    calls: int
    first: datetime | None
    last: datetime | None
    #: Names of tables, in the plural, and how many rows each has; the full ones.
    rows: list[tuple[str, int]]
    recording_bytes: int
    exports: int
    held: list[Call]
    running: list[Call]
    earlier: list[Erasure] = field(default_factory=list)
    requests: int = 0


def calls_of(subject: Subject, *, until: datetime | None = None) -> Any:
    """The subject's calls that began by then; all where `until` is None."""
    found = Call.objects.order_by()
    if subject.call:
        found = found.filter(pk=subject.call)
    else:
        ways = [Q(caller=subject.party)]
        if subject.number:
            ways += [Q(caller_e164=subject.number)]
        found = any_of(found, ways)
    return found.filter(started_at__lte=until) if until else found


def preview_of(subject: Subject) -> Preview:
    """Counts what is held of the subject now."""
    calls = calls_of(subject)
    ids = calls.values("pk")
    known = calls.aggregate(first=Min("started_at"), last=Max("started_at"))
    rows = [(each.model, each.of(ids).count()) for each in hanging_on_calls()]
    recordings = Recording.objects.filter(call__in=ids).aggregate(size=Sum("size"))
    held = calls.filter(pk__in=open_holds().values("call"))
    return Preview(
        subject=subject,
        calls=calls.count(),
        first=known["first"],
        last=known["last"],
        rows=[
            (str(model._meta.verbose_name_plural), count)
            for model, count in rows
            if count and model is not LegalHold
        ],
        recording_bytes=recordings["size"] or 0,
        exports=len(list(exports_of(set(ids.values_list("pk", flat=True)[:MOST_COMPARED])))),
        held=list(held.order_by("-started_at")[:MOST_LISTED]),
        running=list(calls.exclude(phase=Phase.ENDED).order_by("-started_at")[:MOST_LISTED]),
        earlier=list(erasures_of(subject)[:MOST_LISTED]),
        requests=AccessRequest.objects.filter(subject_hash__in=subject.hashes())
        .exclude(file="")
        .count(),
    )


def erasures_of(subject: Subject) -> Any:
    """The erasures of this subject that there were, newest first: "was this number erased?"."""
    return Erasure.objects.filter(subject_hash__in=subject.hashes()).order_by("-pk")


def exports_of(calls: set[int]) -> Iterator[int]:
    """The ids of exports, made or being made, that are of one of these calls."""
    if not calls:
        return
    kept = Export.objects.filter(Q(state__in=UNFINISHED) | ~Q(file="")).exclude(chosen_calls=b"")
    for pk, packed in kept.values_list("pk", "chosen_calls").iterator(chunk_size=20):
        if not calls.isdisjoint(unpacked(packed)):
            yield pk
