"""Commands that Telnyx refuses: the step's failure exit, or the end of the call."""

from __future__ import annotations

from voicegather.engine import reasons
from voicegather.engine.events import CommandFailed
from voicegather.engine.facts import CallOutcome
from voicegather.engine.outbound import dial_failed, is_dial
from voicegather.engine.recordings import on_steering_refused, steers_recording
from voicegather.engine.state import Phase
from voicegather.engine.turn import Turn
from voicegather.engine.wording import told

#: Telnyx: the call has already ended (Telnyx docs: API errors).
CALL_HAS_ENDED = "90018"
KEY_REFUSED = frozenset({401, 403})


def abandon_step(turn: Turn) -> None:
    """The call is over: have its step write down what was under way."""
    step, kind = turn.step, turn.kind
    if turn.state.phase is Phase.RUNNING and step is not None and kind is not None:
        kind.abandon(turn, step)


def cut_off(turn: Turn, reason: str) -> None:
    """End a call in the middle of a step."""
    abandon_step(turn)
    turn.hang_up(CallOutcome.FAILED, reason)


def on_command_failed(turn: Turn, event: CommandFailed) -> None:
    """One refused command takes the step's failure exit; what cannot get better ends the call."""
    state = turn.state
    if event.seq in state.target_hangups:
        return  # It tells of another leg, which is gone already.
    failures = state.failures + 1
    turn.change(failures=failures)
    key_refused = event.http_status in KEY_REFUSED
    if key_refused and (failures == 1 or state.phase is not Phase.ENDING):
        turn.alert(
            "key_refused",
            "Telnyx refused the API key: check TELNYX_API_KEY and its permissions.",
        )
    if event.code == CALL_HAS_ENDED:
        abandon_step(turn)
        turn.end(state.outcome or CallOutcome.CALLER_HUNG_UP, reasons.TELNYX_ENDED)
    elif state.phase is Phase.ENDING:
        return
    elif is_dial(state, event):
        dial_failed(turn, event)
    elif key_refused:
        cut_off(turn, told(reasons.TELNYX_ANSWERED, status=event.http_status))
    elif steers_recording(state, event.seq):
        turn.change(failures=state.failures)
        on_steering_refused(turn, event)
    elif failures >= 2:
        turn.alert(
            "commands_fail",
            "Two commands in a row failed: see the call's commands for Telnyx's answers.",
        )
        cut_off(turn, reasons.TWO_FAILED)
    elif state.phase is not Phase.RUNNING:
        turn.hang_up(CallOutcome.FAILED, told(reasons.NOT_ANSWERABLE, code=event.code))
    elif event.seq >= state.current_seq and turn.step is not None and turn.kind is not None:
        turn.kind.on_command_failed(turn, turn.step, event)
