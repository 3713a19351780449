"""`advance`: one event folded into a call. The worker, test calls and replays all use it."""

from __future__ import annotations

from dataclasses import dataclass

from voicegather.engine import reasons
from voicegather.engine import steps as _register_kinds  # noqa: F401
from voicegather.engine.commands import Answer, Outgoing, Reject
from voicegather.engine.conversations import note_conversation
from voicegather.engine.events import (
    CallAnswered,
    CallHungUp,
    CallInitiated,
    CommandAccepted,
    CommandFailed,
    EntriesJudged,
    Event,
    FoldingFailed,
    GatherEnded,
    HandlerFailed,
    HandlerReturned,
    KeyPressed,
    MachineDetected,
    OperatorActed,
    TargetAnswered,
    TargetHungUp,
    TargetInitiated,
    TimerDue,
)
from voicegather.engine.facts import CallOutcome, CallStarted, Fact, HandlerNoted
from voicegather.engine.failing import abandon_step, cut_off, on_command_failed
from voicegather.engine.graph import Graph, Menus
from voicegather.engine.limits import DEFAULT_LIMITS, Limits
from voicegather.engine.operator import act
from voicegather.engine.outbound import (
    note_machine,
    stop_late_ringing,
    while_ringing,
)
from voicegather.engine.recordings import note_recording
from voicegather.engine.state import CallState, Frame, Phase
from voicegather.engine.steps.attribution import forget_gather, keep_key_ahead
from voicegather.engine.targets import TargetEvent, dismiss_target
from voicegather.engine.turn import Turn
from voicegather.engine.wording import told

#: How long we wait for the news that an answered call is answered.
ANSWER_PATIENCE_MS = 15_000


@dataclass(frozen=True, slots=True)
class Advance:
    """What one event led to. `wake_at` (milliseconds, UTC) is None only when the call is over."""

    state: CallState
    commands: tuple[Outgoing, ...]
    facts: tuple[Fact, ...]
    wake_at: int | None


def begin(
    graph: Graph, *, token: str, caller: str, called: str, now: int, language: str = ""
) -> CallState:
    """The state of a call that `graph` will answer, before its first event."""
    return CallState(
        token=token,
        caller=caller,
        called=called,
        language=language or graph.languages[0],
        frames=(Frame(graph.sha256),),
        started_at=now,
        wake_at=now + ANSWER_PATIENCE_MS,
    )


def refuse(*, token: str, caller: str, called: str, now: int) -> CallState:
    """The state of a call that nobody answers: it is rejected as busy."""
    return CallState(
        token=token,
        caller=caller,
        called=called,
        refused=True,
        started_at=now,
        wake_at=now + ANSWER_PATIENCE_MS,
    )


def advance(
    menus: Menus, state: CallState, event: Event, now: int, limits: Limits = DEFAULT_LIMITS
) -> Advance:
    """Fold one event into a call.

    `now` is in milliseconds since 1970 UTC. Pure: the same arguments give the same result, and
    no event, however late, repeated or unknown, raises for a well-formed menu.
    """
    turn = Turn(menus, state, now, limits)
    note_conversation(turn, event)
    event = note_recording(turn, event)
    match event:
        case CallHungUp():
            _on_hang_up(turn, event)
        case CommandFailed() if state.phase is not Phase.ENDED:
            on_command_failed(turn, event)
        case CommandAccepted():
            if state.failures:
                turn.change(failures=0)
        case TargetInitiated() | TargetAnswered() | TargetHungUp() if not _awaits(turn, event):
            dismiss_target(turn, event)
            if state.phase is Phase.ENDED:
                _on_ended(turn, event)
        case HandlerReturned() | HandlerFailed() | EntriesJudged() if not _is_wanted(turn, event):
            turn.record(HandlerNoted(event.at, state.visit, event.seq, "came too late"))
        case MachineDetected():
            note_machine(turn, event)
            _BY_PHASE[state.phase](turn, event)
        case OperatorActed():
            act(turn, event)
        case _:
            _BY_PHASE[state.phase](turn, event)
    turn.run_to_rest()
    _keep_within_budget(turn)
    return Advance(turn.state, tuple(turn.commands), tuple(turn.facts), turn.state.wake_at)


def _on_new(turn: Turn, event: Event) -> None:
    if turn.state.ringing_ms:
        _on_ringing(turn, event)
    elif isinstance(event, CallInitiated):
        if turn.state.refused:
            turn.send(Reject())
            turn.change(
                phase=Phase.ENDING, outcome=CallOutcome.REJECTED, reason=reasons.NOBODYS_NUMBER
            )
        else:
            turn.send(Answer())
            turn.change(phase=Phase.ANSWERING)
        turn.wake_in(ANSWER_PATIENCE_MS)
    elif isinstance(event, CallAnswered):
        if turn.state.refused:
            turn.hang_up(CallOutcome.REJECTED, reasons.NOBODYS_NUMBER)
        else:
            _start(turn)
    elif isinstance(event, FoldingFailed):
        turn.hang_up(CallOutcome.FAILED, reasons.NOT_PROCESSED)
    elif _is_due(turn, event):
        turn.end(CallOutcome.FAILED, reasons.NEVER_ANSWERED)


def _on_answering(turn: Turn, event: Event) -> None:
    if turn.state.ringing_ms:
        _on_ringing(turn, event)
    elif isinstance(event, CallAnswered) or _is_due(turn, event):
        _start(turn)
    elif isinstance(event, FoldingFailed):
        turn.hang_up(CallOutcome.FAILED, reasons.NOT_PROCESSED)


def _on_ringing(turn: Turn, event: Event) -> None:
    if isinstance(event, CallAnswered):
        _start(turn)
    else:
        while_ringing(turn, event)


def _on_running(turn: Turn, event: Event) -> None:
    step, kind = turn.step, turn.kind
    if step is None or kind is None:
        turn.hang_up(CallOutcome.FAILED, told(reasons.NOT_IN_VERSION, step=turn.frame.step))
    elif isinstance(event, FoldingFailed):
        kind.fail(turn, step)
    elif isinstance(event, TimerDue):
        if _is_due(turn, event):
            over = turn.limits.broken_by(turn.state, "", turn.now)
            if over and not turn.state.connected:
                cut_off(turn, over)
            else:
                kind.on_timer(turn, step)
    elif isinstance(event, KeyPressed) and not kind.takes_input:
        keep_key_ahead(turn, event)
    else:
        kind.on_event(turn, step, event)
        if isinstance(event, GatherEnded) and not kind.takes_input:
            forget_gather(turn, event)


def _on_ending(turn: Turn, event: Event) -> None:
    if _is_due(turn, event):
        outcome = turn.state.outcome or CallOutcome.FAILED
        turn.end(outcome, turn.state.reason or reasons.NO_HANG_UP)
    else:
        stop_late_ringing(turn, event)
        _on_ended(turn, event)


def _on_ended(turn: Turn, event: Event) -> None:
    step, kind = turn.step, turn.kind
    if step is not None and kind is not None:
        kind.after_end(turn, step, event)


_BY_PHASE = {
    Phase.NEW: _on_new,
    Phase.ANSWERING: _on_answering,
    Phase.RUNNING: _on_running,
    Phase.ENDING: _on_ending,
    Phase.ENDED: _on_ended,
}


def _start(turn: Turn) -> None:
    turn.change(phase=Phase.RUNNING)
    turn.record(CallStarted(turn.now))
    turn.set_defaults(turn.graph)
    turn.go_to(turn.graph.entry)


def _on_hang_up(turn: Turn, event: CallHungUp) -> None:
    state = turn.state
    if state.phase is Phase.ENDED:
        return
    abandon_step(turn)
    if state.connected:
        outcome = CallOutcome.TRANSFERRED
    else:
        rang = state.ringing_ms and state.phase in (Phase.NEW, Phase.ANSWERING)
        left = CallOutcome.NOT_REACHED if rang else CallOutcome.CALLER_HUNG_UP
        outcome = state.outcome or left
    turn.end(outcome, state.reason or event.cause, event.at)


def _is_wanted(turn: Turn, event: HandlerReturned | HandlerFailed | EntriesJudged) -> bool:
    """Whether the step that asked the site's function is still under way."""
    return turn.state.phase is Phase.RUNNING and event.seq >= turn.state.current_seq


def _awaits(turn: Turn, event: TargetEvent) -> bool:
    kind = turn.kind
    return (
        turn.state.phase is Phase.RUNNING and kind is not None and kind.awaits_target(turn, event)
    )


def _is_due(turn: Turn, event: Event) -> bool:
    wake_at = turn.state.wake_at
    return isinstance(event, TimerDue) and wake_at is not None and turn.now >= wake_at


def _keep_within_budget(turn: Turn) -> None:
    """A waiting call is looked after at its deadline, and at the end of its minutes."""
    state = turn.state
    if state.phase is Phase.RUNNING and not state.connected and state.wake_at is not None:
        last = turn.limits.ends_at(state)
        if state.wake_at > last:
            turn.change(wake_at=max(last, turn.now + 1_000))
