"""Where a call stands now, and what an operator can do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from voicegather.engine.codec import CodecError
from voicegather.engine.events import Act
from voicegather.engine.facts import ConversationKind
from voicegather.engine.graph import Graph, Sensitivity
from voicegather.engine.operator import assists, gathers
from voicegather.engine.state import CallState, Phase, Variable
from voicegather.exceptions import UnsealError
from voicegather.models import Call, Conversation
from voicegather.sealing import unseal
from voicegather.selectors.entries import (
    LiveConversation,
    LiveState,
    LiveVariable,
    Sight,
    StepName,
)
from voicegather.services.display import MASK
from voicegather.services.menus.errors import VersionMissingError
from voicegather.services.menus.versions import graph_of


def live_state_of(call: Call, *, sight: Sight) -> LiveState:
    """Where `call`, as it was read, stands. At most one query, and one for a version not yet read.

    Of a call whose state cannot be opened, for its key is gone, it tells the phase alone.
    """
    phase = Phase(call.phase)
    try:
        state = CallState.load(unseal(call.sealed_state))
    except (UnsealError, CodecError):
        return _closed_book(call, phase)
    graph = _graph_of(state)
    is_over = phase is Phase.ENDED
    step = graph.steps.get(state.frames[-1].step) if graph and not is_over else None
    return LiveState(
        phase=phase,
        is_over=is_over,
        outcome=call.outcome,
        menu=graph.menu if graph else "",
        step=step.key if step else "",
        step_name=step.name if step else "",
        step_kind=state.step_kind if step else "",
        language=call.language,
        variables=tuple(
            _variable(name, variable, sight) for name, variable in state.variables.items()
        ),
        conversation=_running_conversation(call, state, sight),
        gather_runs=phase is Phase.RUNNING and gathers(state),
        assistant_runs=phase is Phase.RUNNING and assists(state),
        steps=_steps_of(graph) if not is_over else (),
        acts=tuple(_acts(phase, state)),
    )


def _closed_book(call: Call, phase: Phase) -> LiveState:
    can_end = phase not in (Phase.ENDING, Phase.ENDED)
    return LiveState(
        phase,
        phase is Phase.ENDED,
        call.outcome,
        language=call.language,
        acts=(Act.HANG_UP,) if can_end else (),
    )


def _graph_of(state: CallState) -> Graph | None:
    """The menu that the caller is in, None before the first, and where its version is gone."""
    if not state.frames:
        return None
    with suppress(VersionMissingError, CodecError):
        return graph_of(state.frames[-1].graph)
    return None


def _steps_of(graph: Graph | None) -> tuple[StepName, ...]:
    steps = graph.steps.values() if graph else ()
    return tuple(StepName(step.key, step.name or step.key) for step in steps)


def _running_conversation(call: Call, state: CallState, sight: Sight) -> LiveConversation | None:
    """The one that the step under way waits for; an earlier one may not have told its end yet."""
    seq = getattr(state.progress, "seq", 0)
    runs = any(each.seq == seq and not each.over for each in state.conversations)
    if call.phase != Phase.RUNNING or not runs:
        return None
    conversation = call.conversations.filter(seq=seq).first()
    return _told(conversation, sight) if conversation else None


def _variable(name: str, variable: Variable, sight: Sight) -> LiveVariable:
    """How many characters a masked step shows is not known of a variable: none are shown."""
    if variable.sensitivity is Sensitivity.NORMAL or sight is Sight.REVEALED:
        return LiveVariable(name, variable.value.reveal())
    return LiveVariable(name, MASK, is_masked=True)


def _told(conversation: Conversation, sight: Sight) -> LiveConversation:
    may_see = conversation.sensitivity == Sensitivity.NORMAL or sight is Sight.REVEALED
    return LiveConversation(
        seq=conversation.seq,
        kind=ConversationKind(conversation.kind),
        assistant=conversation.assistant,
        partial=tuple(
            LiveVariable(name, _as_text(value) if may_see else MASK, is_masked=not may_see)
            for name, value in _partial_of(conversation).items()
        ),
    )


def _partial_of(conversation: Conversation) -> dict[str, Any]:
    """What an AI gather has filled so far, {} where that is nothing or cannot be read."""
    if conversation.sealed_partial is None:
        return {}
    try:
        values = json.loads(unseal(conversation.sealed_partial))
    except (UnsealError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _acts(phase: Phase, state: CallState) -> Iterator[Act]:
    """What the engine carries out as the call stands (voicegather/engine/operator.py)."""
    if phase not in (Phase.ENDING, Phase.ENDED):
        yield Act.HANG_UP
    if phase is not Phase.RUNNING:
        return
    if gathers(state):
        yield Act.STOP_GATHER
    if not state.connected:
        yield Act.REPEAT_STEP
        yield Act.JUMP_TO_STEP
    if assists(state):
        yield Act.STOP_ASSISTANT
        yield Act.ADD_MESSAGE
    elif not state.connected:
        yield Act.START_ASSISTANT
    if not state.connected:
        yield Act.TRANSFER
