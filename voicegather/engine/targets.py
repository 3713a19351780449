"""Legs that transfers ring: none may ring on, or talk to nobody, once no step waits for it."""

from __future__ import annotations

from voicegather.engine.commands import HangUp
from voicegather.engine.events import TargetAnswered, TargetHungUp, TargetInitiated
from voicegather.engine.facts import TargetLeft, TargetRang
from voicegather.engine.turn import Turn

TargetEvent = TargetInitiated | TargetAnswered | TargetHungUp


def hang_up_target(turn: Turn, leg: str) -> None:
    """End the target leg whose call_control_id `leg` is, whatever the call does next."""
    seq = turn.send(HangUp(leg=leg), unconditional=True)
    turn.change(
        gone_legs=(*turn.state.gone_legs, leg),
        target_hangups=(*turn.state.target_hangups, seq),
    )


def note_target_gone(turn: Turn, event: TargetHungUp) -> None:
    """Write down how a target leg ended."""
    turn.record(TargetLeft(event.at, event.leg, event.fate))
    if event.leg not in turn.state.gone_legs:
        turn.change(gone_legs=(*turn.state.gone_legs, event.leg))


def dismiss_target(turn: Turn, event: TargetEvent) -> None:
    """Fold news of a leg that no step waits for: Telnyx would let it ring without a caller."""
    if isinstance(event, TargetHungUp):
        note_target_gone(turn, event)
    elif event.leg not in turn.state.gone_legs:
        turn.record(TargetRang(event.at, event.leg))
        hang_up_target(turn, event.leg)
