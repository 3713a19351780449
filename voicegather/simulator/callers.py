"""Callers who follow a script, without a thread of their own."""

from __future__ import annotations

from collections.abc import Callable

from voicegather.simulator.courses import Course, Deeds, Pause
from voicegather.simulator.errors import CallerStillOnTheLineError
from voicegather.simulator.exchange import Exchange
from voicegather.simulator.legs import EndedBy, Leg
from voicegather.simulator.outcomes import CallerOutcome
from voicegather.simulator.records import Fate, RecordedCommand
from voicegather.simulator.scheduler import Timer
from voicegather.simulator.script import ExpectEnd, Script


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
        self._problems: list[str] = []
        self._course = Course(exchange, leg)
        self._deeds = self._follow()
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
        self._deeds.close()
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
            wanted = next(self._deeds)
        except StopIteration:
            return
        if isinstance(wanted, Pause):
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
        self._course.hang_up()

    def _follow(self) -> Deeds:
        for step in self._script:
            yield from self._course.take(step)
            self._step += 1
