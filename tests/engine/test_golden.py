"""Calls and menus stored by every release still load and go on. Never edit a golden file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.engine.line import Line
from tests.engine.steps.talks import ended, fields, result
from voicegather.engine.commands import (
    Answer,
    Audio,
    Gather,
    GatherByAi,
    HangUp,
    StartAssistant,
    Voice,
)
from voicegather.engine.events import (
    CallInitiated,
    EntriesJudged,
    GatherStatus,
    TargetFate,
    TargetHungUp,
    Verdict,
)
from voicegather.engine.facts import AttemptOutcome, CallOutcome, ConsentAnswered
from voicegather.engine.graph import Graph
from voicegather.engine.secret import Secret
from voicegather.engine.state import CallState

GOLDEN = Path(__file__).parent / "golden"
VALID = AttemptOutcome.VALID


def stored(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    return document


def stored_menu(name: str) -> Graph:
    return Graph.load(stored(f"format_1_menu_{name}"), sha256=f"sha-{name}")


def resumed(name: str) -> Line:
    """The stored call, two seconds after its last event."""
    state = CallState.load(stored(f"format_1_call_{name}"))
    menus = [stored_menu(each) for each in ("main", "inner", "talk")]
    line = Line(*menus, state=state)
    line.tick(2_000)
    return line


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.json")), ids=lambda path: path.stem)
def test_every_golden_file_is_in_its_own_format(path: Path):
    assert json.loads(path.read_text("utf-8"))["format"] == 1


@pytest.mark.parametrize("name", ["main", "inner", "talk"])
def test_every_step_of_a_stored_menu_can_be_run(name: str):
    for step in stored_menu(name).steps.values():
        assert type(step.settings).__name__.lower() == f"{step.kind.replace('_', '')}settings"
        assert step.choices.longest >= 1


def test_a_stored_new_call_is_answered():
    line = resumed("new")
    line.feed(CallInitiated(line.now))
    assert line.just_sent == [Answer()]


def test_a_stored_message_goes_on_to_a_question_with_keys_typed_ahead():
    line = resumed("message")
    line.prompt_ends(seq=2)
    assert line.step == "pick"
    assert line.results == [(VALID, "2", "2", "2")]
    assert line.said == "¿Qué departamento?"


def test_a_stored_gather_hears_the_rest_of_its_entry():
    line = resumed("gather")
    line.press("50", seq=4)
    line.gather_ends(None, seq=4)
    assert line.step == "ring"
    assert line.results == [(VALID, "150", "150", "100-199")]


def test_a_stored_gather_counts_on_where_it_was():
    line = resumed("gather")
    line.gather_ends("9", GatherStatus.INVALID, seq=4)
    assert line.attempts == [(AttemptOutcome.INVALID, "9")]
    assert line.asked == ["wrong_key"]


def test_a_stored_read_back_is_confirmed():
    line = resumed("read_back")
    line.gather_ends("1", seq=6)
    assert line.results == [(VALID, "5678", "5678", "any")]
    assert line.step == "pin"
    assert line.gather.prompt == Audio(media_name="pin.mp3", duration_ms=2000)


def test_a_stored_submenu_returns_to_where_it_was_opened():
    line = resumed("submenu")
    line.gather_ends("1", seq=6)
    assert line.step == "pick"
    assert isinstance(line.last, Gather)
    assert line.exits == ["1", "done"]


def test_a_stored_transfer_goes_on_when_nobody_answers():
    line = resumed("transfer")
    line.feed(TargetHungUp(line.now, "v3:desk", TargetFate.BUSY, 6))
    assert line.exits == ["busy"]
    assert line.said == "https://cdn.example.com/bye.mp3"


def test_a_stored_transfer_takes_its_target_with_it():
    line = resumed("transfer")
    line.hang_up()
    assert line.just_sent == [HangUp(leg="v3:desk")]


def test_a_stored_call_that_was_being_hung_up_ends():
    line = resumed("ending")
    line.hang_up()
    assert line.is_over
    assert line.state.outcome is CallOutcome.COMPLETED


def test_a_stored_consent_is_given():
    line = resumed("consent")
    line.gather_ends("9", seq=2)
    assert [each.given for each in line.found(ConsentAnswered)] == [True]
    command = line.last
    assert isinstance(command, GatherByAi)
    assert command.schema["required"] == ["age", "plan"]
    assert command.voice == Voice(
        "Telnyx.NaturalHD.astra", (("type", "telnyx"), ("voice_speed", 1.2))
    )


def test_a_stored_ai_gather_keeps_what_it_heard_and_takes_its_result():
    line = resumed("ai_gather")
    line.hang_up()
    assert fields(line) == [("age", "hangup", "29", None, "")]
    line = resumed("ai_gather")
    result(line, {"age": 29, "plan": "silver"}, seq=3)
    assert line.exits == ["done"]
    assert line.said == "Goodbye."


def test_a_stored_ai_gather_hears_its_validators():
    line = resumed("ai_gather_judged")
    line.feed(EntriesJudged(line.now, 4, {"account": Verdict(True, Secret("AC-12"))}))
    assert line.exits == ["field"]
    assert fields(line)[1] == ("account", "valid", "12", "AC-12", "")
    assert line.step == "helper"


def test_a_stored_ai_gather_asks_again_for_the_rest():
    line = resumed("ai_gather_again")
    ended(line, "c-1", seq=3)
    command = line.last
    assert isinstance(command, GatherByAi)
    assert command.greeting == "Once more, please."
    assert list(command.schema["properties"]) == ["plan", "since", "account"]


def test_a_stored_assistant_that_waits_begins():
    line = resumed("assistant_waiting")
    ended(line, "c-1", seq=3)
    command = line.last
    assert isinstance(command, StartAssistant)
    assert command.instructions == "The plan is gold."
    assert command.variables == {"plan": Secret("gold")}


def test_a_stored_assistant_ends_with_its_own_conversation():
    line = resumed("assistant")
    ended(line, "c-1", seq=4)
    assert line.exits == []
    ended(line, "c-2", seq=4)
    assert line.exits == ["done"]


def test_a_stored_assistant_that_was_stopped_leaves_by_its_time_limit():
    line = resumed("assistant_stopped")
    ended(line, "c-2", seq=5)
    assert line.exits == ["time_limit"]
    assert line.step == "form"
