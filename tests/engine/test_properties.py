"""Whatever the network does to a call's events, these things hold."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.engine.drawn_network import FIELDS, INNER, LIMITS, MAIN, TALKS, TAPES, Network
from tests.engine.line import Line
from voicegather.engine.commands import (
    Gather,
    GatherByAi,
    PauseRecording,
    ResumeRecording,
    StartAssistant,
    StartRecording,
    StopGather,
    StopRecording,
)
from voicegather.engine.config import parse_config
from voicegather.engine.events import (
    KeyPressed,
)
from voicegather.engine.facts import (
    AttemptBegan,
    AttemptEnded,
    AttemptOutcome,
    CallEnded,
    ConversationBegan,
    ConversationNamed,
    ConversationOver,
    InputGathered,
    RecordingBegan,
    RecordingLost,
    RecordingReady,
    StepEntered,
    StepLeft,
)
from voicegather.engine.secret import Secret
from voicegather.engine.steps.ai_gather import AiField
from voicegather.engine.steps.ai_gather_fields import can_be

CALLS = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def played(data: st.DataObject, rounds: int = 100) -> Network:
    """A call to one of the menus, which differ in their entry."""
    graph = data.draw(st.sampled_from([MAIN, MAIN, *TALKS, *TAPES]))
    network = Network(data, Line(graph, INNER, limits=LIMITS))
    network.run(rounds)
    return network


@CALLS
@given(st.data())
def test_no_attempt_is_asked_or_stopped_twice(data: st.DataObject):
    line = played(data).line
    began = line.found(AttemptBegan)
    numbers = Counter((each.visit, each.attempt) for each in began)
    assert set(numbers.values()) <= {1}
    asking = (Gather, GatherByAi)
    gathers = {each.seq for each in line.outgoing if isinstance(each.command, asking)}
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
@given(st.data())
def test_recordings_are_known_and_nothing_secret_is_in_one(data: st.DataObject):
    line = played(data).line
    began = {each.seq for each in line.found(RecordingBegan)}
    asked_for = [each.seq for each in line.outgoing if isinstance(each.command, StartRecording)]
    assert sorted(began) == asked_for
    told = {each.seq for each in line.found(RecordingReady)} | {
        each.seq for each in line.found(RecordingLost)
    }
    assert told - {None} <= began
    steps = {each.visit: each.step for each in line.found(StepEntered)}
    secret = {
        each.seq for each in line.found(AttemptBegan) if each.seq and steps[each.visit] == "pin"
    }
    taped = False
    for outgoing in line.outgoing:
        match outgoing.command:
            case StartRecording(both_sides=True) | ResumeRecording():
                taped = True
            case PauseRecording() | StopRecording():
                taped = False
        assert not (taped and outgoing.seq in secret)


@CALLS
@given(st.data())
def test_conversations_begin_and_end_once(data: st.DataObject):
    line = played(data).line
    starts = (GatherByAi, StartAssistant)
    asked_for = [each.seq for each in line.outgoing if isinstance(each.command, starts)]
    assert [each.seq for each in line.found(ConversationBegan)] == asked_for
    for kind in (ConversationOver, ConversationNamed):
        told = Counter(each.seq for each in line.found(kind))
        assert set(told) <= set(asked_for)
        assert set(told.values()) <= {1}
    names = [each.conversation_id for each in line.found(ConversationNamed)]
    assert len(names) == len(set(names))


@CALLS
@given(st.data())
def test_what_is_valid_has_a_value_of_its_type(data: st.DataObject):
    line = played(data).line
    fields = {each["name"]: parse_config(AiField, each)[0] for each in FIELDS}
    for each in line.found(InputGathered):
        if each.field not in fields:
            continue
        assert (each.outcome is AttemptOutcome.VALID) == (each.value is not None)
        if each.value is not None and each.field != "name":
            assert can_be(fields[each.field], each.value.reveal())


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
