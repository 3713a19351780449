"""What rows that are told speak of: their visits, conversations and authors, one query each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.contrib.auth import get_user_model

from voicegather.models import CallEvent, Conversation, OwnEventType, StepVisit
from voicegather.selectors.entries import EntryKind

New = Mapping[EntryKind, Sequence[Any]]


def visits_beside(new: New) -> list[StepVisit]:
    """The visits that are told, and those of attempts, results, conversations and recordings."""
    told: list[StepVisit] = list(new[EntryKind.VISIT])
    wanted = {
        row.visit_id
        for kind in (
            EntryKind.ATTEMPT,
            EntryKind.RESULT,
            EntryKind.CONVERSATION,
            EntryKind.RECORDING,
        )
        for row in new[kind]
    }
    if missing := wanted - {visit.pk for visit in told} - {None}:
        visits = StepVisit.objects.select_related("version").defer("version__document")
        told += visits.filter(pk__in=missing)
    return told


def conversations_beside(new: New) -> dict[int, Conversation]:
    """By their primary keys: those that are told, and those of turns that are."""
    told = {conversation.pk: conversation for conversation in new[EntryKind.CONVERSATION]}
    if missing := {turn.conversation_id for turn in new[EntryKind.TURN]} - told.keys():
        told |= Conversation.objects.in_bulk(missing)
    return told


def authors_of(new: New) -> dict[str, str]:
    """The names, by primary key as text, of users who acted; users who are gone are left out."""
    acted = set(_authors(new)) - {None}
    if not acted:
        return {}
    found = get_user_model()._default_manager.in_bulk(acted)
    return {str(pk): user.get_username() for pk, user in found.items()}


def _authors(new: New) -> Iterable[Any]:
    for command in new[EntryKind.COMMAND]:
        yield command.author_id
    for event in new[EntryKind.EVENT]:
        if is_act(event):
            yield event.payload.get("author")


def is_act(event: CallEvent) -> bool:
    return event.event_type == OwnEventType.OPERATOR_ACTED
