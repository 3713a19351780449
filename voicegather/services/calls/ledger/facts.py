from __future__ import annotations

import logging
from collections.abc import Sequence

from voicegather.engine.facts import (
    AlertRaised,
    CallEnded,
    CallStarted,
    Fact,
    MachineFound,
    TargetJoined,
    TargetLeft,
    TargetRang,
)
from voicegather.engine.graph import Menus
from voicegather.models import Call, CallLeg
from voicegather.services.calls.ledger.announcing import announce
from voicegather.services.calls.ledger.attempts import write_attempts
from voicegather.services.calls.ledger.consents import write_consents
from voicegather.services.calls.ledger.conversations import write_conversations
from voicegather.services.calls.ledger.handlers import note_handlers
from voicegather.services.calls.ledger.recordings import write_recordings
from voicegather.services.calls.ledger.results import write_results
from voicegather.services.calls.ledger.visits import write_visits
from voicegather.services.moments import from_ms

alerts = logging.getLogger("voicegather.alerts")


def write_facts(call: Call, facts: Sequence[Fact], menus: Menus) -> None:
    """Write what happened, inside the caller's transaction. `call` itself is not saved here."""
    visits = write_visits(call, facts)
    write_attempts(facts, visits)
    write_results(call, facts, visits, menus)
    write_conversations(call, facts, visits, menus)
    write_consents(call, facts, visits)
    write_recordings(call, facts, visits, menus)
    note_handlers(call, facts)
    _note_on_call(call, facts)
    announce(call, facts, visits, menus)


def _note_on_call(call: Call, facts: Sequence[Fact]) -> None:
    for fact in facts:
        match fact:
            case CallStarted():
                call.answered_at = from_ms(fact.at)
            case CallEnded():
                call.ended_at = from_ms(fact.at)
            case MachineFound():
                call.answered_by = fact.answered_by
            case TargetRang():
                CallLeg.objects.filter(call_control_id=fact.leg).update(fate="ringing")
            case TargetJoined():
                CallLeg.objects.filter(call_control_id=fact.leg).update(fate="talking")
            case TargetLeft():
                CallLeg.objects.filter(call_control_id=fact.leg).update(fate=fact.fate)
            case AlertRaised():
                alerts.error("call %s: %s: %s", call.pk, fact.code, fact.message)
