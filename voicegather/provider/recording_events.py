"""Telnyx's webhooks of recordings, in the engine's words."""

from __future__ import annotations

from collections.abc import Callable

from voicegather.engine.events import (
    Event,
    RecordingFailed,
    RecordingSaved,
    RecordingTranscribed,
    Unknown,
)
from voicegather.engine.secret import Secret
from voicegather.provider.payloads import Payload, milliseconds, text

LONGEST_ID = 64
LONGEST_REASON = 100
#: A presigned address has some hundred characters.
LONGEST_ADDRESS = 8_000
FORMATS = ("mp3", "wav")
CHANNELS = ("single", "dual")


def _saved(payload: Payload, at: int, seq: int | None) -> Event:
    """Telnyx docs: call.recording.saved; the id was seen, and is not documented."""
    channels = text(payload, "channels")
    format_, address = _address(payload)
    return RecordingSaved(
        at,
        _id(payload),
        Secret(address),
        format_,
        channels if channels in CHANNELS else "",
        milliseconds(payload, "recording_started_at"),
        milliseconds(payload, "recording_ended_at"),
        seq,
    )


def _failed(payload: Payload, at: int, seq: int | None) -> Event:
    return RecordingFailed(at, text(payload, "reason")[:LONGEST_REASON], seq)


def _transcribed(payload: Payload, at: int, seq: int | None) -> Event:
    """Telnyx docs: call.recording.transcription.saved."""
    said = text(payload, "transcription_text")
    if not said:
        return Unknown(at, "call.recording.transcription.saved")
    return RecordingTranscribed(at, _id(payload), Secret(said), seq)


def _id(payload: Payload) -> str:
    found = text(payload, "recording_id")
    return found if len(found) <= LONGEST_ID else ""


def _address(payload: Payload) -> tuple[str, str]:
    """The format and address of the file, "" where there is none."""
    urls = payload.get("recording_urls")
    for name in FORMATS:
        url = text(urls, name) if isinstance(urls, dict) else ""
        if 0 < len(url) <= LONGEST_ADDRESS:
            return name, url
    return "", ""


RECORDING_READERS: dict[str, Callable[[Payload, int, int | None], Event]] = {
    "call.recording.saved": _saved,
    "call.recording.error": _failed,
    "call.recording.transcription.saved": _transcribed,
}
