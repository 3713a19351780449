"""Recordings: asked for, saved by Telnyx, lost, replaced, and written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from voicegather.engine.facts import (
    Fact,
    RecordingBegan,
    RecordingLost,
    RecordingReady,
    RecordingReplaced,
    RecordingUse,
    RecordingWritten,
)
from voicegather.engine.graph import Menus, Sensitivity
from voicegather.models import Call, Recording, StepVisit, TranscriptSource
from voicegather.models.jobs import JobState
from voicegather.sealing import seal
from voicegather.services import jobs, moments
from voicegather.services.calls.ledger.visits import step_of
from voicegather.services.moments import from_ms

#: After the longest time that a recording can take, Telnyx is asked for it.
ASKED_AFTER = timedelta(minutes=1)
#: Where nothing bounds it: how soon it is looked at whether the call is over.
LOOKED_AFTER = timedelta(minutes=15)
#: Longer transcripts than an hour of talk gives are cut.
LONGEST_TRANSCRIPT = 100_000
_TOLD = (RecordingReady, RecordingLost, RecordingReplaced, RecordingWritten)


def write_recordings(
    call: Call, facts: Sequence[Fact], visits: Mapping[int, StepVisit], menus: Menus
) -> None:
    """Insert what began, and have what Telnyx saved fetched once this is committed."""
    began = [fact for fact in facts if isinstance(fact, RecordingBegan)]
    if began:
        Recording.objects.bulk_create(_row(call, fact, visits, menus) for fact in began)
    told = [fact for fact in facts if isinstance(fact, _TOLD)]
    if not told:
        return
    known = list(call.recordings.all())
    for fact in told:
        _note(call, fact, known)


def _row(
    call: Call, fact: RecordingBegan, visits: Mapping[int, StepVisit], menus: Menus
) -> Recording:
    visit = visits[fact.visit]
    step = step_of(visit, menus)
    patience = timedelta(milliseconds=fact.longest_ms) + ASKED_AFTER
    return Recording(
        call=call,
        visit=visit,
        seq=fact.seq,
        use=fact.use,
        take=fact.take,
        sensitivity=step.sensitivity if step else Sensitivity.SECRET,
        connection=call.connection,
        began_at=from_ms(fact.at),
        not_before=from_ms(fact.at) + (patience if fact.longest_ms else LOOKED_AFTER),
    )


def _note(call: Call, fact: Fact, known: list[Recording]) -> None:
    match fact:
        case RecordingReady():
            _saved(call, fact, known)
        case RecordingLost():
            _change(_of(known, fact.seq), state=JobState.FAILED, failure=fact.reason)
        case RecordingReplaced(kept=False):
            row = _of(known, fact.seq)
            _change(row, is_replaced=True)
            _take_back(row)
            _run(row)
        case RecordingWritten():
            row = _of(known, fact.seq) or _named(known, fact.recording_id)
            _change(
                row,
                sealed_transcript=seal(fact.text.reveal()[:LONGEST_TRANSCRIPT]),
                transcript_source=TranscriptSource.TELNYX,
                transcribed_at=from_ms(fact.at),
            )


def _saved(call: Call, fact: RecordingReady, known: list[Recording]) -> None:
    row = _of(known, fact.seq) or _named(known, fact.recording_id)
    if row is None:
        row = Recording.objects.create(
            call=call,
            use=RecordingUse.UNASKED,
            # What it holds nobody of the site has asked for: it is not for everybody's ears.
            sensitivity=Sensitivity.SECRET,
            connection=call.connection,
        )
        known.append(row)
    elif row.saved_at is not None:
        return
    length = fact.ended_at - fact.began_at if fact.began_at and fact.ended_at else None
    columns: dict[str, Any] = {
        "recording_id": fact.recording_id,
        "channels": fact.channels,
        "format": fact.format,
        "saved_at": from_ms(fact.at),
        "sealed_address": seal(fact.address.reveal()) if fact.address else None,
    }
    if fact.began_at:
        columns["began_at"] = from_ms(fact.began_at)
    if fact.ended_at:
        columns["ended_at"] = from_ms(fact.ended_at)
    if length is not None:
        columns["milliseconds"] = max(0, length)
    _change(row, **columns)
    _run(row)


def _run(row: Recording | None) -> None:
    """Have its job look at it now, whatever it waited for."""
    if row is None:
        return
    waiting = Recording.objects.filter(pk=row.pk, state=JobState.WAITING)
    if waiting.update(not_before=moments.now()):
        jobs.start(row)
    else:
        jobs.run_again(row)


def _take_back(row: Recording | None) -> None:
    """From a worker that fetches it at this moment: it stops, and leaves no file behind."""
    if row is not None:
        Recording.objects.filter(pk=row.pk, state=JobState.RUNNING).update(
            state=JobState.WAITING, lease_owner="", lease_until=None
        )


def _change(row: Recording | None, **columns: Any) -> None:
    """Columns alone: its job may be at work on the others."""
    if row is not None:
        Recording.objects.filter(pk=row.pk).update(**columns)
        for name, value in columns.items():
            setattr(row, name, value)


def _of(known: list[Recording], seq: int | None) -> Recording | None:
    return next((each for each in known if seq is not None and each.seq == seq), None)


def _named(known: list[Recording], name: str) -> Recording | None:
    return next((each for each in known if name and each.recording_id == name), None)
