from __future__ import annotations

from voicegather.simulator import FakeTelnyx, parse_script

from .conftest import ANNA, CLINIC
from .receiver import Receiver


def test_a_caller_is_answered_asked_heard_and_hung_up_on(
    telnyx: FakeTelnyx, receiver: Receiver, actions
) -> None:
    receiver.on("call.initiated", lambda event: actions.answer(event.call))
    receiver.on(
        "call.answered",
        lambda event: actions.gather_using_speak(
            event.call, payload="Press two.", voice="AWS.Polly.Joanna", maximum_digits=1
        ),
    )
    receiver.on("call.gather.ended", lambda event: actions.hangup(event.call))

    caller = telnyx.place_call(
        script=parse_script([{"press": "2"}]), from_=ANNA, to=CLINIC, name="presses two"
    )
    outcome = caller.wait()

    assert outcome.problems == []
    assert outcome.ended_by == "application"
    assert outcome.hangup_cause == "normal_clearing"
    assert outcome.heard == ["Press two."]
    assert [command.action for command in outcome.commands] == [
        "answer",
        "gather_using_speak",
        "hangup",
    ]
    ended = receiver.of_type("call.gather.ended")[0]
    assert ended.payload["digits"] == "2"
    assert ended.payload["status"] == "valid"
    assert sorted(event.type for event in receiver.received) == [
        "call.answered",
        "call.dtmf.received",
        "call.gather.ended",
        "call.hangup",
        "call.initiated",
        "call.speak.ended",
        "call.speak.started",
    ]
