from __future__ import annotations

from typing import Any

import pytest

from voicegather.simulator import FakeTelnyx, SimulatorError, Target, parse_script
from voicegather.simulator.legs import Leg

from .conftest import ANNA, CLINIC
from .receiver import Receiver
from .virtual import Desk

#: Rings a tenth of a second after the command, and is answered a second later.
ANSWERED_AT = 1.1


def dial(desk: Desk, **params: Any) -> Leg:
    """Ring Anna; returns her leg."""
    call = desk.commands.dial(
        {"connection_id": desk.exchange.connection_id, "from": CLINIC, "to": ANNA, **params}
    )
    return desk.exchange.legs[call["call_control_id"]]


def found(desk: Desk) -> list[tuple[float, str, str]]:
    """What was told of machines: seconds after the answer, the event's last words, the result."""
    return [
        (
            round(at - ANSWERED_AT, 3),
            delivery.event_type.removeprefix("call.machine."),
            delivery.payload.get("result", ""),
        )
        for at, delivery, _ in desk.outbox.posted
        if delivery.event_type.startswith("call.machine.")
    ]


def detect(mode: str, config: dict[str, int] | None = None, **target: Any) -> list[Any]:
    desk = Desk(targets={ANNA: Target(ring_seconds=1, talk_seconds=60, **target)})
    params: dict[str, Any] = {"answering_machine_detection": mode}
    if config is not None:
        params["answering_machine_detection_config"] = config
    dial(desk, **params)
    desk.pass_seconds(50)
    return found(desk)


@pytest.mark.parametrize("mode", ["detect", "detect_beep", "detect_words", "greeting_end"])
@pytest.mark.parametrize("who", ["human", "human_residence", "human_business"])
def test_a_person_is_soon_known_for_one(mode: str, who: str) -> None:
    assert detect(mode, answered_by=who) == [(1.0, "detection.ended", "human")]


@pytest.mark.parametrize(
    ("mode", "target", "greeting"),
    [
        ("detect", {}, []),
        ("detect_beep", {}, [(5.0, "greeting.ended", "beep_detected")]),
        ("detect_beep", {"beeps": False}, []),
        ("detect_words", {}, [(5.0, "greeting.ended", "beep_detected")]),
        ("detect_words", {"beeps": False}, [(30.0, "greeting.ended", "ended")]),
        ("greeting_end", {"greeting_seconds": 8}, [(8.0, "greeting.ended", "beep_detected")]),
        ("greeting_end", {"beeps": False}, [(6.5, "greeting.ended", "ended")]),
        ("greeting_end", {"greeting_seconds": 1}, [(3.5, "greeting.ended", "beep_detected")]),
    ],
)
def test_a_machine_is_told_of_as_the_mode_says(
    mode: str, target: dict[str, Any], greeting: list[Any]
) -> None:
    decision = (3.5, "detection.ended", "machine")
    assert detect(mode, answered_by="machine", **target) == [decision, *greeting]


@pytest.mark.parametrize("who", ["silence", "not_sure"])
def test_nobody_in_particular_is_not_sure(who: str) -> None:
    assert detect("detect_beep", answered_by=who) == [(3.5, "detection.ended", "not_sure")]


def test_a_decision_takes_no_longer_than_it_may() -> None:
    config = {"total_analysis_time_millis": 800}
    assert detect("detect", config) == [(0.8, "detection.ended", "human")]
    assert detect("detect", config, answered_by="machine") == [(0.8, "detection.ended", "machine")]


@pytest.mark.parametrize(
    ("who", "at", "result"),
    [
        ("human", 1.0, "human_residence"),
        ("human_business", 1.0, "human_business"),
        ("silence", 3.5, "silence"),
        ("not_sure", 3.5, "not_sure"),
    ],
)
def test_premium_detection_tells_of_its_beginning_and_more(
    who: str, at: float, result: str
) -> None:
    assert detect("premium", answered_by=who) == [
        (0.0, "premium.detection.started", ""),
        (at, "premium.detection.ended", result),
    ]


@pytest.mark.parametrize("who", ["machine", "fax_detected"])
def test_premium_detection_tells_of_a_beep(who: str) -> None:
    assert detect("premium", answered_by=who)[1:] == [
        (3.5, "premium.detection.ended", who),
        (5.0, "premium.greeting.ended", "beep_detected"),
    ]
    assert detect("premium", answered_by=who, beeps=False)[1:] == [
        (3.5, "premium.detection.ended", who)
    ]


def test_a_beep_before_the_decision_takes_its_place() -> None:
    assert detect("premium", answered_by="machine", greeting_seconds=2)[1:] == [
        (2.0, "premium.greeting.ended", "beep_detected")
    ]


@pytest.mark.parametrize("params", [{}, {"answering_machine_detection": "disabled"}])
def test_nobody_listens_for_machines_unasked(params: dict[str, str]) -> None:
    desk = Desk(targets={ANNA: Target(answered_by="machine")})
    leg = dial(desk, **params)
    desk.pass_seconds(10)
    assert desk.events(leg) == ["call.initiated", "call.answered"]


def test_a_call_that_is_over_is_listened_to_no_longer() -> None:
    desk = Desk(targets={ANNA: Target(ring_seconds=1, talk_seconds=2, answered_by="machine")})
    leg = dial(desk, answering_machine_detection="detect")
    desk.pass_seconds(20)
    assert desk.events(leg) == ["call.initiated", "call.answered", "call.hangup"]


def test_a_transfer_can_ask_who_answered() -> None:
    desk = Desk(targets={ANNA: Target(ring_seconds=1, answered_by="machine")})
    leg = desk.answered()
    desk.commands.transfer(leg, {"to": ANNA, "answering_machine_detection": "detect"})
    desk.pass_seconds(5)
    assert "call.machine.detection.ended" in desk.events(leg.targets[0])


def test_somebody_unknown_cannot_answer() -> None:
    with pytest.raises(SimulatorError, match="answered_by is one of human, human_residence"):
        Target(answered_by="cat")


def test_the_sdk_dials_somebody_who_follows_a_script(
    telnyx: FakeTelnyx, receiver: Receiver, client: Any
) -> None:
    script = parse_script([{"hear": "reminder"}, {"answer": {"coming": True}}, "hang_up"])
    telnyx.targets[ANNA] = Target(ring_seconds=1, script=script)
    schema = {
        "type": "object",
        "properties": {"coming": {"type": "boolean"}},
        "required": ["coming"],
    }
    receiver.on(
        "call.machine.premium.detection.ended",
        lambda event: client.calls.actions.gather_using_ai(
            event.call, parameters=schema, greeting="This is a reminder. Will you come?"
        ),
    )
    call = client.calls.dial(
        connection_id=telnyx.connection_id,
        from_=CLINIC,
        to=ANNA,
        answering_machine_detection="premium",
        answering_machine_detection_config={"total_analysis_time_millis": 5000},
        client_state="b25l",
    ).data
    assert (call.is_alive, call.client_state) == (False, "b25l")
    initiated = receiver.wait_for("call.initiated")
    assert initiated.call == call.call_control_id
    assert (initiated.payload["direction"], initiated.payload["client_state"]) == (
        "outgoing",
        "b25l",
    )
    detected = receiver.wait_for("call.machine.premium.detection.ended")
    assert detected.payload["result"] == "human_residence"
    assert receiver.wait_for("call.hangup").payload["hangup_source"] == "callee"
    (rung,) = (caller.wait() for caller in telnyx.rung)
    assert (rung.call_control_id, rung.problems) == (call.call_control_id, [])
    assert receiver.wait_for("call.ai_gather.ended").payload["call_leg_id"] == call.call_leg_id
