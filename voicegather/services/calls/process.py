"""One task's work on a call: fold what waits, send what it leads to, until nothing is left."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError

from voicegather.services import legs, outbox
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
        call = call_of_leg(call_control_id)
    except (OperationalError, InterfaceError):
        raise
    except Exception as problem:
        note_unbound(call_control_id, problem)
        return
    if call is None:
        return
    outcomes = 0
    for _ in range(MOST_ROUNDS):
        folded = fold_events(call)
        # After a refusal the commands behind it wait, too, whether or not others came to them.
        may_send = folded.may_have_commands or outcomes
        outcomes = outbox.send_commands(call.pk, folded.lease) if may_send else 0
        if not folded.more and not outcomes:
            return
        if legs.awaits_its_name(call_control_id):
            # The dial that was sent may have told it: what waits for the leg goes by that now.
            call = call_of_leg(call_control_id) or call
