from __future__ import annotations

from typing import Any

import pytest

from voicegather.simulator import commands
from voicegather.simulator.errors import Refused
from voicegather.simulator.validation import validate

SPEAK = {"payload": "Hello", "voice": "AWS.Polly.Joanna"}
RECORD = {"format": "mp3", "channels": "single"}
TO = {"to": "+13125550199"}
DIAL = {**TO, "from": "+13125550100", "connection_id": "1"}

REFUSED = [
    ("answer", {"webhook_url": "ftp://x"}, "10003"),
    ("answer", {"webhook_url_method": "PATCH"}, "10032"),
    ("answer", {"webhook_urls": {"call.flew": ["http://127.0.0.1/"]}}, "90057"),
    ("answer", {"webhook_urls": {"call.hangup": "http://127.0.0.1/"}}, "90057"),
    ("answer", {"webhook_retries_policies": {"call.hangup": {"retries_ms": [1] * 6}}}, "10015"),
    ("answer", {"webhook_retries_policies": {"call.hangup": {"retries_ms": [60001]}}}, "10015"),
    ("answer", {"webhook_retries_policies": {"call.hangup": 5}}, "10015"),
    ("answer", {"record": "yes"}, "10032"),
    ("answer", {"record_max_length": 43_201}, "10033"),
    ("answer", {"record_custom_file_name": "x" * 41}, "10015"),
    ("answer", {"send_silence_when_idle": "yes"}, "10015"),
    ("answer", {"client_state": "not base64!"}, "90017"),
    ("answer", {"client_state": "eA==\n"}, "90017"),
    ("answer", {"client_state": 5}, "90017"),
    ("answer", {"command_id": 5}, "10015"),
    ("answer", {"custom_headers": {}}, "10015"),
    ("reject", {}, "10004"),
    ("reject", {"cause": "BORED"}, "10032"),
    ("hangup", {"reason": 'say "no"'}, "10015"),
    ("hangup", {"reason": "\U0001f600"}, "10015"),
    ("client_state_update", {}, "10004"),
    ("client_state_update", {"client_state": "eA==", "command_id": "x"}, "10004"),
    ("transfer", {}, "10004"),
    ("transfer", {"to": "13125550199"}, "10016"),
    ("transfer", {**TO, "from": "clinic"}, "10016"),
    ("transfer", {**TO, "timeout_secs": 4}, "10033"),
    ("transfer", {**TO, "timeout_secs": 601}, "10033"),
    ("transfer", {**TO, "time_limit_secs": 29}, "10033"),
    ("transfer", {**TO, "time_limit_secs": 14_401}, "10033"),
    ("transfer", {**TO, "from_display_name": "x" * 129}, "10033"),
    ("transfer", {**TO, "park_after_unbridge": "both"}, "10032"),
    ("transfer", {**TO, "mute_dtmf": "all"}, "10032"),
    ("transfer", {**TO, "media_encryption": "SRTP"}, "10011"),
    ("transfer", {**TO, "send_digits_on_answer": "1,2"}, "90014"),
    ("transfer", {**TO, "target_leg_client_state": "not base64!"}, "90017"),
    (
        "transfer",
        {**TO, "audio_url": "https://a.example.com/a.mp3", "media_name": "a"},
        "10015",
    ),
    ("bridge", {}, "10004"),
    ("bridge", {"call_control_id": "v3:a", "queue": "q"}, "10015"),
    ("bridge", {"call_control_id": "v3:a", "ringtone": "xx"}, "10032"),
    ("speak", {"voice": "AWS.Polly.Joanna"}, "10004"),
    ("speak", {"payload": "Hello"}, "10004"),
    ("speak", {**SPEAK, "payload": ""}, "90010"),
    ("speak", {**SPEAK, "payload": "x" * 3001}, "90010"),
    ("speak", {**SPEAK, "payload": 12}, "90010"),
    ("speak", {**SPEAK, "payload_type": "html"}, "90011"),
    ("speak", {**SPEAK, "payload_type": "ssml"}, "90010"),
    ("speak", {**SPEAK, "payload_type": "ssml", "payload": "<say>Hi</say>"}, "90010"),
    ("speak", {**SPEAK, "payload_type": "ssml", "payload": "<speak>Hi"}, "90010"),
    ("speak", {**SPEAK, "payload_type": "ssml", "payload": "<!DOCTYPE a><speak/>"}, "90010"),
    ("speak", {**SPEAK, "voice": "Joanna"}, "90012"),
    ("speak", {**SPEAK, "voice": "female"}, "90012"),
    ("speak", {**SPEAK, "language": "en"}, "90013"),
    ("speak", {**SPEAK, "service_level": "basic", "language": "de-DE"}, "90013"),
    ("speak", {**SPEAK, "service_level": "gold"}, "90030"),
    ("speak", {**SPEAK, "service_level": "basic", "payload_type": "ssml"}, "90011"),
    ("speak", {**SPEAK, "loop": 0}, "90009"),
    ("speak", {**SPEAK, "loop": 101}, "90009"),
    ("speak", {**SPEAK, "loop": "forever"}, "90009"),
    ("speak", {**SPEAK, "loop": True}, "90009"),
    ("speak", {**SPEAK, "stop": "some"}, "90016"),
    ("speak", {**SPEAK, "target_legs": "all"}, "10032"),
    ("speak", {**SPEAK, "voice_settings": {"voice_speed": 1}}, "10015"),
    ("playback_start", {}, "10004"),
    ("playback_start", {"media_name": "a", "playback_content": "eA=="}, "10015"),
    ("playback_start", {"audio_url": "say:hello"}, "10003"),
    ("playback_start", {"audio_url": "https://a.example.com/" + "x" * 2000}, "10003"),
    ("playback_start", {"media_name": "a", "audio_type": "ogg"}, "10032"),
    ("playback_stop", {"stop": "some"}, "90016"),
    ("gather", {"minimum_digits": 0}, "90022"),
    ("gather", {"minimum_digits": 129}, "90022"),
    ("gather", {"minimum_digits": 5, "maximum_digits": 4}, "90022"),
    ("gather", {"maximum_digits": 0}, "90023"),
    ("gather", {"maximum_digits": 129}, "90023"),
    ("gather", {"maximum_digits": "4"}, "90023"),
    ("gather", {"maximum_digits": True}, "90023"),
    ("gather", {"maximum_digits": 4.0}, "90023"),
    ("gather", {"timeout_millis": 0}, "90025"),
    ("gather", {"initial_timeout_millis": 0}, "90056"),
    ("gather", {"initial_timeout_millis": 120_001}, "90056"),
    ("gather", {"inter_digit_timeout_millis": 0}, "90026"),
    ("gather", {"inter_digit_timeout_millis": 120_001}, "90026"),
    ("gather", {"terminating_digit": "##"}, "90007"),
    ("gather", {"terminating_digit": "A"}, "90007"),
    ("gather", {"valid_digits": "12A"}, "90008"),
    ("gather", {"valid_digits": ""}, "90008"),
    ("gather", {"gather_id": "x" * 41}, "10033"),
    ("gather", {"gather_id": ""}, "10033"),
    ("gather", {"maximum_tries": 1}, "10004"),
    ("gather", {"speech": True}, "10004"),
    ("gather_using_speak", {}, "10004"),
    ("gather_using_speak", {**SPEAK, "maximum_tries": 0}, "90024"),
    ("gather_using_speak", {**SPEAK, "maximum_tries": 129}, "90024"),
    ("gather_using_speak", {**SPEAK, "invalid_payload": "x" * 3001}, "90010"),
    (
        "gather_using_speak",
        {
            **SPEAK,
            "payload": "<speak>Hi</speak>",
            "payload_type": "ssml",
            "invalid_payload": "<speak>No",
        },
        "90010",
    ),
    ("gather_using_speak", {**SPEAK, "initial_timeout_millis": 5000}, "10004"),
    ("gather_using_speak", {**SPEAK, "gather_id": "x"}, "10004"),
    ("gather_using_audio", {"gather_id": "x"}, "10004"),
    ("gather_using_audio", {"loop": 2}, "10004"),
    (
        "gather_using_audio",
        {"audio_url": "https://a.example.com/a.wav", "media_name": "a"},
        "10015",
    ),
    (
        "gather_using_audio",
        {"invalid_audio_url": "https://a.example.com/a.wav", "invalid_media_name": "a"},
        "10015",
    ),
    ("gather_stop", {"gather_id": "x"}, "10004"),
    ("send_dtmf", {}, "10004"),
    ("send_dtmf", {"digits": "12E"}, "90014"),
    ("send_dtmf", {"digits": "1", "duration_millis": 99}, "90027"),
    ("send_dtmf", {"digits": "1", "duration_millis": 501}, "90027"),
    ("record_start", {"format": "mp3"}, "10004"),
    ("record_start", {"channels": "dual"}, "10004"),
    ("record_start", {**RECORD, "format": "ogg"}, "10032"),
    ("record_start", {**RECORD, "max_length": 14_401}, "10033"),
    ("record_start", {**RECORD, "max_length": -1}, "10033"),
    ("record_start", {**RECORD, "custom_file_name": ""}, "10015"),
    ("record_stop", {"recording_id": 5}, "10015"),
    ("dial", {**TO, "from": "+13125550100"}, "10004"),
    ("dial", {**DIAL, "to": []}, "10016"),
    ("dial", {**DIAL, "to": ["+13125550199", 5]}, "10016"),
    ("dial", {**DIAL, "from": "anonymous"}, "10016"),
    ("dial", {**DIAL, "bridge_on_answer": True}, "10004"),
    ("dial", {**DIAL, "park_after_unbridge": "self"}, "10004"),
    ("dial", {**DIAL, "answering_machine_detection": "guess"}, "10032"),
    ("dial", {**DIAL, "answering_machine_detection_config": {"words": 5}}, "10015"),
    ("dial", {**DIAL, "answering_machine_detection_config": {"silence_threshold": "x"}}, "10015"),
    (
        "dial",
        {**DIAL, "answering_machine_detection_config": {"beep_spectral_min_purity": 1.1}},
        "10015",
    ),
    ("dial", {**DIAL, "stream_bidirectional_sampling_rate": 44_100}, "10032"),
]

ACCEPTED = [
    ("answer", {}),
    ("answer", {"client_state": "", "webhook_url": None}),
    ("hangup", {"reason": "Call completed elsewhere"}),
    ("transfer", {"to": "sip:desk@pbx.example.com", "media_encryption": "SRTP"}),
    ("transfer", {**TO, "send_digits_on_answer": "wW12#", "timeout_secs": 5}),
    ("speak", {**SPEAK, "loop": "infinity"}),
    ("speak", {**SPEAK, "loop": 100}),
    ("speak", {**SPEAK, "loop": "3"}),
    ("speak", {**SPEAK, "voice": "male", "service_level": "basic", "language": "en-US"}),
    ("speak", {**SPEAK, "voice": "Telnyx"}),
    ("speak", {**SPEAK, "payload": "x" * 3000, "voice_settings": {"type": "aws"}}),
    (
        "speak",
        {
            **SPEAK,
            "payload_type": "ssml",
            "payload": '<speak>One <break time="1s"/> two &amp; three</speak>',
        },
    ),
    ("playback_start", {"playback_content": "eA==", "audio_type": "wav"}),
    ("gather", {"minimum_digits": 1, "maximum_digits": 128, "terminating_digit": ""}),
    ("gather", {"minimum_digits": None, "maximum_digits": None}),
    ("gather", {"gather_id": "x" * 40, "initial_timeout_millis": 120_000}),
    ("gather_using_speak", {**SPEAK, "maximum_tries": 128, "valid_digits": "0123456789#*"}),
    ("gather_using_audio", {}),
    ("record_start", {**RECORD, "max_length": 0, "play_beep": True}),
    ("dial", {**DIAL, "to": ["+13125550199", "sip:a@b.example.com"]}),
    (
        "dial",
        {
            **DIAL,
            "answering_machine_detection": "premium",
            "answering_machine_detection_config": {
                "total_analysis_time_millis": 5000,
                "beep_spectral_min_purity": 0.5,
                "beep_detection_profile": "both",
            },
        },
    ),
    ("dial", {**DIAL, "to": "+13125550199,200", "link_to": "v3:a", "bridge_on_answer": True}),
]


def judge(action: str, params: dict[str, Any]) -> None:
    command = commands.DIAL if action == "dial" else commands.COMMANDS[action]
    validate(command.table, command.checks, params)


@pytest.mark.parametrize(("action", "params", "code"), REFUSED)
def test_a_bad_parameter_is_refused_with_its_own_code(
    action: str, params: dict[str, Any], code: str
) -> None:
    with pytest.raises(Refused) as raised:
        judge(action, params)
    assert (raised.value.status, raised.value.code) == (422, code)


@pytest.mark.parametrize(("action", "params"), ACCEPTED)
def test_a_good_body_is_accepted(action: str, params: dict[str, Any]) -> None:
    judge(action, params)


def test_every_command_has_a_behaviour_of_its_name() -> None:
    from voicegather.simulator.behaviours import Behaviours

    without = [name for name in commands.COMMANDS if not hasattr(Behaviours, name)]
    assert without == []
