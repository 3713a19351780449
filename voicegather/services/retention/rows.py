"""Classes of data that go by the age of their own rows: webhooks, commands, what was revealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from voicegather.models import CallCommand, CallEvent, CommandStatus, DataClass, Disclosure
from voicegather.services import moments
from voicegather.services.retention.acts import weighed_of
from voicegather.services.retention.events import COLUMNS, FULL, KNOWN_AGAIN, empty_events
from voicegather.services.retention.round import Round, sweeps
from voicegather.services.retention.tally import measured

#: Webhooks that came late are older than the moment an earlier run came to.
OVERLAP = timedelta(days=2)

Do = Callable[[Any], object]


@sweeps(DataClass.WEBHOOKS, source=lambda: CallEvent.objects.order_by(), moment="received_at")
def sweep_webhooks(round_: Round) -> None:
    """Delete old ones; of young ones, which Telnyx may send again, an empty row stays."""
    known = min(round_.cutoff, moments.now() - KNOWN_AGAIN)
    _sweep(
        round_, CallEvent.objects.all(), "received_at", known, lambda rows: rows.delete(), COLUMNS
    )
    since = max(known, round_.since - OVERLAP) if round_.since else known
    young = CallEvent.objects.filter(FULL, received_at__gte=since)
    _sweep(round_, young, "received_at", round_.cutoff, empty_events, COLUMNS)


@sweeps(DataClass.COMMANDS, source=lambda: CallCommand.objects.order_by(), moment="created_at")
def sweep_commands(round_: Round) -> None:
    ended = CallCommand.objects.exclude(status=CommandStatus.PENDING)
    weighed = weighed_of(CallCommand)
    _sweep(round_, ended, "created_at", round_.cutoff, lambda rows: rows.delete(), weighed)


@sweeps(DataClass.DISCLOSURES, source=lambda: Disclosure.objects.order_by(), moment="at")
def sweep_disclosures(round_: Round) -> None:
    rows = Disclosure.objects.all()
    _sweep(round_, rows, "at", round_.cutoff, lambda found: found.delete(), ("reason",))


def _sweep(
    round_: Round, rows: Any, moment: str, cutoff: datetime, do: Do, weighed: tuple[str, ...]
) -> None:
    """Do it to the rows before `cutoff`, the oldest first, but those of calls that are spared."""
    for page in _pages(round_, rows, moment, cutoff):
        calls = {call for _, _, call in page if call is not None}
        if round_.is_dry:
            _count(round_, rows, page, round_.free(calls), weighed)
        else:
            with round_.stroke(calls):
                free = round_.free(calls)
                taken = _count(round_, rows, page, free, weighed)
                do(rows.model._default_manager.filter(pk__in=taken))
                round_.note_removed(free)
        round_.progress.advance(len(page))


def _count(round_: Round, rows: Any, page: list[Any], free: list[int], weighed: Any) -> list[int]:
    """The ids of the rows that may be touched, counted."""
    spared = {call for _, _, call in page} - {None, *free}
    taken = [row for row in page if row[2] not in spared]
    pks = [pk for _, pk, _ in taken]
    if taken:
        found, weight = measured(rows.model._default_manager.filter(pk__in=pks), weighed)
        round_.tally.rows += found
        round_.tally.bytes += weight
        round_.tally.span(taken[0][0], taken[-1][0])
    return pks


def _pages(round_: Round, rows: Any, moment: str, cutoff: datetime) -> Iterator[list[Any]]:
    """Rows as moment, id and call's id, in order of time."""
    after: tuple[datetime, int] | None = None
    while True:
        found = rows.filter(**{f"{moment}__lt": cutoff}).order_by(moment, "pk")
        if after is not None:
            beyond = Q(**{f"{moment}__gt": after[0]}) | Q(pk__gt=after[1])
            found = found.filter(beyond, **{f"{moment}__gte": after[0]})
        page = list(found.values_list(moment, "pk", "call_id")[: round_.pace.size])
        if not page:
            return
        after = page[-1][:2]
        yield page
