"""A call's state is stored between two events, and outlives a deploy."""

from __future__ import annotations

import json
from typing import Any

import pytest

from voicegather.engine.codec import CodecError
from voicegather.engine.facts import AttemptPurpose, CallOutcome
from voicegather.engine.graph import Sensitivity
from voicegather.engine.kinds import all_kinds
from voicegather.engine.secret import Secret
from voicegather.engine.state import CallState, Frame, Key, Phase, Variable
from voicegather.engine.steps.asking import Asking
from voicegather.engine.steps.playing import Playing
from voicegather.engine.steps.transfer import Transferring

KEY = Key(Secret("1"), 5)
PROGRESS: dict[str, Any] = {
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
        candidate=Secret("12"),
        closed=True,
    ),
    "message": Playing(3, 1000),
    "hangup": Playing(3, 1000),
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
    typed_ahead=(KEY,),
    keys_counted_to=77,
    failures=1,
    connected=True,
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
