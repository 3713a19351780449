"""Whatever the network does to a call's events, these things hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.line import Line
from tests.engine.menus import any_entry, by, gather, in_range, menu, on, otherwise, step, wish
from voicegather.engine.advance import Advance
from voicegather.engine.commands import Gather, HangUp, Play, StopGather, Transfer
from voicegather.engine.events import (
    CallAnswered,
    CallHungUp,
    CallInitiated,
    CommandAccepted,
    CommandFailed,
    Event,
    FoldingFailed,
    GatherEnded,
    GatherStatus,
    KeyPressed,
    PromptEnded,
    PromptFate,
    TargetAnswered,
    TargetFate,
    TargetHungUp,
    TargetInitiated,
    TimerDue,
    Unknown,
)
from voicegather.engine.facts import (
    AttemptBegan,
    AttemptEnded,
    CallEnded,
    InputGathered,
    StepEntered,
    StepLeft,
)
from voicegather.engine.limits import Limits
from voicegather.engine.secret import Secret
from voicegather.engine.state import Phase
from voicegather.engine.steps.asking import Asking

WISHES = (wish("0", target="ring"), wish("*", "repeat"), wish("#", "back"))

MAIN = menu(
    {
        "notice": step(
            "message",
            by("done", "welcome"),
            by("failure", "broken"),
            prompt="notice",
            uninterrupted=True,
        ),
        "welcome": step("message", by("done", "pick"), by("failure", "broken"), prompt="welcome"),
        "pick": gather(
            on("1", "account"), in_range("20-29", "sub"), on("3", "ring"), *WISHES, prompt="pick"
        ),
        "account": gather(
            any_entry("fork"),
            *WISHES,
            prompt="account",
            read_back="is_it",
            maximum_digits=4,
            no_input_prompts=["quiet"],
        ),
        "fork": step("branch", otherwise("pin"), variable="account"),
        "pin": gather(any_entry("pick"), prompt="pin", type_ahead="flush", maximum_digits=4),
        "sub": step("submenu", by("done", "pick"), by("failure", "broken"), menu="inner"),
        "ring": step(
            "transfer",
            by("busy", "pick"),
            by("no_answer", "pick"),
            by("failure", "broken"),
            by("done", "pick"),
            to="+13125550177",
            prompt="moment",
        ),
    }
)
INNER = menu(
    {"which": gather({"match": "digits", "value": "1", "action": "return"}, *WISHES, prompt="w")}
    | {"ring": step("hangup")},
    name="inner",
)
LIMITS = Limits(visits_a_step=4, steps_a_call=30, minutes_a_call=5)

#: What callers enter: mostly something sensible.
ENTRIES = st.one_of(
    st.sampled_from(["1", "1", "25", "3", "1234", "12#", ""]), st.text("0123456789*#", max_size=6)
)


@dataclass
class Network:
    """A network and a caller who do as the drawn numbers say, to one call."""

    data: st.DataObject
    line: Line = field(default_factory=lambda: Line(MAIN, INNER, limits=LIMITS))
    #: Events on their way to us.
    flying: list[Event] = field(default_factory=list)
    #: What the caller entered in a gather whose end arrived while it was the attempt under way.
    heard: list[str] = field(default_factory=list)
    gathers: dict[int, str] = field(default_factory=dict)

    def draw(self, strategy: st.SearchStrategy) -> object:
        return self.data.draw(strategy)

    def run(self, rounds: int) -> None:
        self.flying += [CallInitiated(self.line.tick()), CallAnswered(self.line.tick())]
        for _ in range(rounds):
            self._step()
            if self.line.is_over and not self.flying:
                return

    def _step(self) -> None:
        self.line.tick(self.draw(st.sampled_from([1, 30, 900, 20_000])))
        match self.draw(
            st.sampled_from(["deliver"] * 12 + ["lose", "timer", "timer", "key", "odd"])
        ):
            case "deliver" if self.flying:
                last = len(self.flying) - 1
                at = self.draw(st.one_of(st.just(0), st.just(0), st.integers(0, last)))
                twice = self.draw(st.sampled_from([False, False, False, True]))
                event = self.flying[at] if twice else self.flying.pop(at)
                self.feed(event)
            case "lose" if self.flying:
                self.flying.pop(self.draw(st.integers(0, len(self.flying) - 1)))
            case "timer":
                self.feed(TimerDue(self.line.now))
            case "key" if self.gathers:
                seq = self.draw(st.sampled_from([*self.gathers, None]))
                self.flying.append(self._key(seq))
            case "odd":
                self.flying.append(self.draw(st.sampled_from(self._odd())))

    def _key(self, seq: int | None) -> KeyPressed:
        key = self.draw(st.sampled_from("0123456789*#A"))
        return KeyPressed(self.line.tick(1), Secret(key), seq)

    def _odd(self) -> list[Event]:
        now = self.line.tick(1)
        return [
            CallHungUp(now),
            FoldingFailed(now),
            Unknown(now, "call.new"),
            CommandFailed(now, self.draw(st.integers(1, 40)), 500),
            CommandFailed(now, self.draw(st.integers(1, 40)), 422, "90018"),
            GatherEnded(now, GatherStatus.CANCELLED, None, None),
        ]

    def feed(self, event: Event) -> None:
        before = self.line.state
        result = self.line.feed(event)
        self._check(result)
        self._remember_input(before, event)
        for outgoing in result.commands:
            self._react(outgoing.seq, outgoing.command)

    def _check(self, result: Advance) -> None:
        over = result.state.phase is Phase.ENDED
        assert (result.wake_at is None) == over
        if over:
            assert all(
                isinstance(each.command, HangUp) and each.unconditional for each in result.commands
            )

    def _remember_input(self, before: object, event: Event) -> None:
        """A finished entry must be in the facts of the very event that brought it."""
        asking = before.progress  # type: ignore[attr-defined]
        if not isinstance(event, GatherEnded) or event.seq is None or not event.digits:
            return
        current = isinstance(asking, Asking) and event.seq in (asking.seq, asking.stop_seq)
        if not current or before.phase is not Phase.RUNNING:  # type: ignore[attr-defined]
            return
        if event.status is GatherStatus.CANCELLED and not asking.stop_seq:
            return
        self.heard.append(event.digits.reveal())
        told = [
            each.digits.reveal()
            for each in self.line.facts[-12:]
            if isinstance(each, AttemptEnded) and each.digits and each.attempt == asking.attempt
        ]
        stripped = event.digits.reveal().removesuffix(asking.terminator or "\0")
        # Keys without a token may have been pressed ahead: then they are the entry.
        if not asking.prefix and all(each.placed for each in asking.keys):
            assert (stripped or asking.terminator) in told

    def _react(self, seq: int, command: object) -> None:
        """What the network and the caller make of a command; all of it is on its way."""
        now = self.line.tick(1)
        if self.draw(st.sampled_from([True] * 19 + [False])):
            self.flying.append(CommandAccepted(now, seq))
        else:
            status, code = self.draw(st.sampled_from([(422, "10032"), (500, ""), (401, "10009")]))
            self.flying.append(CommandFailed(now, seq, status, code))
            return
        token = self.draw(st.sampled_from([seq, seq, seq, None]))
        match command:
            case Gather():
                self._gather(seq, token, command)
            case StopGather():
                entered = next(reversed(self.gathers.values()), "")
                self._gather_ends(entered, token, st.sampled_from(list(GatherStatus)))
            case Play():
                fate = self.draw(st.sampled_from(list(PromptFate)))
                self.flying.append(PromptEnded(now, fate, token))
            case Transfer():
                self._ring(token)
            case HangUp(leg=""):
                self.flying.append(CallHungUp(now, "normal_clearing", "callee"))
            case HangUp():
                self.flying.append(CommandFailed(now, seq, 422, "90018"))

    def _gather(self, seq: int, token: int | None, command: Gather) -> None:
        keys = self.draw(ENTRIES)[: command.maximum_digits]
        if command.terminator and command.terminator in keys:
            keys = keys[: keys.index(command.terminator) + 1]
        self.gathers[seq] = keys
        for key in keys:
            self.flying.append(KeyPressed(self.line.tick(1), Secret(key), token))
        if command.prompt is not None:
            self.flying.append(PromptEnded(self.line.tick(1), PromptFate.INTERRUPTED, token))
        self._gather_ends(keys, token, st.sampled_from(list(GatherStatus)))

    def _gather_ends(self, keys: str, token: int | None, statuses: st.SearchStrategy) -> None:
        status = self.draw(statuses)
        said = self.draw(st.sampled_from([keys, keys, keys.rstrip("#"), "", None]))
        digits = None if said is None else Secret(said)
        self.flying.append(GatherEnded(self.line.tick(1), status, digits, token))

    def _ring(self, token: int | None) -> None:
        leg = f"v3:{self.line.now}"
        self.flying.append(TargetInitiated(self.line.tick(1), leg, token))
        fate = self.draw(st.sampled_from(list(TargetFate)))
        if fate is TargetFate.ENDED:
            self.flying.append(TargetAnswered(self.line.tick(1), leg, token))
        self.flying.append(TargetHungUp(self.line.tick(1), leg, fate, token))


CALLS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def played(data: st.DataObject, rounds: int = 100) -> Network:
    network = Network(data)
    network.run(rounds)
    return network


@CALLS
@given(st.data())
def test_no_attempt_is_asked_or_stopped_twice(data: st.DataObject):
    line = played(data).line
    began = line.found(AttemptBegan)
    numbers = Counter((each.visit, each.attempt) for each in began)
    assert set(numbers.values()) <= {1}
    gathers = {each.seq for each in line.outgoing if isinstance(each.command, Gather)}
    assert gathers == {each.seq for each in began if each.seq is not None}
    stops = 0
    for outgoing in line.outgoing:
        if isinstance(outgoing.command, Gather):
            stops = 0
        stops += isinstance(outgoing.command, StopGather)
        assert stops <= 1


@CALLS
@given(st.data())
def test_commands_are_numbered_one_after_the_other(data: st.DataObject):
    line = played(data).line
    assert [each.seq for each in line.outgoing] == list(range(1, len(line.outgoing) + 1))


@CALLS
@given(st.data())
def test_the_ledger_tells_one_story(data: st.DataObject):
    line = played(data).line
    entered = [each.visit for each in line.found(StepEntered)]
    assert entered == list(range(1, len(entered) + 1))
    left = Counter(each.visit for each in line.found(StepLeft))
    assert set(left) <= set(entered)
    assert set(left.values()) <= {1}
    began = {(each.visit, each.attempt) for each in line.found(AttemptBegan)}
    assert {(each.visit, each.attempt) for each in line.found(AttemptEnded)} <= began
    assert {each.visit for each in line.found(InputGathered)} <= set(entered)
    assert len(line.found(CallEnded)) == line.is_over


@CALLS
@given(st.data())
def test_timers_alone_end_every_call(data: st.DataObject):
    line = played(data, rounds=data.draw(st.integers(0, 40))).line
    timers = 0
    while not line.is_over:
        line.let_deadline_pass()
        timers += 1
        assert timers <= 200
    assert line.state.wake_at is None


@CALLS
@given(st.data())
def test_every_attempt_of_an_ended_call_has_an_outcome(data: st.DataObject):
    line = played(data).line
    while not line.is_over:
        line.let_deadline_pass()
    began = {(each.visit, each.attempt) for each in line.found(AttemptBegan)}
    assert {(each.visit, each.attempt) for each in line.found(AttemptEnded)} == began


@CALLS
@given(st.lists(st.sampled_from("0123456789*#"), max_size=12), st.data())
def test_a_key_told_twice_never_counts_twice(keys: list[str], data: st.DataObject):
    once, twice = Line(MAIN, INNER).answer(), Line(MAIN, INNER).answer()
    told: list[KeyPressed] = []
    for key in keys:
        event = KeyPressed(once.tick(), Secret(key), 2)
        twice.tick()
        told.append(event)
        once.feed(event)
        twice.feed(event)
        twice.feed(data.draw(st.sampled_from(told)))
    for line in (once, twice):
        line.prompt_ends(seq=2)
    assert twice.state == once.state
    assert twice.facts == once.facts
