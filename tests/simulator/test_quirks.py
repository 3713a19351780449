from __future__ import annotations

import random
from dataclasses import fields

import pytest

from voicegather.simulator import Faults, Quirks, SimulatorError, Target

from .virtual import Desk


def test_the_same_source_draws_the_same_quirks() -> None:
    assert Quirks.drawn(random.Random("7")) == Quirks.drawn(random.Random("7"))


def test_every_quirk_varies_from_call_to_call() -> None:
    drawn = [Quirks.drawn(random.Random(f"1:{call}")) for call in range(60)]
    constant = [
        spec.name
        for spec in fields(Quirks)
        if len({getattr(quirks, spec.name) for quirks in drawn}) == 1
    ]
    assert constant == []


@pytest.mark.parametrize("missing", [True, False])
def test_gathers_and_keys_may_lose_the_client_state(missing: bool) -> None:
    desk = Desk(quirks=Quirks(null_client_state=missing))
    leg = desk.answered()
    leg.client_state = "eA=="
    desk.commands.gather(leg, {"maximum_digits": 1})
    desk.press(leg, "1")
    desk.commands.hangup(leg, {})
    expected = None if missing else "eA=="
    assert desk.last("call.dtmf.received")["client_state"] == expected
    assert desk.last("call.gather.ended")["client_state"] == expected
    assert desk.last("call.hangup")["client_state"] == "eA=="


def test_documented_fields_may_be_missing() -> None:
    desk = Desk(quirks=Quirks(omitted_fields=frozenset({"state", "start_time"})))
    desk.answered()
    assert "state" not in desk.last("call.answered")
    assert "start_time" not in desk.last("call.initiated")
    assert desk.last("call.answered")["from"] == "+13125550101"


@pytest.mark.parametrize("present", [True, False])
def test_undocumented_fields_may_be_there(present: bool) -> None:
    desk = Desk(quirks=Quirks(undocumented_fields=present))
    leg = desk.answered()
    desk.commands.speak(leg, {"payload": "Goodbye.", "voice": "male"})
    desk.pass_seconds(3)
    desk.commands.hangup(leg, {})
    assert ("speak_id" in desk.last("call.speak.ended")) is present
    assert ("end_time" in desk.last("call.hangup")) is present
    assert ("calling_party_type" in desk.last("call.answered")) is present


@pytest.mark.parametrize("present", [True, False])
def test_a_spoken_gather_may_tell_of_its_speech(present: bool) -> None:
    desk = Desk(quirks=Quirks(speech_events_in_gather=present))
    leg = desk.answered()
    desk.commands.gather_using_speak(leg, {"payload": "Press one.", "voice": "male"})
    desk.pass_seconds(3)
    assert leg.heard == ["Press one."]
    assert ("call.speak.started" in desk.events(leg)) is present
    assert ("call.speak.ended" in desk.events(leg)) is present


@pytest.mark.parametrize(
    "values", [{"drop": 1.1}, {"delay": -0.1}, {"reorder": 2}, {"delay_seconds": -1}]
)
def test_faults_that_make_no_sense_are_refused(values: dict[str, float]) -> None:
    with pytest.raises(SimulatorError, match=f"Faults.{next(iter(values))}"):
        Faults(**values)


def test_a_fate_that_nobody_has_is_refused() -> None:
    with pytest.raises(
        SimulatorError, match="one of answer, busy, no_answer, reject, fail, barred"
    ):
        Target(fate="asleep")
