"""What Telnyx takes for stored media (Telnyx docs: upload media; Telnyx SDK: its params)."""

from __future__ import annotations

from voicegather.simulator import errors
from voicegather.simulator.parameters import Kind, Parameter, integer, text, web_address
from voicegather.simulator.validation import Table

MOST_BYTES = 20_000_000
#: Two days, where nothing was said; twenty years at most.
DEFAULT_TTL = 172_800
LONGEST_TTL = 630_720_000


def _sound(content: object) -> str | None:
    """Telnyx plays WAV and MP3 of up to 20 MB."""
    if not isinstance(content, bytes) or not content:
        return "must be a file that is not empty"
    if len(content) > MOST_BYTES:
        return "must be at most 20 MB"
    if not content.startswith((b"RIFF", b"ID3", b"\xff")):
        return "must be WAV or MP3"
    return None


#: `media` is the file of a multipart form; JSON has `media_url` instead.
UPDATE_MEDIA: Table = {
    "media": Parameter(Kind.FILE, check=_sound),
    "media_url": text(code=errors.INVALID_URL, check=web_address),
    "ttl_secs": integer(1, LONGEST_TTL),
}

UPLOAD_MEDIA: Table = {**UPDATE_MEDIA, "media_name": text(shortest=1, longest=255)}
