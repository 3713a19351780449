"""A telephone line for the tests: feeds events to `advance` and keeps what came of them."""

from __future__ import annotations

import json
from typing import TypeVar

from tests.engine.menus import Shelf
from voicegather.engine.advance import Advance, advance, begin
from voicegather.engine.commands import Audio, Command, Gather, Outgoing, Play, Speech, StopGather
from voicegather.engine.events import (
    CallAnswered,
    CallHungUp,
    CallInitiated,
    CommandAccepted,
    CommandFailed,
    Event,
    GatherEnded,
    GatherStatus,
    KeyPressed,
    PromptEnded,
    PromptFate,
    TimerDue,
)
from voicegather.engine.facts import (
    AttemptBegan,
    AttemptEnded,
    AttemptOutcome,
    Fact,
    InputGathered,
    StepLeft,
)
from voicegather.engine.graph import Graph
from voicegather.engine.hours import Hours
from voicegather.engine.limits import DEFAULT_LIMITS, Limits
from voicegather.engine.secret import Secret
from voicegather.engine.state import CallState, Phase

SomeFact = TypeVar("SomeFact", bound=Fact)

#: 2026-01-01 00:00 UTC
START = 1_767_225_600_000


class Line:
    """One call. Every event comes 10 ms after the last; the state goes through JSON each time."""

    def __init__(
        self,
        *graphs: Graph,
        hours: dict[str, Hours] | None = None,
        limits: Limits = DEFAULT_LIMITS,
        language: str = "",
        state: CallState | None = None,
    ) -> None:
        self.shelf = Shelf(*graphs, hours=hours)
        self.limits = limits
        self.now = START
        self.state = state or begin(
            graphs[0],
            token="call-1",
            caller="+13125550101",
            called="+13125550199",
            now=START,
            language=language,
        )
        self.outgoing: list[Outgoing] = []
        self.new: tuple[Outgoing, ...] = ()
        self.facts: list[Fact] = []

    # -- feeding -------------------------------------------------------------------------------

    def feed(self, event: Event) -> Advance:
        """Fold one event at the present moment; moments never run backwards."""
        result = advance(self.shelf, self.state, event, self.now, self.limits)
        stored = json.loads(json.dumps(result.state.to_document()))
        self.state = CallState.load(stored)
        assert self.state == result.state
        self.new = result.commands
        self.outgoing += result.commands
        self.facts += result.facts
        return result

    def tick(self, milliseconds: int = 10) -> int:
        self.now += milliseconds
        return self.now

    def answer(self) -> Line:
        """The call comes in and is answered."""
        self.feed(CallInitiated(self.tick()))
        self.feed(CallAnswered(self.tick()))
        return self

    def press(self, keys: str, *, seq: int | None = -1) -> None:
        """The caller presses keys; they carry the newest command's token unless told otherwise."""
        for key in keys:
            self.feed(KeyPressed(self.tick(), Secret(key), self._token(seq)))

    def gather_ends(
        self,
        digits: str | None = None,
        status: GatherStatus = GatherStatus.VALID,
        *,
        seq: int | None = -1,
        at: int | None = None,
    ) -> None:
        """Telnyx reports a gather's end; by default of the newest command."""
        said = None if digits is None else Secret(digits)
        moment = self.tick()
        self.feed(GatherEnded(at or moment, status, said, self._token(seq)))

    def enter(self, keys: str) -> None:
        """The caller presses keys and Telnyx says so in every way."""
        gather = self.gather_seq
        self.press(keys, seq=gather)
        self.gather_ends(keys, seq=self.outgoing[-1].seq)

    def stay_silent(self) -> None:
        self.gather_ends("", GatherStatus.INVALID)

    def prompt_ends(self, fate: PromptFate = PromptFate.COMPLETED, *, seq: int | None = -1) -> None:
        self.feed(PromptEnded(self.tick(), fate, self._token(seq)))

    def hang_up(self) -> None:
        self.feed(CallHungUp(self.tick(), "normal_clearing", "caller"))

    def accept(self, seq: int = -1) -> None:
        self.feed(CommandAccepted(self.tick(), self._token(seq) or 0))

    def refuse(self, http_status: int = 422, code: str = "10032", *, seq: int = -1) -> None:
        """Telnyx refuses a command; by default the newest."""
        self.feed(CommandFailed(self.tick(), self._token(seq) or 0, http_status, code))

    def let_deadline_pass(self) -> None:
        """Nothing happens until the clock looks after the call."""
        assert self.state.wake_at is not None
        self.now = max(self.now, self.state.wake_at)
        self.feed(TimerDue(self.now))

    def _token(self, seq: int | None) -> int | None:
        return self.outgoing[-1].seq if seq == -1 else seq

    # -- looking -------------------------------------------------------------------------------

    @property
    def step(self) -> str:
        return self.state.frames[-1].step

    @property
    def is_over(self) -> bool:
        return self.state.phase is Phase.ENDED

    @property
    def sent(self) -> list[Command]:
        """Every command so far."""
        return [each.command for each in self.outgoing]

    @property
    def last(self) -> Command:
        return self.outgoing[-1].command

    @property
    def just_sent(self) -> list[Command]:
        """The commands of the last event."""
        return [each.command for each in self.new]

    @property
    def gather(self) -> Gather:
        """The newest gather."""
        return next(each for each in reversed(self.sent) if isinstance(each, Gather))

    @property
    def gather_seq(self) -> int:
        return next(
            each.seq for each in reversed(self.outgoing) if isinstance(each.command, Gather)
        )

    @property
    def said(self) -> str:
        """The words of the newest prompt, or the URL of its audio; "" where it has none."""
        command = self.last
        assert isinstance(command, Gather | Play)
        if isinstance(command.prompt, Speech):
            return command.prompt.text
        return command.prompt.url if isinstance(command.prompt, Audio) else ""

    @property
    def was_stopped(self) -> bool:
        """Whether the last event made the engine stop the gather."""
        return self.just_sent == [StopGather()]

    def found(self, kind: type[SomeFact]) -> list[SomeFact]:
        """Every fact of this class, oldest first."""
        return [each for each in self.facts if isinstance(each, kind)]

    @property
    def attempts(self) -> list[tuple[AttemptOutcome, str | None]]:
        """Outcome and digits of every attempt that ended."""
        return [(each.outcome, _text(each.digits)) for each in self.found(AttemptEnded)]

    @property
    def asked(self) -> list[str]:
        """The prompt's name of every attempt that began."""
        return [each.prompt for each in self.found(AttemptBegan)]

    @property
    def results(self) -> list[tuple[AttemptOutcome, str | None, str | None, str]]:
        """Outcome, raw entry, value and choice of every result."""
        return [
            (each.outcome, _text(each.raw), _text(each.value), each.choice)
            for each in self.found(InputGathered)
        ]

    @property
    def exits(self) -> list[str]:
        return [each.exit for each in self.found(StepLeft)]


def _text(secret: Secret | None) -> str | None:
    return secret.reveal() if secret is not None else None
