"""Calls that we place through the fake Telnyx: signed webhooks in, the SDK's commands out."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.line import ENDS, NUMBER, document, publish_by_hand, words
from voicegather.models import Call
from voicegather.services.calls.placing import place_call
from voicegather.simulator import Target, parse_script
from voicegather.testing import PhoneLine, phone_line

pytestmark = pytest.mark.django_db(transaction=True)

__all__ = ["phone_line"]

ANNA = "+13125550177"
SECONDS = 30


def ended(call: Call) -> Call:
    """The call, once it is over."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        call.refresh_from_db()
        if call.phase == "ended":
            return call
        time.sleep(0.05)
    raise AssertionError(f"after {SECONDS} s the call is {call.phase}")


def by_who_answers() -> dict[str, Any]:
    """People are asked; a machine is told something."""
    compiled = document(entry="who")
    compiled["steps"]["who"] = {
        "key": "who",
        "kind": "branch",
        "config": {"machine": True},
        "edges": [
            {"match": "exit", "value": "human", "target": "ask"},
            {"match": "exit", "value": "machine", "target": "tell"},
        ],
    }
    compiled["steps"]["tell"] = {
        "key": "tell",
        "kind": "message",
        "config": {"prompt": "told"},
        "edges": ENDS,
    }
    compiled["prompts"]["told"] = words("Please call us back.")
    return compiled


def steps_of(call: Call) -> list[str]:
    return list(call.visits.order_by("number").values_list("step_key", flat=True))


def test_somebody_is_rung_answers_and_presses_a_key(phone_line: PhoneLine) -> None:
    menu = publish_by_hand(by_who_answers()).menu
    script = parse_script([{"hear": "Press 1 or 2"}, {"press": "2"}])
    phone_line.answer_transfers({ANNA: Target(ring_seconds=1, script=script)})

    call = ended(place_call(menu, to=ANNA, from_=NUMBER, detect_machine=True))

    assert (call.outcome, call.answered_by) == ("completed", "human")
    assert steps_of(call) == ["who", "ask", "bye"]
    assert call.results.get().value == "2"
    assert not call.commands.exclude(status="accepted").exists()


def test_a_machine_is_told_to_call_back(phone_line: PhoneLine) -> None:
    menu = publish_by_hand(by_who_answers()).menu
    phone_line.answer_transfers({ANNA: Target(ring_seconds=1, answered_by="machine")})

    call = ended(place_call(menu, to=ANNA, from_=NUMBER, detect_machine=True))

    assert (call.outcome, call.answered_by) == ("completed", "machine")
    assert steps_of(call) == ["who", "tell", "bye"]


@pytest.mark.parametrize("fate", ["busy", "reject", "no_answer", "barred"])
def test_nobody_answers_and_the_outcome_says_so(phone_line: PhoneLine, fate: str) -> None:
    menu = publish_by_hand().menu
    phone_line.answer_transfers({ANNA: Target(fate=fate)})

    call = ended(place_call(menu, to=ANNA, from_=NUMBER, timeout_seconds=5))

    assert call.outcome == "not_reached"
    assert [command.action for command in call.commands.all()] == ["dial"]
    assert steps_of(call) == []
