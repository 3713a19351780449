"""Our own events in the engine's words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from voicegather.engine.events import (
    CommandAccepted,
    CommandFailed,
    EntriesJudged,
    HandlerFailed,
    HandlerReturned,
    Unknown,
    Verdict,
)
from voicegather.engine.secret import Secret
from voicegather.exceptions import UnsealError
from voicegather.models import CallEvent
from voicegather.sealing import seal
from voicegather.services.calls.reading import read_event

AT = 1_772_357_400_000


def read(source, event_type, payload, said=None):
    event = CallEvent(
        source=source,
        event_type=event_type,
        occurred_at=datetime.fromtimestamp(AT / 1000, tz=UTC),
        payload=payload,
        sealed=None if said is None else seal(said),
    )
    return read_event(event, is_target=False)


def test_a_handlers_return_has_values_and_an_exit():
    said = {"values": {"balance": "12.50", "name": "Grace"}, "exit": "poor"}
    event = read("handler", "handler.returned", {"seq": 4}, said)
    values = {"balance": Secret("12.50"), "name": Secret("Grace")}
    assert event == HandlerReturned(AT, 4, values, "poor")
    assert "Grace" not in repr(event)


def test_a_handlers_failure_has_a_reason():
    event = read("handler", "handler.failed", {"seq": 4, "reason": "took over 5 s"})
    assert event == HandlerFailed(AT, 4, "took over 5 s")
    assert read("handler", "handler.failed", {"seq": 4}) == HandlerFailed(AT, 4)


def test_verdicts_are_by_field():
    said = {
        "verdicts": {
            "account": {"accepted": True, "value": "0004711", "reason": ""},
            "pin": {"accepted": False, "value": "1", "reason": "too_short"},
        }
    }
    verdicts = {
        "account": Verdict(True, Secret("0004711")),
        "pin": Verdict(False, Secret("1"), "too_short"),
    }
    event = read("handler", "handler.judged", {"seq": 4}, said)
    assert event == EntriesJudged(AT, 4, verdicts)


def test_what_another_release_wrote_changes_nothing():
    assert read("handler", "handler.hummed", {"seq": 4}) == Unknown(AT, "handler.hummed")
    assert read("timer", "timer.rang", {}) == Unknown(AT, "timer.rang")


def test_outcomes_tell_the_conversation_that_began():
    payload = {"seq": 3, "http_status": 200, "code": "", "conversation_id": "c-1"}
    assert read("command", "command.accepted", payload) == CommandAccepted(AT, 3, "c-1")
    assert read("command", "command.accepted", {"seq": 3}) == CommandAccepted(AT, 3)
    refused = payload | {"http_status": 422, "code": "90061"}
    assert read("command", "command.failed", refused) == CommandFailed(AT, 3, 422, "90061")


def test_what_cannot_be_unsealed_is_said():
    with pytest.raises(UnsealError):
        read("handler", "handler.returned", {"seq": 4})
