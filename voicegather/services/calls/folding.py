"""Folding: a call's waiting events through the engine, and everything written in one go."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import InterfaceError, OperationalError, connections, router, transaction
from django.db.models import F, QuerySet

from voicegather import conf
from voicegather.engine.advance import advance
from voicegather.engine.commands import Outgoing
from voicegather.engine.events import TimerDue, Unknown
from voicegather.engine.facts import Fact
from voicegather.engine.limits import Limits
from voicegather.engine.state import CallState
from voicegather.models import UNFOLDED, Call, CallEvent, CallLeg, EventStatus, LegRole
from voicegather.sealing import seal, unseal
from voicegather.services import moments, outbox
from voicegather.services.calls.failures import note_failure
from voicegather.services.calls.ledger import write_facts
from voicegather.services.calls.menus import CallMenus
from voicegather.services.calls.reading import read_event

BATCH = 100


def fold_events(call_id: int, most: int = BATCH) -> bool:
    """Fold up to `most` waiting events of a call in one transaction; return whether more may wait.

    An event that cannot be folded is tried once more by itself, then marked dead with its
    traceback, and the call takes its failure exit.
    """
    try:
        with transaction.atomic(durable=True):
            return _fold(call_id, most) == most
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        if most > 1:
            return fold_events(call_id, 1)
        note_failure(call_id, waiting_events(call_id).first(), problem)
        return True


def _fold(call_id: int, most: int) -> int:
    """Fold up to `most` events; return how many there were."""
    call = _locked(call_id)
    roles = dict(call.legs.values_list("call_control_id", "role"))
    waiting = list(_waiting_on(roles)[:most])
    if not waiting:
        return 0
    state = CallState.load(unseal(call.sealed_state))
    menus = CallMenus()
    limits = _limits()
    commands: list[Outgoing] = []
    facts: list[Fact] = []
    statuses: dict[int, EventStatus] = {}
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
        statuses[event.pk] = (
            EventStatus.IGNORED if isinstance(incoming, Unknown) else EventStatus.PROCESSED
        )
    _note_processed(call_id, statuses, moment)
    write_facts(call, facts, menus)
    caller_leg = next((leg for leg, role in roles.items() if role == LegRole.CALLER), "")
    outbox.queue_commands(call, state, commands, caller_leg=caller_leg, moment=moment)
    _save(call, state)
    return len(waiting)


def _locked(call_id: int) -> Call:
    """The call, locked. A database without row locks takes its write lock at once instead."""
    using = router.db_for_write(Call)
    if connections[using].features.has_select_for_update:
        return Call.objects.using(using).select_for_update().get(pk=call_id)
    Call.objects.using(using).filter(pk=call_id).update(current_seq=F("current_seq"))
    return Call.objects.using(using).get(pk=call_id)


def waiting_events(call_id: int) -> QuerySet[CallEvent]:
    """What the inbox holds for a call and has not been folded, in the order it happened."""
    return _waiting_on(
        CallLeg.objects.filter(call_id=call_id).values_list("call_control_id", flat=True)
    )


def _waiting_on(legs: Iterable[str]) -> QuerySet[CallEvent]:
    return CallEvent.objects.filter(call_control_id__in=list(legs), status__in=UNFOLDED).order_by(
        "occurred_at", "pk"
    )


def _note_processed(call_id: int, statuses: Mapping[int, EventStatus], moment: datetime) -> None:
    for status in sorted(set(statuses.values())):
        events = [event_id for event_id, found in statuses.items() if found is status]
        CallEvent.objects.filter(pk__in=events).update(
            status=status, call_id=call_id, processed_at=moment
        )


def _save(call: Call, state: CallState) -> None:
    call.sealed_state = seal(state.to_document())
    call.phase = state.phase
    call.language = state.language
    call.outcome = state.outcome or ""
    call.reason = state.reason[:255]
    call.wake_at = moments.from_ms(state.wake_at) if state.wake_at is not None else None
    call.current_seq = state.current_seq
    call.failures = state.failures
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
            "answered_at",
            "ended_at",
        ]
    )


def _limits() -> Limits:
    return Limits(
        visits_a_step=conf.get("VISITS_A_STEP"),
        steps_a_call=conf.get("STEPS_A_CALL"),
        minutes_a_call=conf.get("MINUTES_A_CALL"),
    )
