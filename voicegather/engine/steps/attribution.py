"""Whose an event is: which gather ended, and which keys are dealt with."""

from __future__ import annotations

from voicegather.engine.commands import StopGather
from voicegather.engine.events import GatherEnded, GatherStatus, KeyPressed
from voicegather.engine.state import Key
from voicegather.engine.steps.asking import Asking, with_key
from voicegather.engine.turn import Turn

MOST_KEYS_AHEAD = 32


def concerns(turn: Turn, asking: Asking, event: GatherEnded) -> bool:
    """Whether the gather that ended is this attempt's; notes that it is not open any more.

    Telnyx leaves the token out of some events. Such a one is not this attempt's when it is older
    than keys dealt with before, or when it was cancelled while an earlier gather was still open:
    a new gather cancels the old one (Telnyx docs: gather).
    """
    open_gathers = turn.state.open_gathers
    seq = event.seq
    if seq is None:
        replaced = event.status is GatherStatus.CANCELLED and len(open_gathers) > 1
        older = event.at < turn.state.keys_counted_to
        seq = open_gathers[0] if open_gathers and (replaced or older) else asking.seq
        if older and seq == asking.seq:
            return False
    elif seq == asking.stop_seq:
        seq = asking.seq
    if seq in open_gathers:
        turn.change(open_gathers=tuple(each for each in open_gathers if each != seq))
    return seq == asking.seq


def is_in(turn: Turn, asking: Asking, event: KeyPressed) -> bool:
    """Whether the key was pressed during this attempt's gather, as far as the event tells."""
    if event.seq is None:
        return event.at > turn.state.keys_counted_to
    return event.seq in (asking.seq, asking.stop_seq)


def is_listening(turn: Turn, asking: Asking) -> bool:
    """Whether the attempt's gather runs, for all we know, and was not told to stop."""
    return asking.seq in turn.state.open_gathers and not asking.stop_seq


def stop_listening(turn: Turn, asking: Asking) -> None:
    """End the attempt's gather, whatever the call does next."""
    if is_listening(turn, asking):
        turn.send(StopGather(), unconditional=True)


def settle(turn: Turn, keys: tuple[Key, ...], rest: tuple[Key, ...] = ()) -> None:
    """`keys` but for `rest` are dealt with: if they come again they do not count again."""
    last = max((each.at for each in keys if each not in rest), default=0)
    if last > turn.state.keys_counted_to:
        turn.change(keys_counted_to=last)


def keep_key_ahead(turn: Turn, event: KeyPressed) -> None:
    """A key was pressed while nothing asked for keys: the next question may take it."""
    if event.at > turn.state.keys_counted_to and not turn.state.connected:
        ahead = with_key(turn.state.typed_ahead, event)
        turn.change(typed_ahead=ahead[-MOST_KEYS_AHEAD:])


def forget_gather(turn: Turn, event: GatherEnded) -> None:
    """A gather ended that no step waits for: it is not open any more."""
    open_gathers = turn.state.open_gathers
    gone = event.seq if event.seq is not None else next(iter(open_gathers), None)
    turn.change(
        open_gathers=tuple(each for each in open_gathers if each != gone),
        keys_counted_to=max(turn.state.keys_counted_to, event.at),
    )
