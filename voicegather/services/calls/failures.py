"""Events that cannot be folded: tried once more, then buried, and the call goes on without them."""

from __future__ import annotations

import logging

from django.db import transaction
from django.db.models import F

from voicegather.engine.facts import CallOutcome
from voicegather.engine.reasons import NEVER_PROCESSED
from voicegather.engine.state import Phase
from voicegather.models import UNFOLDED, Call, CallEvent, EventSource, EventStatus, OwnEventType
from voicegather.services import moments, outbox
from voicegather.services.tracebacks import safe_traceback

log = logging.getLogger("voicegather.calls")
alerts = logging.getLogger("voicegather.alerts")

TRIES = 2


def note_failure(call_id: int, event: CallEvent | None, problem: Exception) -> None:
    """Count a failed try of `event`; after the second one mark it dead and tell the call.

    Runs in a transaction of its own: the one in which folding failed is gone. The stored traceback
    names places, never what a caller entered.
    """
    if event is None:
        raise problem
    report = safe_traceback(problem)
    log.error("call %s: event %s could not be folded\n%s", call_id, event.pk, report)
    with transaction.atomic(durable=True):
        event.attempts += 1
        event.call_id = call_id
        event.error = report
        if event.attempts < TRIES:
            event.save(update_fields=["attempts", "error", "call_id"])
            return
        event.status = EventStatus.DEAD
        event.processed_at = moments.now()
        event.save(update_fields=["attempts", "error", "call_id", "status", "processed_at"])
        if event.event_type == OwnEventType.FOLDING_FAILED:
            _give_up(call_id)
        else:
            _tell_the_call(event)


def note_unbound(call_control_id: str, problem: Exception) -> None:
    """Count a failed try to find the call of a leg's events; after the second one they are dead.

    The caller hears nothing then, so the operator is woken.
    """
    report = safe_traceback(problem)
    log.error("leg %s: its call could not be found\n%s", call_control_id, report)
    waiting = CallEvent.objects.filter(call_control_id=call_control_id, status__in=UNFOLDED)
    dead = waiting.filter(attempts__gte=TRIES - 1).update(
        status=EventStatus.DEAD,
        attempts=F("attempts") + 1,
        error=report,
        processed_at=moments.now(),
    )
    waiting.update(attempts=F("attempts") + 1, error=report)
    if dead:
        alerts.error(
            "leg %s: %s: %s",
            call_control_id,
            "call_not_found",
            "Its call could be neither found nor made: see its dead events for the cause.",
        )


def _tell_the_call(event: CallEvent) -> None:
    moment = moments.now()
    CallEvent.objects.bulk_create(
        [
            CallEvent(
                source=EventSource.TIMER,
                external_id=f"dead:{event.pk}",
                call_control_id=event.call_control_id,
                call_id=event.call_id,
                event_type=OwnEventType.FOLDING_FAILED,
                occurred_at=moment,
                received_at=moment,
                payload={"event": event.pk},
            )
        ],
        ignore_conflicts=True,
    )


def _give_up(call_id: int) -> None:
    """The call cannot even take its failure exit: hang up, wake the operator, close its record.

    Needs nothing of the call's own state, which may be what cannot be read.
    """
    moment = moments.now()
    alerts.error(
        "call %s: %s: %s",
        call_id,
        "call_given_up",
        "Its events cannot be processed, it was hung up: see its dead events for the cause.",
    )
    call = Call.objects.get(pk=call_id)
    outbox.queue_hang_up(call, moment)
    call.phase = Phase.ENDED
    call.outcome = CallOutcome.FAILED
    call.reason = NEVER_PROCESSED
    call.wake_at = None
    call.ended_at = moment
    call.uncounted_since = None if call.is_test else moment
    call.save(
        update_fields=["phase", "outcome", "reason", "wake_at", "ended_at", "uncounted_since"]
    )
