"""Calls that we place: rung until somebody answers, and then walked through a menu like any other.

Whoever places the call queues its Dial as command number 1, beside the state made here.
"""

from __future__ import annotations

from collections.abc import Mapping

from voicegather.engine import reasons
from voicegather.engine.commands import HangUp
from voicegather.engine.events import (
    CallAnswered,
    CallInitiated,
    CommandFailed,
    Event,
    FoldingFailed,
    MachineDetected,
    TimerDue,
)
from voicegather.engine.facts import CallOutcome, MachineFound
from voicegather.engine.graph import Graph
from voicegather.engine.state import CallState, Frame, Phase, Variable
from voicegather.engine.turn import Turn
from voicegather.engine.wording import told

#: The command number of the Dial.
DIAL_SEQ = 1
#: Beyond the ringing itself: delivery of the Dial, and of the news that nobody answered.
RING_SLACK_MS = 15_000
#: How long a branch waits for the machine detection's word.
DETECTION_PATIENCE_MS = 6_000


def begin_outbound(
    graph: Graph,
    *,
    token: str,
    caller: str,
    called: str,
    now: int,
    ring_seconds: int,
    language: str = "",
    detect_machine: bool = False,
    variables: Mapping[str, Variable] | None = None,
) -> CallState:
    """The state of a call that we place, before its first event.

    `caller` is the party on the caller's leg, here whom we ring, and `called` our own number.
    `ring_seconds` and `detect_machine` are those of the Dial. Moments in milliseconds, UTC.
    """
    ringing_ms = ring_seconds * 1000
    return CallState(
        token=token,
        caller=caller,
        called=called,
        language=language or graph.languages[0],
        frames=(Frame(graph.sha256),),
        variables=dict(variables or {}),
        next_seq=DIAL_SEQ + 1,
        ringing_ms=ringing_ms,
        detecting=detect_machine,
        started_at=now,
        wake_at=now + ringing_ms + RING_SLACK_MS,
    )


def while_ringing(turn: Turn, event: Event) -> None:
    """Something other than the answer happened before the answer."""
    match event:
        case CallInitiated() if turn.state.phase is Phase.NEW:
            turn.change(phase=Phase.ANSWERING)
            turn.wake_in(turn.state.ringing_ms + RING_SLACK_MS)
        case FoldingFailed():
            turn.hang_up(CallOutcome.FAILED, reasons.NOT_PROCESSED)
        case TimerDue() if turn.state.wake_at is not None and turn.now >= turn.state.wake_at:
            turn.hang_up(CallOutcome.NOT_REACHED, reasons.NOBODY_ANSWERED)


def is_dial(state: CallState, event: CommandFailed) -> bool:
    """Whether the command that failed is the Dial of a call that nobody has answered yet."""
    waits = state.phase in (Phase.NEW, Phase.ANSWERING)
    return waits and bool(state.ringing_ms) and event.seq == DIAL_SEQ


def dial_failed(turn: Turn, event: CommandFailed) -> None:
    """Telnyx refused to ring, or did not answer: then it may ring all the same."""
    refused = 400 <= event.http_status < 500
    template = reasons.NOT_RUNG_ANSWERED if event.http_status else reasons.NOT_RUNG_SILENT
    code = event.code and f" ({event.code})"
    known = {"status": event.http_status, "code": code} if event.http_status else {"code": code}
    reason = told(template, **known)
    if refused:
        turn.end(CallOutcome.NOT_REACHED, reason)
    elif turn.state.phase is Phase.NEW:
        turn.hang_up(CallOutcome.NOT_REACHED, reason)


def stop_late_ringing(turn: Turn, event: Event) -> None:
    """A call that was given up rings or is answered: nobody may hear silence."""
    given_up = turn.state.ringing_ms > 0 and turn.state.visit == 0
    if given_up and isinstance(event, CallInitiated | CallAnswered):
        turn.send(HangUp(), unconditional=True)


def note_machine(turn: Turn, event: MachineDetected) -> None:
    """Keep who answered; the first word counts."""
    if turn.state.answered_by is None:
        turn.change(answered_by=event.answered_by, detecting=False)
        turn.record(MachineFound(event.at, event.answered_by, event.word))
