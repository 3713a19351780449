"""What staff do to a call while it runs."""

from __future__ import annotations

from voicegather.engine.commands import AddMessages, StopAssistant
from voicegather.engine.detour import assist_instead, ring_instead
from voicegather.engine.events import Act, OperatorActed
from voicegather.engine.facts import CallOutcome, ConversationKind
from voicegather.engine.graph import StepNode
from voicegather.engine.kinds import StepKind
from voicegather.engine.reasons import HUNG_UP_BY_OPERATOR
from voicegather.engine.state import CallState, Phase
from voicegather.engine.steps.asking import Asking
from voicegather.engine.turn import Turn

#: How the ledger calls the way out of a step that staff interrupted.
EXIT = "operator"
#: How long we wait for the end of a conversation that staff stopped.
STOP_PATIENCE_MS = 10_000
#: Telnyx docs: ai_assistant_add_messages. A message of the system instructs the assistant.
MESSAGE_ROLE = "system"


def act(turn: Turn, event: OperatorActed) -> None:
    """Do what staff ask for; what makes no sense now changes nothing.

    A call that is over, or being ended, stays as it is, and one that is not answered yet can only
    be hung up. So can one in which the caller talks to a person.
    """
    if event.act is Act.HANG_UP:
        _hang_up(turn)
        return
    step, kind = turn.step, turn.kind
    if turn.state.phase is not Phase.RUNNING or step is None or kind is None:
        return
    match event.act:
        case Act.ADD_MESSAGE if assists(turn.state):
            message = ((MESSAGE_ROLE, event.text),)
            turn.send(AddMessages(message, answer_now=event.answer_now))
        case Act.STOP_ASSISTANT if assists(turn.state):
            turn.send(StopAssistant())
            turn.wake_in(STOP_PATIENCE_MS)
        case Act.STOP_GATHER:
            kind.stop_gather(turn, step)
        case _ if not turn.state.connected:
            _redirect(turn, step, kind, event)


def assists(state: CallState) -> bool:
    """Whether the step under way, or what stands in for it, has an assistant that talks."""
    seq = getattr(state.progress, "seq", 0)
    return any(
        each.seq == seq and each.kind is ConversationKind.ASSISTANT and not each.over
        for each in state.conversations
    )


def gathers(state: CallState) -> bool:
    """Whether keys are gathered now, and nobody has stopped that: only then it can be stopped."""
    asking = state.progress
    if not isinstance(asking, Asking) or asking.closed or asking.checking is not None:
        return False
    return asking.seq in state.open_gathers and not asking.stop_seq


def _hang_up(turn: Turn) -> None:
    match turn.state.phase:
        case Phase.NEW | Phase.ANSWERING:
            rings = turn.state.ringing_ms > 0
            turn.hang_up(
                CallOutcome.NOT_REACHED if rings else CallOutcome.COMPLETED, HUNG_UP_BY_OPERATOR
            )
        case Phase.RUNNING:
            step, kind = turn.step, turn.kind
            if step is not None and kind is not None:
                kind.abandon(turn, step)
                _note_exit(turn, kind)
            talks = turn.state.connected
            turn.hang_up(
                CallOutcome.TRANSFERRED if talks else CallOutcome.COMPLETED, HUNG_UP_BY_OPERATOR
            )


def _redirect(turn: Turn, step: StepNode, kind: StepKind, event: OperatorActed) -> None:
    """Take the caller out of the step, to somewhere else or to its beginning."""
    target = event.target
    match event.act:
        case Act.REPEAT_STEP:
            _interrupt(turn, step, kind, event.at)
            turn.go_to(step.key)
        case Act.JUMP_TO_STEP if target in turn.graph.steps:
            _interrupt(turn, step, kind, event.at)
            turn.go_to(target)
        case Act.TRANSFER if target:
            _interrupt(turn, step, kind, event.at)
            ring_instead(turn, target)
        case Act.START_ASSISTANT if target:
            _interrupt(turn, step, kind, event.at)
            assist_instead(turn, step, target)


def _interrupt(turn: Turn, step: StepNode, kind: StepKind, at: int) -> None:
    kind.interrupt(turn, step)
    _note_exit(turn, kind)
    counted = max(turn.state.keys_counted_to, at)
    # Whoever looks after the call is no menu that runs in circles: visits are counted anew.
    turn.change(progress=None, typed_ahead=(), keys_counted_to=counted, visits={})


def _note_exit(turn: Turn, kind: StepKind) -> None:
    """The visit is over, unless staff have ended it before."""
    if kind.in_menus:
        turn.note_exit(EXIT)
