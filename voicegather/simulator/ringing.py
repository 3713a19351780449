"""Ring a target: for a transfer or a dialled call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from voicegather.simulator.causes import (
    BARRED,
    CALL_REJECTED,
    CALLEE_HUNG_UP,
    CALLER_HUNG_UP,
    NOT_FOUND,
    TIME_LIMIT,
    TIMED_OUT,
    USER_BUSY,
    HangupCause,
)
from voicegather.simulator.exchange import Exchange
from voicegather.simulator.legs import EndedBy, Leg, Phase
from voicegather.simulator.machines import Detection, detect
from voicegather.simulator.targets import Target, TargetFate

INITIATED_SECONDS = 0.1

REFUSALS = {
    TargetFate.BUSY: USER_BUSY,
    TargetFate.REJECT: CALL_REJECTED,
    TargetFate.FAIL: NOT_FOUND,
    TargetFate.BARRED: BARRED,
}


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a target may ring and talk, in simulated seconds; and how giving up is called."""

    ring_seconds: float = 30.0
    talk_seconds: float = 14_400.0
    unanswered: HangupCause = TIMED_OUT


def ring(
    exchange: Exchange,
    leg: Leg,
    *,
    limits: Limits,
    detection: Detection | None,
    when_answered: Callable[[], None],
) -> None:
    """Ring the outgoing `leg` as its destination's `Target` says; `when_answered` connects it, and
    `detection` has it told whether somebody or something answered.

    Whether the caller still waits changes nothing: an abandoned target rings on until its
    time-out or a hangup command (Telnyx docs: transfer).
    """
    target = exchange.targets.get(leg.to, Target())

    def begin() -> None:
        exchange.initiate(leg)
        if target.fate is TargetFate.NO_ANSWER or target.ring_seconds > limits.ring_seconds:
            exchange.after(limits.ring_seconds, lambda: _unanswered(limits.unanswered))
        else:
            exchange.after(target.ring_seconds, pick_up)

    def _unanswered(cause: HangupCause) -> None:
        if leg.phase is Phase.WAITING:
            exchange.hang_up(leg, cause, EndedBy.SIMULATOR)

    def pick_up() -> None:
        refusal = REFUSALS.get(TargetFate(target.fate))
        if refusal is not None:
            _unanswered(refusal)
        elif leg.phase is Phase.WAITING:
            when_answered()
            if detection is not None:
                detect(leg, target, detection)
            converse(exchange, leg, target, limits)

    exchange.after(INITIATED_SECONDS, begin)


def converse(exchange: Exchange, leg: Leg, target: Target, limits: Limits) -> None:
    """Let an answered target follow its script, or talk and hang up."""
    leg.observer = exchange.follow(leg, target)
    if leg.observer is None:
        exchange.after(
            target.talk_seconds, lambda: exchange.hang_up(leg, CALLEE_HUNG_UP, EndedBy.CALLER)
        )
    exchange.after(
        limits.talk_seconds, lambda: exchange.hang_up(leg, TIME_LIMIT, EndedBy.SIMULATOR)
    )


def join(exchange: Exchange, caller: Leg, target: Leg) -> None:
    """Bridge a caller with the target that answered; without the caller the target is let go."""
    if caller.phase is Phase.ANSWERED and caller.bridged_to is None:
        exchange.bridge(caller, target)
    else:
        exchange.hang_up(target, CALLER_HUNG_UP, EndedBy.SIMULATOR)
