"""An erasure from its beginning to its end, gone on with wherever a worker left it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voicegather.engine.state import Phase
from voicegather.models import Call, CallEvent, Erasure, Recording
from voicegather.selectors.collected.packing import ascending, packed, unpacked
from voicegather.selectors.holds import held_among, who_releases
from voicegather.services import moments
from voicegather.services.disclosures import forget_callers
from voicegather.services.erasing.counting import count
from voicegather.services.erasing.scope import calls_of
from voicegather.services.erasing.strays import delete_answers, erase_strays, rename_in_log
from voicegather.services.erasing.subject import Subject
from voicegather.services.erasing.telnyx import delete_at_telnyx, note_for_telnyx
from voicegather.services.exports import forget_calls
from voicegather.services.exports.storing import StorageFailedError, reported
from voicegather.services.jobs import Progress, RetryLater, job_kind
from voicegather.services.recordings import RecordingError, forget
from voicegather.services.retention.acts import Act, of_whole_calls
from voicegather.services.retention.events import remove_events
from voicegather.services.retention.pace import Pace

#: Calls erased together.
CALLS_A_PAGE = 50
#: Webhooks of a call come for a while after its end (seen: recordings, insights).
SETTLES = timedelta(seconds=60)
#: Seconds until it is tried again: while somebody talks, while Telnyx or a storage is out of reach,
#: while a call is under hold.
WHILE_CALLING, AT_FIRST, AT_MOST, WHILE_HELD = 30, 60, 3600, 3600


@job_kind("erasure", model=Erasure)
def run_erasure(erasure: Erasure, progress: Progress) -> None:
    """Erase calls, then what is held beside them, then files, then what Telnyx has.

    Raises RetryLater with what is in the way: the erasure stays open until all is gone.
    """
    if erasure.sealed_subject is None:
        return
    subject = Subject.unsealed(erasure.sealed_subject)
    gone: int = erasure.counts.get("call", 0)
    left = calls_of(subject, until=erasure.as_of).count() + erasure.at_telnyx.count()
    progress.total(gone + left, done=gone)
    _erase_calls(erasure, subject, progress)
    erase_strays(erasure, subject, progress)
    _forget_files(erasure, subject)
    delete_at_telnyx(erasure, progress)
    _mind_what_is_left(erasure, subject)
    with transaction.atomic():
        newer = calls_of(subject).count()
        count(erasure, newer_call=newer)
        Erasure.objects.filter(pk=erasure.pk).update(sealed_subject=None)


def _erase_calls(erasure: Erasure, subject: Subject, progress: Progress) -> None:
    acts = _acts()
    pace, after = Pace(), 0
    while True:
        found = _free(calls_of(subject, until=erasure.as_of).filter(pk__gt=after).order_by("pk"))
        calls = list(found.values_list("pk", flat=True)[:CALLS_A_PAGE])
        if not calls:
            return
        after = calls[-1]
        spared = held_among(calls)
        calls = [call for call in calls if call not in spared]
        _remember(erasure, calls)
        _forget_recordings(erasure, calls)
        # Before the calls go: a worker that dies meanwhile finds them again, and does it again.
        rename_in_log(calls)
        forget_callers(calls)
        for act in acts:
            while _stroke(erasure, act, calls, pace):
                progress.advance(0)
        progress.advance(len(calls))


def _acts() -> list[tuple[str, Act]]:
    """What is done to the rows of calls, by the name under which it is counted."""
    now = moments.now()
    events = Act(
        lambda calls: CallEvent.objects.filter(call__in=calls).order_by(),
        lambda rows: remove_events(rows, now=now),
    )
    itself = Act(
        lambda calls: Call.objects.filter(pk__in=calls).order_by(), lambda rows: rows.delete()
    )
    hanging = [(_model_of(act), act) for act in of_whole_calls()]
    return [("callevent", events), *hanging, ("call", itself)]


def _model_of(act: Act) -> str:
    return str(act.of([]).model._meta.model_name)


def _free(calls: Any) -> Any:
    """Those that are over, and whose last webhooks have come."""
    settled = Q(ended_at__lt=moments.now() - SETTLES) | Q(ended_at=None)
    return calls.filter(settled, phase=Phase.ENDED)


def _remember(erasure: Erasure, calls: Sequence[int]) -> None:
    """What must be known after the calls are gone: their ids, and those of Telnyx."""
    with transaction.atomic():
        known = unpacked(erasure.calls) if erasure.calls else ()
        erasure.calls = packed(ascending([*known, *calls]))
        Erasure.objects.filter(pk=erasure.pk).update(calls=erasure.calls)
        note_for_telnyx(erasure, calls)


def _forget_recordings(erasure: Erasure, calls: Sequence[int]) -> None:
    for recording in Recording.objects.filter(call__in=calls).order_by("pk"):
        try:
            forget([recording])
        except RecordingError as problem:
            raise RetryLater(_patience(erasure), str(problem)) from None
        count(erasure, recording=1)


def _stroke(erasure: Erasure, named: tuple[str, Act], calls: Sequence[int], pace: Pace) -> bool:
    """Some rows, in a short transaction; whether there may be more."""
    name, act = named
    size = pace.size
    with pace.timed(), transaction.atomic():
        locked = Call.objects.select_for_update().filter(pk__in=calls).order_by("pk")
        there = set(locked.values_list("pk", flat=True))
        free = there - held_among(there)
        pks = list(act.of(free).values_list("pk", flat=True)[:size])
        if pks:
            act.do(act.of(free).filter(pk__in=pks))
            count(erasure, **{name: len(pks)})
    return len(pks) == size


def _forget_files(erasure: Erasure, subject: Subject) -> None:
    """Exports that may hold the calls, and what was gathered for the caller."""
    try:
        delete_answers(erasure, subject)
        if not erasure.calls:
            return
        with reported(""):
            found = forget_calls(unpacked(erasure.calls))
    except StorageFailedError as problem:
        raise RetryLater(_patience(erasure), str(problem)) from None
    erasure.calls = b""
    with transaction.atomic():
        Erasure.objects.filter(pk=erasure.pk).update(calls=b"")
        count(erasure, export_anew=found)


def _mind_what_is_left(erasure: Erasure, subject: Subject) -> None:
    """Raises RetryLater while there is anything left to erase."""
    left = dict(calls_of(subject, until=erasure.as_of).values_list("pk", "phase"))
    held = held_among(left)
    if set(left) - held:
        told = _("A call is not over yet, or has only just ended: it waits.")
        raise RetryLater(WHILE_CALLING, told)
    if held:
        told = ngettext(
            "%(count)d call was put under legal hold meanwhile. %(who)s",
            "%(count)d calls were put under legal hold meanwhile. %(who)s",
            len(held),
        )
        raise RetryLater(WHILE_HELD, told % {"count": len(held), "who": who_releases()})
    waiting = erasure.at_telnyx.count()
    if waiting:
        tries = erasure.at_telnyx.aggregate(most=Max("tries"))["most"] or 0
        troubles = erasure.at_telnyx.exclude(trouble="").values_list("trouble", flat=True)
        told = _(
            "All is erased here. Telnyx has not deleted %(count)d of its records yet, and is "
            "asked again. %(trouble)s"
        )
        wait = min(AT_MOST, AT_FIRST * 2 ** min(tries, 10))
        raise RetryLater(wait, told % {"count": waiting, "trouble": troubles.first() or ""})


def _patience(erasure: Erasure) -> int:
    return int(min(AT_MOST, AT_FIRST * 2 ** min(erasure.tries, 10)))
