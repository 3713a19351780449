"""A call's state is stored between two events, and outlives a deploy."""

from __future__ import annotations

import json
from typing import Any

import pytest

from voicegather.engine.codec import CodecError
from voicegather.engine.detour import Assisting
from voicegather.engine.events import AnsweredBy, GatherStatus
from voicegather.engine.facts import AttemptPurpose, CallOutcome, ConversationKind, RecordingUse
from voicegather.engine.graph import Sensitivity
from voicegather.engine.kinds import all_kinds
from voicegather.engine.secret import Secret
from voicegather.engine.state import (
    CallState,
    Conversation,
    Frame,
    Key,
    Phase,
    Recorded,
    Variable,
)
from voicegather.engine.steps.ai_gather import Asked
from voicegather.engine.steps.ai_gather_fields import Reading
from voicegather.engine.steps.asking import Asking, Checking
from voicegather.engine.steps.assistant import Talking
from voicegather.engine.steps.consent import Consenting
from voicegather.engine.steps.handler import Handling
from voicegather.engine.steps.playing import Playing
from voicegather.engine.steps.record_progress import Recording, Stage
from voicegather.engine.steps.transfer import Transferring

KEY = Key(Secret("1"), 5)
PROGRESS: dict[str, Any] = {
    "ai_gather": Asked(
        consenting=Consenting(Asking(attempt=1, purpose=AttemptPurpose.CONSENT, seq=2), "Yes?"),
        waiting=True,
        seq=4,
        attempt=2,
        tries=1,
        taken=(Reading("age", Secret("29.0"), Secret("29")),),
        answered=("age", "name"),
        heard=True,
        partial=Secret('{"age": 29}'),
        readings=(Reading("name", Secret("Ada"), None),),
        judging=5,
        status="valid",
        closed=True,
        told=True,
    ),
    "assistant": Talking(seq=4, attempt=1, waiting=True, stop_seq=5),
    "gather": Asking(
        attempt=2,
        purpose=AttemptPurpose.CONFIRMATION,
        seq=4,
        stop_seq=5,
        prompt="q",
        prelude=("hello",),
        no_input=1,
        invalid=1,
        reissued=1,
        prefix=(KEY,),
        keys=(KEY, KEY),
        maximum=4,
        terminator="#",
        patience_ms=9000,
        checking=Checking(6, Secret("12"), GatherStatus.VALID),
        candidate=Secret("12"),
        value=Secret("AC-12"),
        closed=True,
    ),
    "handler": Handling(4, Playing(3, 9), plays_until=12, exit="done"),
    "message": Playing(3, 1000),
    "hangup": Playing(3, 1000),
    "record": Recording(
        Stage.LISTENING,
        consenting=Consenting(Asking(attempt=1, purpose=AttemptPurpose.CONSENT, seq=2), "Yes?"),
        playing=Playing(3, 9),
        asking=Asking(attempt=2, purpose=AttemptPurpose.CONFIRMATION, seq=6),
        seq=4,
        stop_seq=5,
        take=2,
        began=7,
        milliseconds=8,
        told=True,
        address=Secret("https://recordings.example.com/1.mp3"),
        attempt=2,
        closed=True,
    ),
    "transfer": Transferring(playing=Playing(3, 9), seq=4, leg="v3:x", answered_at=7),
}

FULL = CallState(
    token="t",
    caller="anonymous",
    called="+13125550199",
    phase=Phase.RUNNING,
    language="en",
    frames=(Frame("a", "s", ("q", "r"), 0), Frame("b", "x", (), 3)),
    variables={"pin": Variable(Secret("4711"), Sensitivity.SECRET)},
    visit=3,
    visits={"m/s": 2},
    next_seq=9,
    current_seq=8,
    open_gathers=(7, 8),
    conversations=(Conversation(4, 2, ConversationKind.AI_GATHER, "c-1", over=True),),
    recordings=(Recorded(6, RecordingUse.CALL, 5, "r-1", stopped=True, over=True),),
    recording_paused=7,
    recording_acts=(7, 8),
    typed_ahead=(KEY,),
    keys_counted_to=77,
    failures=1,
    connected=True,
    ringing_ms=30_000,
    answered_by=AnsweredBy.MACHINE,
    detecting=True,
    started_at=5,
    talked_ms=6,
    gone_legs=("v3:y",),
    target_hangups=(6,),
    wake_at=99,
    outcome=CallOutcome.FAILED,
    reason="why",
)


def stored(state: CallState) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(json.dumps(state.to_document()))
    return document


@pytest.mark.parametrize("kind", all_kinds(), ids=lambda kind: kind.name)
def test_a_state_comes_back_as_it_was_with_every_kinds_progress(kind):
    progress = PROGRESS[kind.name] if kind.Progress else None
    state = FULL.but(step_kind=kind.name, progress=progress)
    assert CallState.load(stored(state)) == state


@pytest.mark.parametrize(
    ("name", "progress"),
    [
        ("operator_transfer", Transferring(seq=4, leg="v3:x", answered_at=7)),
        ("operator_assistant", Assisting(seq=4, stop_seq=5, assistant="assistant-1")),
    ],
)
def test_a_state_comes_back_as_it_was_with_what_stands_in_for_a_step(name: str, progress: Any):
    state = FULL.but(step_kind=name, progress=progress)
    assert CallState.load(stored(state)) == state


def test_every_kind_that_remembers_something_is_among_these_tests():
    assert {kind.name for kind in all_kinds() if kind.Progress} == set(PROGRESS)


def test_a_new_state_is_small_but_names_its_format():
    assert stored(CallState(token="t")) == {"token": "t", "format": 1}


def test_a_newer_format_is_refused():
    with pytest.raises(CodecError, match="call format 2 is newer than this release reads"):
        CallState.load({"token": "t", "format": 2})


def test_a_format_that_is_no_number_is_refused():
    with pytest.raises(CodecError, match="call format one is newer"):
        CallState.load({"token": "t", "format": "one"})


def test_the_progress_of_a_kind_that_this_release_lacks_is_left_alone():
    state = CallState.load({"token": "t", "step_kind": "telepathy", "progress": {"a": 1}})
    assert state.progress == {"a": 1}


def test_a_state_is_changed_by_name_only():
    assert FULL.but(visit=4).visit == 4
    assert FULL.visit == 3
    with pytest.raises(TypeError, match="lacks one of visti"):
        FULL.but(visti=4)


def test_no_repr_shows_what_the_caller_entered():
    state = FULL.but(step_kind="gather", progress=PROGRESS["gather"])
    assert "4711" not in repr(state)
    assert repr(Secret("4711")) == str(Secret("4711")) == f"{Secret('4711')}" == "Secret(•••)"
