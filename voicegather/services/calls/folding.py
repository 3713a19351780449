"""Folding: a call's waiting events through the engine, and everything written in one go.

The two reads of every turn are written by hand: Django takes longer to make such a statement than
PostgreSQL to run it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import InterfaceError, OperationalError, connections, router, transaction
from django.db.models import F

from voicegather.engine.advance import advance
from voicegather.engine.commands import Outgoing
from voicegather.engine.events import TimerDue, Unknown
from voicegather.engine.facts import Fact
from voicegather.engine.state import CallState, Phase
from voicegather.models import UNFOLDED, Call, CallEvent, EventSource, EventStatus, LegRole
from voicegather.sealing import seal, unseal
from voicegather.services import moments, outbox
from voicegather.services.budgets import limits_of_calls
from voicegather.services.calls.binding import BoundCall
from voicegather.services.calls.failures import note_failure
from voicegather.services.calls.ledger import slim, update, write_facts
from voicegather.services.calls.menus import CallMenus
from voicegather.services.calls.reading import read_event

BATCH = 100


class Folded(NamedTuple):
    """What a turn leaves to do: events that may wait still, and commands that may.

    Commands that wait from earlier, for their time or a dead worker, are the clock's to bring up:
    it enqueues the call, and then nothing is folded.
    """

    more: bool
    may_have_commands: bool
    #: Who holds the call's send lease: taken along with commands, unless somebody else has it.
    lease: str = ""


def fold_events(call: BoundCall, most: int = BATCH) -> Folded:
    """Fold up to `most` waiting events of a call in one transaction.

    An event that cannot be folded is tried once more by itself, then marked dead with its
    traceback, and the call takes its failure exit.
    """
    try:
        with transaction.atomic(durable=True):
            return _fold(call, most)
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        if most > 1:
            return fold_events(call, 1)
        note_failure(call.pk, next(iter(_waiting_on(call.roles, 1)), None), problem)
        return Folded(more=True, may_have_commands=True)


def _fold(bound: BoundCall, most: int) -> Folded:
    call, roles = _locked(bound.pk), bound.roles
    waiting = list(_waiting_on(roles, most))
    if not waiting:
        return Folded(more=False, may_have_commands=True)
    state = CallState.load(unseal(call.sealed_state))
    menus = CallMenus()
    limits = limits_of_calls()
    commands: list[Outgoing] = []
    facts: list[Fact] = []
    statuses: dict[int, EventStatus] = {}
    slimmed: list[CallEvent] = []
    authors: dict[int, int] = {}
    moment = moments.now()
    for event in waiting:
        incoming = read_event(event, is_target=roles.get(event.call_control_id) == LegRole.TARGET)
        now = moments.to_ms(moment)
        if isinstance(incoming, TimerDue):
            # The clock may run on a machine whose watch is ahead of ours.
            now = max(now, incoming.at)
        step = advance(menus, state, incoming, now, limits)
        state = step.state
        commands += step.commands
        facts += step.facts
        if event.source == EventSource.OPERATOR:
            authors |= dict.fromkeys((each.seq for each in step.commands), event.payload["author"])
        statuses[event.pk] = (
            EventStatus.IGNORED if isinstance(incoming, Unknown) else EventStatus.PROCESSED
        )
        if slim(event, step.facts):
            slimmed.append(event)
    _note_processed(bound.pk, statuses, slimmed, moment)
    write_facts(call, facts, menus)
    caller_leg = next((leg for leg, role in roles.items() if role == LegRole.CALLER), "")
    outbox.queue_commands(
        call, state, commands, caller_leg=caller_leg, moment=moment, authors=authors
    )
    lease = outbox.take_lease(call, moment) if commands else ""
    _save(call, state, moment)
    return Folded(len(waiting) == most, may_have_commands=bool(commands), lease=lease)


def _locked(call_id: int) -> Call:
    """The call, locked. A database without row locks takes its write lock at once instead."""
    using = router.db_for_write(Call)
    if connections[using].features.has_select_for_update:
        sql = f'SELECT * FROM "{Call._meta.db_table}" WHERE id = %s FOR UPDATE'  # noqa: S608
        return Call.objects.using(using).raw(sql, [call_id])[0]
    Call.objects.using(using).filter(pk=call_id).update(current_seq=F("current_seq"))
    return Call.objects.using(using).get(pk=call_id)


def _waiting_on(legs: Collection[str], most: int) -> Iterable[CallEvent]:
    """What the inbox holds for these legs and has not been folded, in the order it happened."""
    statuses = ", ".join(f"'{status.value}'" for status in UNFOLDED)
    marks = ", ".join(["%s"] * len(legs))
    sql = (
        f'SELECT * FROM "{CallEvent._meta.db_table}" '  # noqa: S608
        f"WHERE call_control_id IN ({marks}) AND status IN ({statuses}) "
        "ORDER BY occurred_at, id LIMIT %s"
    )
    return CallEvent.objects.using(router.db_for_write(CallEvent)).raw(sql, [*legs, most])


def _note_processed(
    call_id: int,
    statuses: dict[int, EventStatus],
    slimmed: Sequence[CallEvent],
    moment: datetime,
) -> None:
    """One query a status; events that lost a history are saved with what is left of them."""
    for event in slimmed:
        event.status, event.call_id, event.processed_at = statuses.pop(event.pk), call_id, moment
    update(CallEvent, slimmed, ["status", "call_id", "processed_at", "payload", "sealed"])
    for status in sorted(set(statuses.values())):
        events = [event_id for event_id, found in statuses.items() if found is status]
        CallEvent.objects.filter(pk__in=events).update(
            status=status, call_id=call_id, processed_at=moment
        )


def _save(call: Call, state: CallState, moment: datetime) -> None:
    call.sealed_state = seal(state.to_document())
    call.phase = state.phase
    call.language = state.language
    call.outcome = state.outcome or ""
    call.reason = state.reason[:255]
    call.wake_at = moments.from_ms(state.wake_at) if state.wake_at is not None else None
    call.current_seq = state.current_seq
    call.failures = state.failures
    if state.phase is Phase.ENDED and not call.is_test:
        call.uncounted_since = moment
    call.save(
        update_fields=[
            "sealed_state",
            "phase",
            "language",
            "outcome",
            "reason",
            "wake_at",
            "current_seq",
            "failures",
            "send_owner",
            "send_lease_until",
            "answered_at",
            "answered_by",
            "ended_at",
            "uncounted_since",
        ]
    )
