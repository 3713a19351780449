from __future__ import annotations

import pytest

from voicegather.engine.commands import (
    Answer,
    Audio,
    Command,
    Gather,
    HangUp,
    Play,
    Reject,
    Speech,
    StopGather,
    StopPlaying,
    Transfer,
)
from voicegather.provider.actions import to_telnyx
from voicegather.provider.client_state import ClientState, decode

SPEECH = Speech("Press 1.", "AWS.Polly.Joanna-Neural", "en-US")


def translate(command):
    return to_telnyx(command, call_token="call", seq=3)


def gather(prompt):
    return Gather(
        prompt=prompt,
        maximum_digits=4,
        terminator="#",
        first_digit_timeout_ms=5_000,
        inter_digit_timeout_ms=2_000,
    )


def params(command):
    return {
        name: value for name, value in translate(command).params.items() if name != "client_state"
    }


@pytest.mark.parametrize(
    ("command", "action", "expected"),
    [
        (Answer(), "answer", {}),
        (Reject(), "reject", {"cause": "USER_BUSY"}),
        (HangUp(), "hangup", {}),
        (StopGather(), "gather_stop", {}),
        (StopPlaying(), "playback_stop", {}),
        (
            Play(SPEECH),
            "speak",
            {
                "payload": "Press 1.",
                "payload_type": "text",
                "voice": "AWS.Polly.Joanna-Neural",
                "language": "en-US",
            },
        ),
        (
            Play(Audio(url="https://a.example/hi.wav")),
            "playback_start",
            {"audio_url": "https://a.example/hi.wav", "audio_type": "wav"},
        ),
        (Play(Audio(media_name="hi")), "playback_start", {"media_name": "hi"}),
    ],
)
def test_each_command_has_its_action_and_parameters(command, action, expected):
    assert translate(command).action == action
    assert params(command) == expected


def test_a_gather_with_words_speaks_once_and_takes_every_key():
    assert translate(gather(SPEECH)).action == "gather_using_speak"
    assert params(gather(SPEECH)) == {
        "payload": "Press 1.",
        "payload_type": "text",
        "voice": "AWS.Polly.Joanna-Neural",
        "language": "en-US",
        "minimum_digits": 1,
        "maximum_digits": 4,
        "maximum_tries": 1,
        "timeout_millis": 5_000,
        "inter_digit_timeout_millis": 2_000,
        "terminating_digit": "#",
        "valid_digits": "0123456789#*",
    }


def test_a_gather_with_audio_plays_it():
    telnyx = translate(gather(Audio(url="https://a.example/hi.mp3")))
    assert telnyx.action == "gather_using_audio"
    assert telnyx.params["audio_url"] == "https://a.example/hi.mp3"
    assert "audio_type" not in telnyx.params


def test_a_silent_gather_waits_for_the_first_key_and_in_total():
    telnyx = translate(gather(None))
    assert telnyx.action == "gather"
    assert telnyx.params["initial_timeout_millis"] == 5_000
    assert telnyx.params["timeout_millis"] == 13_000
    assert "maximum_tries" not in telnyx.params


def test_ssml_and_the_voices_settings_are_passed_on():
    speech = Speech("<speak>Hi</speak>", "Azure.x", ssml=True, voice_settings=(("type", "azure"),))
    assert params(Play(speech)) == {
        "payload": "<speak>Hi</speak>",
        "payload_type": "ssml",
        "voice": "Azure.x",
        "voice_settings": {"type": "azure"},
    }


def test_a_transfer_marks_the_target_leg_with_our_token():
    telnyx = translate(Transfer(to="+13125550177", timeout_s=20, keep_caller=True))
    assert telnyx.action == "transfer"
    assert telnyx.params["to"] == "+13125550177"
    assert telnyx.params["timeout_secs"] == 20
    assert telnyx.params["park_after_unbridge"] == "self"
    assert decode(telnyx.params["target_leg_client_state"]) == ClientState(
        "call", 3, is_target=True
    )
    assert decode(telnyx.params["client_state"]) == ClientState("call", 3)


def test_a_transfer_shows_another_number_only_when_told():
    assert "from" not in params(Transfer(to="+13125550177", timeout_s=20))
    shown = params(Transfer(to="+13125550177", timeout_s=20, from_="+13125550100"))
    assert shown["from"] == "+13125550100"


def test_a_target_that_still_rings_is_hung_up_by_its_own_leg():
    telnyx = translate(HangUp(leg="v3:b"))
    assert (telnyx.action, telnyx.leg) == ("hangup", "v3:b")
    assert decode(telnyx.params["client_state"]) == ClientState("call", 3, is_target=True)


def test_a_command_that_telnyx_does_not_have_is_a_mistake_of_ours():
    with pytest.raises(TypeError, match="Command"):
        translate(Command())
