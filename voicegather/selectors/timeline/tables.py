"""The tables that a timeline is made of: what is read of each, and which columns may change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from voicegather.models import Call, GatherAttempt, Turn
from voicegather.selectors.entries import EntryKind


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` of a call without what is sealed and long; of `changing` columns, ``pk`` first."""

    kind: EntryKind
    rows: Callable[[Call], QuerySet[Any]]
    changing: tuple[str, ...]


#: Read in this order: who is read later is there, written before or together with the others.
TABLES = (
    Table(
        EntryKind.EVENT,
        lambda call: call.events.defer("sealed", "error"),
        ("pk", "status", "attempts"),
    ),
    Table(
        EntryKind.COMMAND,
        lambda call: call.commands.defer("sealed_params"),
        ("pk", "status", "attempts", "http_status", "code", "detail"),
    ),
    Table(EntryKind.LEG, lambda call: call.legs.all(), ("pk", "fate")),
    Table(
        EntryKind.TURN,
        lambda call: Turn.objects.filter(conversation__call=call).defer("sealed_content", "digest"),
        ("pk", "said_at"),
    ),
    Table(
        EntryKind.CONVERSATION,
        lambda call: call.conversations.all(),
        ("pk", "conversation_id", "ended_at", "reason", "model", "sealed_partial"),
    ),
    Table(
        EntryKind.ATTEMPT,
        lambda call: GatherAttempt.objects.filter(visit__call=call),
        ("pk", "outcome", "status", "ended_at"),
    ),
    Table(
        EntryKind.RESULT,
        lambda call: call.results.all(),
        ("pk", "outcome", "gathered_at", "value", "choice"),
    ),
    Table(
        EntryKind.CONSENT,
        lambda call: call.consents.all(),
        ("pk", "given", "answered_at"),
    ),
    Table(
        EntryKind.RECORDING,
        lambda call: call.recordings.defer("sealed_address", "sealed_transcript"),
        ("pk", "state", "failure", "ended_at", "milliseconds", "is_replaced", "transcribed_at"),
    ),
    Table(
        EntryKind.VISIT,
        lambda call: call.visits.select_related("version").defer("version__document"),
        ("pk", "left_at", "exit"),
    ),
)
