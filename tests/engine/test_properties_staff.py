"""Whatever staff, the site's functions and the network do to a call, these things hold."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.engine.line import START, Line
from tests.engine.menus import any_entry, by, gather, menu, on, step
from tests.engine.test_properties import CALLS, INNER, LIMITS, Network
from voicegather.engine.commands import (
    Gather,
    HangUp,
    RunHandler,
    RunValidators,
    StopGather,
)
from voicegather.engine.events import (
    Act,
    AnsweredBy,
    Event,
    HandlerFailed,
    HandlerReturned,
    MachineDetected,
    OperatorActed,
)
from voicegather.engine.facts import (
    AttemptBegan,
    AttemptEnded,
    AttemptOutcome,
    CallEnded,
    InputGathered,
    MachineFound,
    StepEntered,
    StepLeft,
    TargetLeft,
    TargetRang,
)
from voicegather.engine.outbound import begin_outbound
from voicegather.engine.secret import Secret

STAFF_CALLS = settings(CALLS, max_examples=40)

MAIN = menu(
    {
        "who": step("branch", by("human", "pick"), by("machine", "notice"), machine=True),
        "notice": step(
            "message", by("done", "pick"), by("failure", "broken"), prompt="n", uninterrupted=True
        ),
        "pick": gather(
            on("1", "account"), on("25", "look"), on("3", "ring"), on("4", "helper"), prompt="pick"
        ),
        "account": gather(
            any_entry("look"),
            prompt="account",
            validator="account",
            refusal_prompts={"closed": "closed"},
            read_back="is_it",
            maximum_digits=4,
        ),
        "look": step(
            "handler",
            by("done", "pick"),
            by("vip", "ring"),
            by("failure", "pick"),
            handler="balance",
            prompt="moment",
        ),
        "ring": step(
            "transfer",
            by("busy", "pick"),
            by("no_answer", "pick"),
            by("failure", "broken"),
            by("done", "pick"),
            to="+13125550177",
            prompt="moment",
        ),
        "helper": step(
            "assistant", by("done", "pick"), by("failure", "pick"), assistant="assistant-1"
        ),
    }
)
TARGETS = {
    Act.JUMP_TO_STEP: ["pick", "account", "look", "nowhere"],
    Act.TRANSFER: ["+13125550188"],
    Act.START_ASSISTANT: ["assistant-2"],
}


@dataclass
class Staff(Network):
    """A network with staff at work, and a site whose functions answer as they like."""

    #: The legs that the caller talked to.
    talked: set[str] = field(default_factory=set)

    def feed(self, event: Event) -> None:
        super().feed(event)
        if self.line.state.connected:
            self.talked.add(self.line.state.progress.leg)

    def _odd(self) -> list[Event]:
        now = self.line.tick(1)
        act = self.draw(st.sampled_from([each for each in Act if each is not Act.HANG_UP]))
        target = self.draw(st.sampled_from(TARGETS.get(act, [""])))
        who = self.draw(st.sampled_from(list(AnsweredBy)))
        staff: list[Event] = [OperatorActed(now, act, target, Secret("Be brief"))] * 12
        return [
            *staff,
            *super()._odd(),
            OperatorActed(now, Act.HANG_UP),
            MachineDetected(now, who, who.value),
            HandlerReturned(now, self.draw(st.integers(1, 40)), {}),
        ]

    def _remember_input(self, before: object, event: Event) -> None:
        """An entry may wait for its validator before it is in the facts."""

    def _react(self, seq: int, command: object) -> None:
        if isinstance(command, RunHandler):
            exit_name = self.draw(st.sampled_from(["", "vip", "nowhere"]))
            values = self.draw(st.sampled_from([{}, {"amount": Secret("1")}, {"a b": Secret("")}]))
            returned = HandlerReturned(self.line.tick(1), seq, values, exit_name)
            failed = HandlerFailed(self.line.tick(1), seq, "raised KeyError")
            self.flying.append(self.draw(st.sampled_from([returned, returned, failed])))
        else:
            super()._react(seq, command)


def played(data: st.DataObject, rounds: int = 100) -> Staff:
    """A call that came in, or one that was placed, to menus that differ in their entry."""
    entry = data.draw(st.sampled_from(["who", "pick", "account", "look", "ring", "helper"]))
    graph = replace(MAIN, entry=entry)
    object.__setattr__(graph, "sha256", MAIN.sha256)
    line = Line(graph, INNER, limits=LIMITS)
    if data.draw(st.booleans()):
        line.state = begin_outbound(
            graph,
            token="call-1",
            caller="+13125550101",
            called="+13125550199",
            now=START,
            ring_seconds=30,
            detect_machine=data.draw(st.booleans()),
        )
    network = Staff(data, line)
    network.run(rounds)
    return network


@STAFF_CALLS
@given(st.data())
def test_commands_are_numbered_one_after_the_other(data: st.DataObject):
    line = played(data).line
    first = 2 if line.state.ringing_ms else 1
    numbers = [each.seq for each in line.outgoing]
    assert numbers == list(range(first, first + len(numbers)))


@STAFF_CALLS
@given(st.data())
def test_no_attempt_is_asked_or_stopped_twice(data: st.DataObject):
    line = played(data).line
    began = line.found(AttemptBegan)
    assert set(Counter((each.visit, each.attempt) for each in began).values()) <= {1}
    gathers = {each.seq for each in line.outgoing if isinstance(each.command, Gather)}
    assert gathers == {each.seq for each in began if each.seq is not None}
    stops = 0
    for outgoing in line.outgoing:
        if isinstance(outgoing.command, Gather):
            stops = 0
        stops += isinstance(outgoing.command, StopGather)
        assert stops <= 1


@STAFF_CALLS
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
    assert len(line.found(CallEnded)) == line.is_over
    assert len(line.found(MachineFound)) == (line.state.answered_by is not None)


@STAFF_CALLS
@given(st.data())
def test_timers_alone_end_every_call(data: st.DataObject):
    line = played(data, rounds=data.draw(st.integers(0, 40))).line
    timers = 0
    while not line.is_over:
        line.let_deadline_pass()
        timers += 1
        assert timers <= 200
    assert line.state.wake_at is None


@STAFF_CALLS
@given(st.data())
def test_every_attempt_of_an_ended_call_has_an_outcome(data: st.DataObject):
    line = played(data).line
    while not line.is_over:
        line.let_deadline_pass()
    began = {(each.visit, each.attempt) for each in line.found(AttemptBegan)}
    assert {(each.visit, each.attempt) for each in line.found(AttemptEnded)} == began


@STAFF_CALLS
@given(st.data())
def test_no_entry_of_a_step_with_a_validator_is_valid_unjudged(data: st.DataObject):
    line = played(data).line
    steps = {each.visit: each.step for each in line.found(StepEntered)}
    judged = sum(isinstance(each.command, RunValidators) for each in line.outgoing)
    valid = {
        each.visit
        for each in line.found(InputGathered)
        if each.outcome is AttemptOutcome.VALID and steps[each.visit] == "account"
    }
    assert len(valid) <= judged


@STAFF_CALLS
@given(st.data())
def test_no_target_is_left_ringing(data: st.DataObject):
    network = played(data)
    line = network.line
    while not line.is_over:
        line.let_deadline_pass()
    told = {each.command.leg for each in line.outgoing if isinstance(each.command, HangUp)}
    left = {each.leg for each in line.found(TargetLeft)}
    assert {each.leg for each in line.found(TargetRang)} <= told | left | network.talked
