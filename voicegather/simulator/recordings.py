"""Files behind the addresses of call.recording.saved: a fifth of a second of silence."""

from __future__ import annotations

import io
import re
import time
import wave
from collections.abc import Callable
from dataclasses import dataclass

RATE = 8000
NAME = re.compile(r"/recordings/(?P<id>[0-9a-f-]{36})\.(?P<format>wav|mp3)(\?.*)?")
#: How long an address is good for, in real seconds (Telnyx docs: call.recording.saved).
ADDRESS_SECONDS = 600
#: One MPEG-1 Layer III frame, mono, 44.1 kHz at 32 kbit/s, all zero: a decoder plays silence.
SILENT_FRAME = bytes.fromhex("fffb10c4") + bytes(100)


@dataclass(frozen=True, slots=True)
class File:
    """What an address is answered with over HTTP."""

    status: int
    content_type: str
    content: bytes


class Archive:
    """Recordings that can be fetched for ten minutes after each was saved."""

    def __init__(self, address: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self._address = address
        self._clock = clock
        self._saved: dict[str, float] = {}

    def publish(self, recording_id: str, file_format: str) -> str:
        """The address of a recording, which is good from now on."""
        name = f"{recording_id}.{file_format}"
        self._saved[name] = self._clock()
        return f"{self._address}/recordings/{name}?X-Amz-Expires={ADDRESS_SECONDS}"

    def fetch(self, path: str) -> File | None:
        """The file of an address, or what tells that it is too late; None for other addresses."""
        name = NAME.fullmatch(path)
        saved_at = self._saved.get(f"{name['id']}.{name['format']}") if name else None
        if name is None or saved_at is None:
            return None
        if self._clock() - saved_at > ADDRESS_SECONDS:
            return File(403, "application/xml", b"<Error><Code>AccessDenied</Code></Error>")
        if name["format"] == "mp3":
            return File(200, "audio/mpeg", SILENT_FRAME * 8)
        return File(200, "audio/wav", _silent_wave())


def _silent_wave() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(2 * RATE // 5))
    return buffer.getvalue()
