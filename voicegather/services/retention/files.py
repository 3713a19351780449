"""Files that go: recordings, here and at Telnyx, and exports."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q, Sum

from voicegather.models import DataClass, Export, Recording
from voicegather.models.jobs import UNFINISHED
from voicegather.selectors.holds import held_among
from voicegather.services.exports import delete_file
from voicegather.services.exports.storing import StorageFailedError, reported
from voicegather.services.recordings import RecordingError, delete_at_telnyx, forget
from voicegather.services.retention.round import Round, sweeps

EXPORTS_A_PAGE = 100


def forget_recordings(round_: Round, calls: Sequence[int]) -> list[int]:
    """Delete recordings of these calls; returns the calls that have none left.

    Telnyx's copy goes first: a file that it still has stays known here, and is tried again by the
    next run.
    """
    found = Recording.objects.filter(call__in=round_.free(calls)).order_by("pk")
    if round_.is_dry:
        counted = found.aggregate(rows=Count("pk"), bytes=Sum("size"))
        round_.tally.files += counted["rows"]
        round_.tally.bytes += counted["bytes"] or 0
        return list(calls)
    stuck, emptied = set(), set()
    for recording in found.iterator(chunk_size=100):
        if held_among([recording.call_id]):
            stuck.add(recording.call_id)
        elif _is_forgotten(round_, recording):
            round_.tally.files += 1
            round_.tally.bytes += recording.size
            emptied.add(recording.call_id)
        else:
            round_.tally.stuck += 1
            stuck.add(recording.call_id)
        round_.progress.advance(0)
    if emptied:
        with round_.stroke(emptied):
            round_.note_removed(round_.free(emptied - stuck))
    return [call for call in calls if call not in stuck]


@sweeps(DataClass.EXPORTS, source=lambda: Export.objects.order_by(), moment="created_at")
def sweep_exports(round_: Round) -> None:
    """Exports that ended, with their files and all that was written of what they were of."""
    after = 0
    while True:
        ended = Export.objects.filter(created_at__lt=round_.cutoff, pk__gt=after)
        rows: list[Any] = list(ended.exclude(state__in=UNFINISHED).order_by("pk")[:EXPORTS_A_PAGE])
        if not rows:
            return
        after = rows[-1].pk
        for export in rows:
            round_.tally.span(export.created_at, export.created_at)
            if round_.is_dry or _deleted(round_, export):
                round_.tally.rows += 1
                round_.tally.files += bool(export.file)
                round_.tally.bytes += export.size
        round_.write()
        round_.progress.advance(len(rows))


def _deleted(round_: Round, export: Export) -> bool:
    try:
        with reported(export.file.name or ""):
            delete_file(export)
    except StorageFailedError as problem:
        round_.tally.stuck += 1
        round_.trouble = str(problem)
        return False
    with round_.stroke():
        Export.objects.filter(~Q(state__in=UNFINISHED), pk=export.pk).delete()
    return True


def _is_forgotten(round_: Round, recording: Recording) -> bool:
    try:
        delete_at_telnyx(recording)
        forget([recording])
    except RecordingError as problem:
        round_.trouble = str(problem)
        return False
    return True
