"""Facts written for one call of a published menu, as folding writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.factories import make_call
from tests.line import document, publish_by_hand
from voicegather.engine.events import Message
from voicegather.engine.facts import (
    ConversationBegan,
    ConversationHeard,
    ConversationKind,
    Fact,
    StepEntered,
)
from voicegather.engine.secret import Secret
from voicegather.models import Call, MenuVersion, Turn
from voicegather.sealing import unseal
from voicegather.services.calls.ledger import write_facts
from voicegather.services.menus import LiveMenus

#: 2026-03-01 09:30 UTC, in milliseconds.
START = 1_772_357_400_000


def call_with(**step: Any) -> Call:
    """A call in the step ``ask``, visit 1; `step` joins its node."""
    version = MenuVersion.objects.filter(menu__slug="desk").first() or _published(step)
    call = make_call(version=version)
    write(call, StepEntered(START, 1, "ask", version.sha256, "en-US"))
    return call


def conversing_call(**step: Any) -> Call:
    """The same, in a conversation that its command 2 began."""
    call = call_with(**step)
    write(call, ConversationBegan(START, 1, 2, ConversationKind.AI_GATHER))
    return call


def _published(step: dict[str, Any]) -> MenuVersion:
    compiled = document()
    compiled["steps"]["ask"] |= step
    return publish_by_hand(compiled)


def write(call: Call, *facts: Fact) -> int:
    """Write facts of one event; how many queries it took."""
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        write_facts(call, facts, LiveMenus())
    statements = (query["sql"].split()[0] for query in captured)
    return sum(
        statement not in ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT") for statement in statements
    )


def said(*words: str, at: Sequence[int] = ()) -> tuple[Message, ...]:
    """A conversation that the assistant opens, turn and turn about."""
    moments = at or [0] * len(words)
    return tuple(
        Message("user" if number % 2 else "assistant", Secret(each), moment)
        for number, (each, moment) in enumerate(zip(words, moments, strict=True))
    )


def heard(*words: str, at: Sequence[int] = (), later: int = 0) -> ConversationHeard:
    return ConversationHeard(START + later, 2, said(*words, at=at))


def transcript(call: Call) -> list[str]:
    """What is stored, in order."""
    turns = Turn.objects.filter(conversation__call=call).order_by("number")
    return [unseal(turn.sealed_content) for turn in turns]
