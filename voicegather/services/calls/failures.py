"""Events that cannot be folded: tried once more, then buried, and the call goes on without them."""

from __future__ import annotations

import logging

from django.db import transaction

from voicegather.engine.facts import CallOutcome
from voicegather.engine.state import Phase
from voicegather.models import Call, CallEvent, EventSource, EventStatus
from voicegather.services import moments
from voicegather.services.calls.reading import FOLDING_FAILED
from voicegather.services.tracebacks import safe_traceback

log = logging.getLogger("voicegather.calls")

TRIES = 2


def note_failure(call_id: int, event: CallEvent | None, problem: Exception) -> None:
    """Count a failed try of `event`; after the second one mark it dead and tell the call.

    Runs in a transaction of its own: the one in which
    folding failed is gone. The stored traceback names places, never what a caller entered.
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
        if event.event_type == FOLDING_FAILED:
            _give_up(call_id)
        else:
            _tell_the_call(event)


def _tell_the_call(event: CallEvent) -> None:
    moment = moments.now()
    CallEvent.objects.bulk_create(
        [
            CallEvent(
                source=EventSource.TIMER,
                external_id=f"dead:{event.pk}",
                call_control_id=event.call_control_id,
                call_id=event.call_id,
                event_type=FOLDING_FAILED,
                occurred_at=moment,
                received_at=moment,
                payload={"event": event.pk},
            )
        ],
        ignore_conflicts=True,
    )


def _give_up(call_id: int) -> None:
    """The call cannot even take its failure exit: its record is closed for good."""
    Call.objects.filter(pk=call_id).update(
        phase=Phase.ENDED,
        outcome=CallOutcome.FAILED,
        reason="its events cannot be processed",
        wake_at=None,
        ended_at=moments.now(),
    )
