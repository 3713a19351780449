"""Transcripts: each turn stored once, although every update tells the whole conversation so far.

A turn's digest is of it and of all before it. When the last stored turn's digest is that of the
told history at the same place, nothing before it has changed, and only what follows is new.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from voicegather.engine.events import Message
from voicegather.engine.facts import ConversationHeard, Fact
from voicegather.models import CallEvent, Conversation, Turn
from voicegather.sealing import keyed_hash, seal, unseal
from voicegather.services.moments import from_ms

#: Of a longer turn the beginning is kept, and CUT says so.
LONGEST_TURN = 20_000
CUT = " […]"
#: Telnyx docs: call.ai_gather.* have a ``message_history``, call.conversation.ended ``messages``.
HISTORIES = ("message_history", "messages")


class LastTurn(NamedTuple):
    """What is known of the last stored turn of a conversation."""

    number: int
    digest: bytes
    said_at: datetime | None


def digests_of(messages: Sequence[Message]) -> list[bytes]:
    """One of 16 bytes a message, of its role and content and of all messages before it."""
    hashed = keyed_hash()
    digests = []
    for message in messages:
        content = message.content.reveal().encode("utf-8", "surrogatepass")
        role = message.role.encode("utf-8", "surrogatepass")
        hashed.update(b"%d %d " % (len(role), len(content)) + role + content)
        digests.append(hashed.copy().digest())
    return digests


def write_turns(
    heard: Iterable[tuple[Conversation, LastTurn | None, Sequence[ConversationHeard]]],
) -> None:
    """Insert what is new in the told histories, each of one conversation.

    A history that says less than is stored changes nothing. One whose turns differ from the stored
    ones, such as a speech that was interrupted, is written anew from the first that differs.
    """
    Turn.objects.bulk_create(
        turn
        for conversation, last, histories in heard
        for turn in _new_turns(conversation, last, _fullest(histories))
    )


def slim(event: CallEvent, facts: Iterable[Fact]) -> bool:
    """Replace a history in `event` by its number of turns and its digest, if `facts` took it in.

    Whether it did: then the event's `payload` and `sealed` are to be saved with its status, in the
    transaction that stores the turns. Otherwise the event keeps what it has, and so do all else of
    its sealed fields. A history in which nothing could be read is not taken in.
    """
    heard = next((fact for fact in facts if isinstance(fact, ConversationHeard)), None)
    if heard is None or not heard.messages or event.sealed is None:
        return False
    digests = digests_of(heard.messages)
    others = [spoken for spoken in unseal(event.sealed) if spoken[0][-1] not in HISTORIES]
    event.sealed = seal(others) if others else None
    event.payload = {
        **event.payload,
        "turns": len(digests),
        "digest": digests[-1].hex(),
    }
    return True


def _fullest(histories: Sequence[ConversationHeard]) -> ConversationHeard:
    """The last of those that tell the most; of alike ones the one that says when."""
    best = histories[0]
    for told in histories[1:]:
        more = len(told.messages) - len(best.messages)
        if more > 0 or (more == 0 and (_is_timed(told) or not _is_timed(best))):
            best = told
    return best


def _is_timed(history: ConversationHeard) -> bool:
    return bool(history.messages and history.messages[-1].at)


def _new_turns(
    conversation: Conversation, last: LastTurn | None, history: ConversationHeard
) -> list[Turn]:
    messages = history.messages
    stored = last.number if last else 0
    if len(messages) < stored:
        return []
    if len(messages) == stored and _is_late(history, conversation, last):
        return []
    digests = digests_of(messages)
    if last and not _is_told(last.digest, last.said_at, digests, messages, stored - 1):
        stored = _first_that_differs(conversation, digests, messages)
        conversation.turns.filter(number__gt=stored).delete()
    return [
        Turn(
            conversation=conversation,
            number=number,
            role=message.role[:20],
            sealed_content=seal(_kept(message.content.reveal())),
            digest=digest,
            said_at=from_ms(message.at or history.at),
        )
        for number, (message, digest) in enumerate(
            zip(messages[stored:], digests[stored:], strict=True), start=stored + 1
        )
    ]


def _is_late(history: ConversationHeard, conversation: Conversation, last: LastTurn | None) -> bool:
    """Whether a history that tells no more than is stored was told before that."""
    if _is_timed(history):
        return False
    said_at = last.said_at if last else None
    return conversation.ended_at is not None or (
        said_at is not None and from_ms(history.at) < said_at
    )


def _first_that_differs(
    conversation: Conversation, digests: Sequence[bytes], messages: Sequence[Message]
) -> int:
    stored = conversation.turns.order_by("number").values_list("digest", "said_at")
    for place, (digest, said_at) in enumerate(stored):
        if not _is_told(bytes(digest), said_at, digests, messages, place):
            return place
    return len(stored)


def _is_told(
    digest: bytes,
    said_at: datetime | None,
    digests: Sequence[bytes],
    messages: Sequence[Message],
    place: int,
) -> bool:
    """Whether a stored turn is the told one at this place, and says when as precisely."""
    if digest != digests[place]:
        return False
    return not messages[place].at or said_at == from_ms(messages[place].at)


def _kept(content: str) -> str:
    return content if len(content) <= LONGEST_TURN else content[:LONGEST_TURN] + CUT
