"""Recordings in Telnyx's words, and back."""

from __future__ import annotations

from typing import Any

import pytest

from voicegather.engine.commands import (
    Command,
    PauseRecording,
    ResumeRecording,
    StartRecording,
    StopRecording,
)
from voicegather.engine.events import (
    RecordingFailed,
    RecordingSaved,
    RecordingTranscribed,
    Unknown,
)
from voicegather.engine.secret import Secret
from voicegather.provider.actions import to_telnyx
from voicegather.provider.events import to_engine
from voicegather.provider.inbox import take_out

URL = "https://s3.amazonaws.com/telnyx/1.mp3?X-Amz-Signature=plainly-fake"
SAVED: dict[str, Any] = {
    "recording_id": "r-1",
    "channels": "single",
    "format": "mp3",
    "recording_urls": {"mp3": URL},
    "public_recording_urls": {"mp3": "https://example.com/for-ever.mp3"},
    "recording_started_at": "2026-03-01T09:30:00.250Z",
    "recording_ended_at": "2026-03-01T09:30:07.250Z",
}
BEGAN = 1_772_357_400_250


def sent(command: Command) -> tuple[str, dict[str, Any]]:
    found = to_telnyx(command, call_token="t", seq=3)
    return found.action, {k: v for k, v in found.params.items() if k != "client_state"}


def read(event_type: str, **payload: Any) -> Any:
    return to_engine(event_type, payload, 9, is_target=False)


@pytest.mark.parametrize(
    ("command", "params"),
    [
        (
            StartRecording(beep=True, silence_s=5, longest_s=60, transcribe=True, language="de-DE"),
            {
                "format": "mp3",
                "channels": "single",
                "recording_track": "inbound",
                "play_beep": True,
                "timeout_secs": 5,
                "max_length": 60,
                "transcription": True,
                "transcription_language": "de-DE",
            },
        ),
        (
            StartRecording(both_sides=True),
            {"format": "mp3", "channels": "dual", "recording_track": "both"},
        ),
    ],
)
def test_recordings_are_asked_for_as_steps_say(command: Command, params: dict[str, Any]) -> None:
    assert sent(command) == ("record_start", params)


@pytest.mark.parametrize(
    ("language", "told"), [("es-AR", "es-AR"), ("de-LU", "de"), ("tlh", None), ("", None)]
)
def test_a_transcripts_language_is_one_that_telnyx_knows(language: str, told: str | None) -> None:
    _, params = sent(StartRecording(transcribe=True, language=language))
    assert params.get("transcription_language") == told


def test_recordings_are_stopped_paused_and_resumed() -> None:
    commands = (StopRecording(), PauseRecording(), ResumeRecording())
    assert [sent(each) for each in commands] == [
        ("record_stop", {}),
        ("record_pause", {}),
        ("record_resume", {}),
    ]


def test_a_saved_recording_is_read() -> None:
    assert read("call.recording.saved", **SAVED) == RecordingSaved(
        9, "r-1", Secret(URL), "mp3", "single", BEGAN, BEGAN + 7_000
    )


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"recording_urls": None, "channels": 7, "recording_started_at": "soon"},
        {"recording_urls": ["x"], "recording_id": "r" * 65},
        {"recording_urls": {"mp3": None, "wav": "x" * 8_001}},
    ],
)
def test_a_saved_recording_may_lack_anything(odd: dict[str, Any]) -> None:
    assert read("call.recording.saved", **odd) == RecordingSaved(9, "", Secret(""))


def test_a_lost_recording_is_read() -> None:
    assert read("call.recording.error", reason="Internal server error") == RecordingFailed(
        9, "Internal server error"
    )


def test_a_transcript_is_read() -> None:
    told = read("call.recording.transcription.saved", recording_id="r-1", transcription_text="Ada")
    assert told == RecordingTranscribed(9, "r-1", Secret("Ada"))
    assert isinstance(read("call.recording.transcription.saved", recording_id="r-1"), Unknown)


def test_the_addresses_of_recordings_are_sealed_at_the_door() -> None:
    plain, spoken = take_out(SAVED)
    assert "http" not in str(plain)
    assert {path[-1] for path, _ in spoken} == {"recording_urls", "public_recording_urls"}
