from __future__ import annotations

import pytest

from voicegather.engine.events import (
    CallAnswered,
    CallHungUp,
    CallInitiated,
    GatherEnded,
    GatherStatus,
    KeyPressed,
    PromptEnded,
    PromptFate,
    TargetAnswered,
    TargetFate,
    TargetHungUp,
    TargetInitiated,
    Unknown,
)
from voicegather.engine.secret import Secret
from voicegather.provider.client_state import ClientState, encode
from voicegather.provider.events import to_engine

TOKEN = encode(ClientState("call", 5))


def read(event_type, payload, *, is_target=False):
    return to_engine(event_type, payload, 1_000, is_target=is_target)


def test_the_callers_leg_begins_is_answered_and_ends():
    assert read("call.initiated", {"direction": "incoming"}) == CallInitiated(1_000)
    assert read("call.answered", {}) == CallAnswered(1_000)
    assert read(
        "call.hangup", {"hangup_cause": "normal_clearing", "hangup_source": "caller"}
    ) == CallHungUp(1_000, "normal_clearing", "caller")


def test_a_key_carries_the_number_of_the_command_that_was_under_way():
    event = read("call.dtmf.received", {"digit": "7", "client_state": TOKEN})
    assert event == KeyPressed(1_000, Secret("7"), 5)


@pytest.mark.parametrize("digit", [None, "", "12", "x", 5])
def test_what_is_no_key_is_not_understood(digit):
    assert isinstance(read("call.dtmf.received", {"digit": digit}), Unknown)


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("valid", GatherStatus.VALID),
        ("invalid", GatherStatus.INVALID),
        ("timeout", GatherStatus.TIMEOUT),
        ("cancelled", GatherStatus.CANCELLED),
        ("cancelled_amd", GatherStatus.CANCELLED),
        ("call_hangup", GatherStatus.CALL_HANGUP),
        ("client_error", GatherStatus.UNKNOWN),
        (None, GatherStatus.UNKNOWN),
    ],
)
def test_every_word_for_a_gathers_end_has_a_meaning(word, status):
    event = read("call.gather.ended", {"status": word, "digits": "12", "client_state": TOKEN})
    assert event == GatherEnded(1_000, status, Secret("12"), 5)


def test_digits_that_are_null_or_missing_stay_unknown():
    assert read("call.gather.ended", {"status": "timeout", "digits": None}).digits is None
    assert read("call.gather.ended", {"status": "timeout"}).digits is None


@pytest.mark.parametrize("event_type", ["call.speak.ended", "call.playback.ended"])
@pytest.mark.parametrize(
    ("word", "fate"),
    [
        ("completed", PromptFate.COMPLETED),
        ("cancelled", PromptFate.INTERRUPTED),
        ("call_hangup", PromptFate.INTERRUPTED),
        ("file_not_found", PromptFate.FAILED),
        ("failed", PromptFate.FAILED),
        ("never heard of", PromptFate.COMPLETED),
    ],
)
def test_prompts_end_whole_cut_short_or_failed(event_type, word, fate):
    event = read(event_type, {"status": word, "client_state": TOKEN})
    assert event == PromptEnded(1_000, fate, 5)


def test_events_of_a_target_leg_never_run_a_menu():
    token = encode(ClientState("call", 5, is_target=True))
    payload = {"call_control_id": "v3:b", "client_state": token}
    assert read("call.initiated", payload, is_target=True) == TargetInitiated(1_000, "v3:b", 5)
    assert read("call.answered", payload, is_target=True) == TargetAnswered(1_000, "v3:b", 5)
    assert read("call.bridged", payload, is_target=True) == TargetAnswered(1_000, "v3:b", 5)
    assert isinstance(read("call.dtmf.received", payload, is_target=True), Unknown)


@pytest.mark.parametrize(
    ("cause", "fate"),
    [
        ("user_busy", TargetFate.BUSY),
        ("call_rejected", TargetFate.BUSY),
        ("timeout", TargetFate.NO_ANSWER),
        ("no_answer", TargetFate.NO_ANSWER),
        ("normal_clearing", TargetFate.ENDED),
        ("not_found", TargetFate.FAILED),
        ("a cause of tomorrow", TargetFate.FAILED),
    ],
)
def test_how_a_target_ended_is_its_fate(cause, fate):
    payload = {"call_control_id": "v3:b", "hangup_cause": cause}
    assert read("call.hangup", payload, is_target=True) == TargetHungUp(1_000, "v3:b", fate)


@pytest.mark.parametrize("event_type", ["call.cost", "call.speak.started", "call.invented"])
def test_other_events_are_kept_and_change_nothing(event_type):
    assert read(event_type, {"anything": [1]}) == Unknown(1_000, event_type)
