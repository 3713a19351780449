"""Conversations of callers with models: begun, named, filled, heard and over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import OuterRef, Subquery

from voicegather.engine.facts import (
    ConversationBegan,
    ConversationHeard,
    ConversationNamed,
    ConversationOver,
    Fact,
    PartialHeard,
)
from voicegather.engine.graph import Menus, Sensitivity
from voicegather.models import Call, Conversation, StepVisit, Turn
from voicegather.sealing import seal
from voicegather.services.calls.ledger.rows import update
from voicegather.services.calls.ledger.transcripts import LastTurn, write_turns
from voicegather.services.calls.ledger.visits import step_of
from voicegather.services.moments import from_ms

_OF_A_CONVERSATION = ConversationNamed | ConversationHeard | PartialHeard | ConversationOver
_CHANGING = ["conversation_id", "sealed_partial", "reason", "seconds", "model", "ended_at"]


def write_conversations(
    call: Call, facts: Sequence[Fact], visits: Mapping[int, StepVisit], menus: Menus
) -> None:
    """Insert conversations that began, note what became of others, and write their turns.

    Facts about a conversation that never began change nothing.
    """
    begun = {
        fact.seq: _row(call, visits.get(fact.visit), fact, menus)
        for fact in facts
        if isinstance(fact, ConversationBegan)
    }
    Conversation.objects.bulk_create(begun.values())
    about = [fact for fact in facts if isinstance(fact, _OF_A_CONVERSATION)]
    known = begun | _stored(call, {fact.seq for fact in about} - begun.keys())
    histories: dict[int, list[ConversationHeard]] = {}
    changes: list[ConversationNamed | PartialHeard | ConversationOver] = []
    for fact in about:
        if fact.seq not in known:
            continue
        if isinstance(fact, ConversationHeard):
            histories.setdefault(fact.seq, []).append(fact)
        else:
            changes.append(fact)
    write_turns((known[seq], _last_turn_of(known[seq]), told) for seq, told in histories.items())
    for change in changes:
        _note(known[change.seq], change)
    changed = {change.seq: known[change.seq] for change in changes}
    update(Conversation, list(changed.values()), _CHANGING)


def _row(
    call: Call, visit: StepVisit | None, fact: ConversationBegan, menus: Menus
) -> Conversation:
    step = step_of(visit, menus) if visit else None
    return Conversation(
        call=call,
        visit=visit,
        seq=fact.seq,
        kind=fact.kind,
        assistant=fact.assistant[:100],
        sensitivity=step.sensitivity if step else Sensitivity.SECRET,
        started_at=from_ms(fact.at),
    )


def _stored(call: Call, seqs: set[int]) -> dict[int, Conversation]:
    """By their seq, each with what is known of its last turn: one query, none for no `seqs`."""
    if not seqs:
        return {}
    turns = Turn.objects.filter(conversation=OuterRef("pk")).order_by("-number")
    found = Conversation.objects.filter(call=call, seq__in=seqs).annotate(
        last_number=Subquery(turns.values("number")[:1]),
        last_digest=Subquery(turns.values("digest")[:1]),
        last_said_at=Subquery(turns.values("said_at")[:1]),
    )
    return {conversation.seq: conversation for conversation in found}


def _last_turn_of(conversation: Conversation) -> LastTurn | None:
    """What :func:`_stored` read along; a conversation that began just now has none."""
    read: dict[str, Any] = vars(conversation)
    if read.get("last_number") is None:
        return None
    return LastTurn(read["last_number"], bytes(read["last_digest"]), read["last_said_at"])


def _note(
    conversation: Conversation, fact: ConversationNamed | PartialHeard | ConversationOver
) -> None:
    match fact:
        case ConversationNamed():
            conversation.conversation_id = fact.conversation_id[:64]
        case PartialHeard():
            conversation.sealed_partial = seal(fact.values.reveal())
        case ConversationOver():
            conversation.reason = fact.reason[:100]
            conversation.seconds = fact.seconds
            conversation.model = fact.model[:100]
            conversation.ended_at = from_ms(fact.at)
