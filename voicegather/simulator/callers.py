"""Callers who follow a script, without a thread of their own."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

from voicegather.simulator.causes import CALLEE_HUNG_UP, CALLER_HUNG_UP, CANCELLED
from voicegather.simulator.errors import CallerStillOnTheLineError
from voicegather.simulator.exchange import Exchange
from voicegather.simulator.legs import Direction, EndedBy, Leg, Phase
from voicegather.simulator.records import Delivery, Fate, RecordedCommand
from voicegather.simulator.scheduler import Timer
from voicegather.simulator.script import (
    ExpectEnd,
    HangUp,
    HangUpDuringGather,
    Hear,
    Press,
    PressNow,
    Script,
    StaySilent,
    Step,
    Wait,
)


@dataclass(frozen=True, slots=True)
class CallerOutcome:
    """How one call went, from the caller's side.

    `ended_by` is "caller", "application", or "simulator" for a time limit, the end of the
    simulation and a call that still lasts; `hangup_cause` is None for the last two. `problems` is
    empty when the script could be followed to its end. `longest_silence` is in simulated seconds;
    `silent` says that it was longer than allowed.
    """

    name: str
    call_control_id: str
    from_: str
    to: str
    ended_by: str
    hangup_cause: str | None
    answered: bool
    heard: list[str]
    commands: list[RecordedCommand]
    webhooks: list[Delivery]
    problems: list[str]
    longest_silence: float
    silent: bool
    target_call_control_ids: list[str]


@dataclass(frozen=True, slots=True)
class _Pause:
    seconds: float


@dataclass(frozen=True, slots=True)
class _Until:
    possible: Callable[[], bool]


_Course = Generator[_Pause | _Until, None, None]
_Try = tuple[object, int]


class Caller:
    """Follows a script on one leg. Made by `FakeTelnyx.place_call`, or for a scripted target.

    `patience` bounds, in simulated seconds, how long one step may stay impossible.
    """

    def __init__(
        self,
        exchange: Exchange,
        leg: Leg,
        script: Script,
        *,
        name: str,
        patience: float,
        silent_after: float,
        commands: Callable[[str], list[RecordedCommand]],
    ) -> None:
        self.name = name
        self.leg = leg
        self._exchange = exchange
        self._patience = patience
        self._silent_after = silent_after
        self._commands = commands
        self._script = script
        self._step = 0
        self._answered: set[_Try] = set()
        self._heard_before = 0
        self._problems: list[str] = []
        self._course = self._follow()
        self._waiting_for: Callable[[], bool] | None = None
        self._timer: Timer | None = None
        self._poked = False
        leg.observer = self

    @property
    def call_control_id(self) -> str:
        """The caller's leg."""
        return self.leg.call_control_id

    def begin(self) -> None:
        """Start with the script. Call with the exchange's lock held."""
        self._exchange.after(0, self._advance)

    def poke(self) -> None:
        """Look again whether the script can go on; never does so at once, but in a moment."""
        if not self._poked:
            self._poked = True
            self._exchange.after(0, self._look)

    def wait(self, timeout: float = 30.0) -> CallerOutcome:
        """Wait until the call is over and its webhooks were taken or given up; real seconds.

        Raises `CallerStillOnTheLineError` when that takes longer than `timeout`.
        """
        with self._exchange.lock:
            if not self._exchange.watchers.wait_for(self.finished, timeout):
                raise CallerStillOnTheLineError(
                    f"{self.name}: the call is {self.leg.phase} after {timeout} s, at step "
                    f"{self._step} of {len(self._script)}; wait longer, or shorten its patience."
                )
            return self.outcome()

    def finished(self) -> bool:
        """Whether the call ended and the fate of each of its webhooks is known. With the lock."""
        return self._exchange.stopped or (
            not self.leg.alive
            and all(delivery.fate is not Fate.PENDING for delivery in self.leg.deliveries)
        )

    def outcome(self) -> CallerOutcome:
        """How the call stands now."""
        with self._exchange.lock:
            leg = self.leg
            longest_silence = leg.silence.longest(self._exchange.now())
            return CallerOutcome(
                name=self.name,
                call_control_id=leg.call_control_id,
                from_=leg.from_,
                to=leg.to,
                ended_by=(leg.ended_by or EndedBy.SIMULATOR).value,
                hangup_cause=leg.hangup_cause.cause if leg.hangup_cause else None,
                answered=leg.answered_at is not None,
                heard=list(leg.heard),
                commands=self._commands(leg.call_control_id),
                webhooks=list(leg.deliveries),
                problems=list(self._problems),
                longest_silence=longest_silence,
                silent=longest_silence > self._silent_after,
                target_call_control_ids=[target.call_control_id for target in leg.targets],
            )

    def _look(self) -> None:
        self._poked = False
        if not self.leg.alive:
            self._leave()
        elif self._waiting_for is not None and self._waiting_for():
            self._advance()

    def _leave(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._waiting_for = None
        self._course.close()
        unfinished = self._script[self._step :]
        if self.leg.ended_by is EndedBy.APPLICATION and unfinished:
            if not isinstance(unfinished[0], ExpectEnd):
                self._problems.append(
                    f"the call ended before step {self._step + 1}: {unfinished[0]}"
                )
            self._step = len(self._script)

    def _advance(self) -> None:
        self._waiting_for = None
        if self._timer is not None:
            self._timer.cancel()
        if not self.leg.alive:
            self._leave()
            return
        try:
            wanted = next(self._course)
        except StopIteration:
            return
        if isinstance(wanted, _Pause):
            self._timer = self._exchange.after(wanted.seconds, self._advance)
            return
        self._waiting_for = wanted.possible
        self._timer = self._exchange.after(self._patience, self._lose_patience)
        if wanted.possible():
            self._exchange.after(0, self._look)

    def _lose_patience(self) -> None:
        step = self._script[self._step]
        self._problems.append(
            f"step {self._step + 1} did not become possible within {self._patience:g} s: {step}"
        )
        self._hang_up()

    def _hang_up(self) -> None:
        cause = CALLER_HUNG_UP
        if self.leg.direction is Direction.OUTGOING:
            cause = CALLEE_HUNG_UP
        elif self.leg.phase is Phase.WAITING:
            cause = CANCELLED
        self._exchange.hang_up(self.leg, cause, EndedBy.CALLER)

    def _follow(self) -> _Course:
        for step in self._script:
            yield from self._take(step)
            self._step += 1

    def _take(self, step: Step) -> _Course:
        match step:
            case Press(keys, after, gap):
                yield from self._into_gather(after)
                yield from self._press(keys, gap)
            case PressNow(keys, gap):
                yield _Until(self._connected)
                yield from self._press(keys, gap)
            case StaySilent():
                yield _Until(self._asked)
                attempt = self._attempt()
                self._mark()
                yield _Until(lambda: self._attempt() != attempt)
                self._heard_before = len(self.leg.heard)
            case Wait(seconds):
                yield _Pause(seconds)
            case Hear(text):
                yield _Until(lambda: self._find(text) is not None)
                self._heard_before = (self._find(text) or 0) + 1
            case HangUp():
                self._hang_up()
            case HangUpDuringGather(after):
                yield from self._into_gather(after)
                self._hang_up()
            case ExpectEnd():
                yield _Until(lambda: False)

    def _into_gather(self, after: float) -> _Course:
        """Go on `after` seconds into an unanswered try; when that one ended, into the next."""
        while True:
            yield _Until(self._asked)
            gather, attempt = self.leg.gather, self._attempt()
            if gather is None:
                continue
            remaining = gather.began + after - self._exchange.now()
            if remaining > 0:
                yield _Pause(remaining)
            if self._attempt() == attempt:
                self._mark()
                return

    def _press(self, keys: str, gap: float) -> _Course:
        for position, key in enumerate(keys):
            if position:
                yield _Pause(gap)
            self._heard_before = len(self.leg.heard)
            self._exchange.press(self.leg, key)

    def _connected(self) -> bool:
        return self.leg.phase is Phase.ANSWERED

    def _attempt(self) -> _Try | None:
        gather = self.leg.gather
        return None if gather is None else (gather, gather.try_number)

    def _mark(self) -> None:
        attempt = self._attempt()
        if attempt is not None:
            self._answered.add(attempt)

    def _asked(self) -> bool:
        attempt = self._attempt()
        return attempt is not None and attempt not in self._answered

    def _find(self, text: str) -> int | None:
        for position in range(self._heard_before, len(self.leg.heard)):
            if text.lower() in self.leg.heard[position].lower():
                return position
        return None
