from __future__ import annotations

import io
import wave

import pytest

from voicegather.simulator.recordings import recording_file

from .virtual import Desk

NAME = "/recordings/0ccc7b54-4df3-4bca-a65a-3da1ecc777f0"


def test_a_recording_is_saved_half_a_second_after_it_was_stopped() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.record_start(leg, {"format": "mp3", "channels": "single"})
    desk.pass_seconds(4)
    desk.commands.record_stop(leg, {})
    desk.pass_seconds(2)
    assert desk.times("call.recording.saved") == [4.5]
    saved = desk.last("call.recording.saved")
    assert saved["channels"] == "single"
    assert list(saved["recording_urls"]) == ["mp3"]
    assert saved["public_recording_urls"] == {}


@pytest.mark.parametrize(
    "bounds", [{"max_length": 7}, {"timeout_secs": 7}, {"max_length": 9, "timeout_secs": 7}]
)
def test_a_recording_ends_by_itself(bounds: dict[str, int]) -> None:
    desk = Desk()
    desk.commands.record_start(desk.answered(), {"format": "wav", "channels": "dual", **bounds})
    desk.pass_seconds(20)
    assert desk.times("call.recording.saved") == [7.5]


def test_a_recording_ends_with_its_call() -> None:
    desk = Desk()
    leg = desk.answered()
    desk.commands.record_start(leg, {"format": "wav", "channels": "dual"})
    desk.pass_seconds(3)
    desk.commands.hangup(leg, {})
    desk.pass_seconds(3)
    assert desk.events(leg)[-2:] == ["call.hangup", "call.recording.saved"]
    assert desk.times("call.recording.saved") == [3.5]


def test_only_the_named_recording_is_stopped() -> None:
    desk = Desk()
    leg = desk.answered()
    for _ in range(2):
        desk.commands.record_start(leg, {"format": "wav", "channels": "dual"})
    first, second = leg.recordings
    desk.commands.record_stop(leg, {"recording_id": second})
    assert list(leg.recordings) == [first]


def test_the_file_of_a_wave_recording_can_be_read() -> None:
    found = recording_file(f"{NAME}.wav")
    assert found is not None
    content_type, content = found
    assert content_type == "audio/wav"
    with wave.open(io.BytesIO(content)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getnframes()) == (8000, 1, 1600)


def test_the_file_of_an_mp3_recording_is_made_of_whole_frames() -> None:
    found = recording_file(f"{NAME}.mp3")
    assert found is not None
    content_type, content = found
    assert content_type == "audio/mpeg"
    frame_bytes = 144 * 32_000 // 44_100
    assert [content[at : at + 2] for at in range(0, len(content), frame_bytes)] == [b"\xff\xfb"] * 8


def test_there_is_no_other_file() -> None:
    assert recording_file("/recordings/../secret.wav") is None
    assert recording_file(f"{NAME}.ogg") is None
