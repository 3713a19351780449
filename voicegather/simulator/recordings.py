"""Files behind the addresses of call.recording.saved: a fifth of a second of silence."""

from __future__ import annotations

import io
import re
import wave

RATE = 8000
NAME = re.compile(r"/recordings/[0-9a-f-]{36}\.(wav|mp3)")
#: One MPEG-1 Layer III frame, mono, 44.1 kHz at 32 kbit/s, all zero: a decoder plays silence.
SILENT_FRAME = bytes.fromhex("fffb10c4") + bytes(100)


def recording_file(path: str) -> tuple[str, bytes] | None:
    """The content type and bytes of a recording's URL path, None when it is none."""
    name = NAME.fullmatch(path)
    if name is None:
        return None
    if name[1] == "mp3":
        return "audio/mpeg", SILENT_FRAME * 8
    return "audio/wav", _silent_wave()


def _silent_wave() -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(2 * RATE // 5))
    return buffer.getvalue()
