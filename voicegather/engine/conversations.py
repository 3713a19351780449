"""Conversations with a model: whose an event is, and what the ledger learns of it.

AI gathers and assistants tell their history, their id and their end by events of one kind, and the
end of one may come when the next is under way already. What is known of each is kept with the
call, so that late news goes to the right conversation, after the call's end, too.
"""

from __future__ import annotations

from dataclasses import replace

from voicegather.engine.events import (
    AiGatherEnded,
    CommandAccepted,
    CommandFailed,
    ConversationEnded,
    ConversationFailed,
    ConversationStarted,
    Event,
    HistoryTold,
    Message,
    PartialResults,
)
from voicegather.engine.facts import (
    ConversationBegan,
    ConversationHeard,
    ConversationKind,
    ConversationNamed,
    ConversationOver,
    PartialHeard,
)
from voicegather.engine.state import CallState, Conversation
from voicegather.engine.turn import Turn

#: How many conversations a call remembers.
MOST_KNOWN = 20

_TOLD = (
    CommandAccepted,
    CommandFailed,
    ConversationStarted,
    ConversationFailed,
    ConversationEnded,
    HistoryTold,
    PartialResults,
    AiGatherEnded,
)


def begin_conversation(turn: Turn, kind: ConversationKind, seq: int, assistant: str = "") -> None:
    """The command `seq` asks for a conversation in this visit."""
    visit = turn.state.visit
    known = (*turn.state.conversations, Conversation(seq, visit, kind))
    turn.change(conversations=known[-MOST_KNOWN:])
    turn.record(ConversationBegan(turn.now, visit, seq, kind, assistant))


def is_over(state: CallState, seq: int) -> bool:
    """Whether the conversation that the command `seq` asked for has ended, for all we know."""
    return all(each.over for each in state.conversations if each.seq == seq)


def one_runs(state: CallState) -> bool:
    """Whether a conversation has not ended yet: Telnyx refuses a second one (90061)."""
    return any(not each.over for each in state.conversations)


def told_of(state: CallState, event: Event) -> Conversation | None:
    """The conversation that `event` is news of, None where it is none of this call's.

    Its own id decides. Without one, or before it is known, the token does. Telnyx may send the
    token of a later command, such as our stop, or none: then it is a conversation begun before
    whose id is not another; an end is that of the oldest under way, other news of the newest.
    """
    if isinstance(event, CommandAccepted | CommandFailed):
        return _exactly(state.conversations, event.seq)
    if not isinstance(event, _TOLD):
        return None
    name = getattr(event, "conversation_id", "")
    if name:
        for each in state.conversations:
            if each.id == name:
                return each
    seq: int | None = event.seq
    open_to_it = tuple(
        each
        for each in state.conversations
        if not (name and each.id) and (seq is None or each.seq <= seq) and _can_tell(each, event)
    )
    exact = _exactly(open_to_it, seq)
    if exact is not None:
        return exact
    running = [each for each in open_to_it if not each.over]
    if isinstance(event, ConversationEnded):
        return running[0] if running else None
    newest = running or list(open_to_it)
    return newest[-1] if newest else None


def note_conversation(turn: Turn, event: Event) -> None:
    """Write down what an event tells of a conversation, in every phase of the call."""
    if not turn.state.conversations or not isinstance(event, _TOLD):
        return
    found = told_of(turn.state, event)
    if found is None:
        return
    name = getattr(event, "conversation_id", "")
    if name and not found.id:
        found = _keep(turn, replace(found, id=name))
        turn.record(ConversationNamed(event.at, found.seq, name))
    match event:
        case HistoryTold():
            _hear(turn, event.at, found, event.messages)
        case PartialResults():
            turn.record(PartialHeard(event.at, found.seq, event.values))
            _hear(turn, event.at, found, event.messages)
        case AiGatherEnded():
            _hear(turn, event.at, found, event.messages)
        case ConversationEnded():
            _hear(turn, event.at, found, event.messages)
            _end(turn, found, event.at, event.reason, event.seconds, event.model)
        case ConversationFailed():
            _end(turn, found, event.at, event.reason)
        case CommandFailed() if event.http_status:  # 0: it may have begun all the same.
            _end(turn, found, event.at, f"refused {event.code}".strip())


def _can_tell(known: Conversation, event: Event) -> bool:
    """Whether conversations of this kind have such news."""
    if isinstance(event, AiGatherEnded | PartialResults):
        return known.kind is ConversationKind.AI_GATHER
    return True


def _exactly(known: tuple[Conversation, ...], seq: int | None) -> Conversation | None:
    return next((each for each in known if each.seq == seq), None)


def _keep(turn: Turn, changed: Conversation) -> Conversation:
    known = turn.state.conversations
    turn.change(conversations=tuple(changed if each.seq == changed.seq else each for each in known))
    return changed


def _hear(turn: Turn, at: int, found: Conversation, messages: tuple[Message, ...]) -> None:
    if messages:
        turn.record(ConversationHeard(at, found.seq, messages))


def _end(
    turn: Turn, found: Conversation, at: int, reason: str, seconds: int = 0, model: str = ""
) -> None:
    if not found.over:
        _keep(turn, replace(found, over=True))
        turn.record(ConversationOver(at, found.seq, reason, seconds, model))
