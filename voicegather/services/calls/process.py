"""One task's work on a call: fold what waits, send what it leads to, until nothing is left."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

from voicegather.services import outbox
from voicegather.services.calls.binding import call_of_leg
from voicegather.services.calls.failures import note_unbound
from voicegather.services.calls.folding import fold_events

#: Turns of fold and send in one task; the clock looks after a call that needs more.
MOST_ROUNDS = 50


def process_call(call_control_id: str) -> None:
    """Advance the call that this leg belongs to by all its unprocessed events, and send.

    Idempotent: with nothing to do it does nothing, so it may be enqueued as often as one likes.
    Database errors are raised; the events stay and the clock enqueues them again.
    """
    try:
        call_id = call_of_leg(call_control_id)
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        note_unbound(call_control_id, problem)
        return
    if call_id is None:
        return
    for _ in range(MOST_ROUNDS):
        more = fold_events(call_id)
        outcomes = outbox.send_commands(call_id)
        if not more and not outcomes:
            return
