"""Classes of data that go by the age of their call, from the oldest call on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from voicegather.engine.codec import CodecError
from voicegather.engine.state import CallState
from voicegather.exceptions import UnsealError
from voicegather.models import Call, CallEvent, DataClass
from voicegather.sealing import seal, unseal
from voicegather.selectors.holds import open_holds
from voicegather.services import moments
from voicegather.services.retention.acts import Act, of_answers, of_transcripts, of_whole_calls
from voicegather.services.retention.events import remove_events
from voicegather.services.retention.files import forget_recordings
from voicegather.services.retention.round import Round, sweeps
from voicegather.services.retention.tally import measured

#: Calls looked at together.
CALLS_A_PAGE = 200

Ids = Sequence[int]


def _calls() -> Any:
    return Call.objects.order_by()


@sweeps(DataClass.ANSWERS, source=_calls, moment="started_at")
def sweep_answers(round_: Round) -> None:
    acts = of_answers()
    for calls in _pages(round_):
        if carry_out(round_, acts, calls) and not round_.is_dry:
            _forget_variables(round_, calls)


@sweeps(DataClass.TRANSCRIPTS, source=_calls, moment="started_at")
def sweep_transcripts(round_: Round) -> None:
    for calls in _pages(round_):
        carry_out(round_, of_transcripts(), calls)


@sweeps(DataClass.RECORDINGS, source=_calls, moment="started_at")
def sweep_recordings(round_: Round) -> None:
    for calls in _pages(round_):
        forget_recordings(round_, calls)


@sweeps(DataClass.CALLS, source=_calls, moment="started_at")
def sweep_calls(round_: Round) -> None:
    now = moments.now()
    events = Act(
        lambda calls: CallEvent.objects.filter(call__in=calls).order_by(),
        lambda rows: remove_events(rows, now=now),
    )
    itself = Act(
        lambda calls: Call.objects.filter(pk__in=calls).order_by(), lambda rows: rows.delete()
    )
    for calls in _pages(round_):
        gone = forget_recordings(round_, calls)
        carry_out(round_, [events, *of_whole_calls(), itself], gone)


def carry_out(round_: Round, acts: Sequence[Act], calls: Ids) -> bool:
    """Do each act to the rows of these calls, in strokes; whether there was anything to do."""
    before = round_.tally.rows
    for act in acts:
        if round_.is_dry:
            rows, size = measured(act.of(round_.free(calls)), act.weighed)
            round_.tally.rows += rows
            round_.tally.bytes += size
            continue
        while _stroke(round_, act, calls):
            round_.progress.advance(0)
    if not round_.is_dry and round_.tally.rows > before:
        with round_.stroke(calls):
            round_.note_removed(round_.free(calls))
    return round_.tally.rows > before


def _stroke(round_: Round, act: Act, calls: Ids) -> bool:
    """Some rows; whether there may be more. Whatever a hold covers since is left."""
    size = round_.pace.size
    with round_.stroke(calls):
        pks = list(act.of(round_.free(calls)).values_list("pk", flat=True)[:size])
        if pks:
            rows = act.of(calls).filter(pk__in=pks)
            _, weight = measured(rows, act.weighed)
            act.do(rows)
            round_.tally.rows += len(pks)
            round_.tally.bytes += weight
    return len(pks) == size


def _pages(round_: Round) -> Iterator[Ids]:
    """Calls older than the cutoff that may be touched, the oldest first; then those released."""
    after: tuple[datetime, int] | None = None
    while True:
        rows = list(_older(round_, after).values_list("started_at", "pk")[:CALLS_A_PAGE])
        if not rows:
            break
        after = rows[-1]
        yield from _free_of(round_, rows)
        round_.progress.advance(len(rows))
    if round_.since is not None:
        # They were passed by while they were held.
        released = Call.objects.filter(
            holds__released_at__isnull=False, started_at__lt=round_.since
        ).exclude(pk__in=open_holds().values("call"))
        found = released.order_by("started_at", "pk").distinct().values_list("started_at", "pk")
        for at in range(0, len(rows := list(found)), CALLS_A_PAGE):
            yield from _free_of(round_, rows[at : at + CALLS_A_PAGE])


def _free_of(round_: Round, rows: Sequence[tuple[datetime, int]]) -> Iterator[Ids]:
    free = set(round_.free([pk for _, pk in rows]))
    taken = [row for row in rows if row[1] in free]
    if taken:
        before = round_.tally.rows + round_.tally.files
        yield [pk for _, pk in taken]
        if round_.tally.rows + round_.tally.files > before:
            round_.tally.span(taken[0][0], taken[-1][0])


def _older(round_: Round, after: tuple[datetime, int] | None) -> Any:
    found = Call.objects.filter(started_at__lt=round_.cutoff).order_by("started_at", "pk")
    if round_.since is not None:
        found = found.filter(started_at__gte=round_.since)
    if after is not None:
        beyond = Q(started_at__gt=after[0]) | Q(pk__gt=after[1])
        found = found.filter(beyond, started_at__gte=after[0])
    return found


def _forget_variables(round_: Round, calls: Ids) -> None:
    """What the engine knew of the caller's entries when the call was over."""
    with round_.stroke(calls):
        rows = list(Call.objects.filter(pk__in=round_.free(calls)).only("pk", "sealed_state"))
        for call in rows:
            call.sealed_state = without_entries(call.sealed_state)
        Call.objects.bulk_update(rows, ["sealed_state"], batch_size=100)


def without_entries(sealed: bytes | memoryview) -> bytes | memoryview:
    """A call's state that late events can still be folded into, without what was entered."""
    try:
        state = CallState.load(unseal(sealed))
    except (UnsealError, CodecError):
        return sealed
    kept = state.but(variables={}, typed_ahead=(), progress=None)
    return seal(kept.to_document())
