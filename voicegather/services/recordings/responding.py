"""A recording as an HTTP response, whole or in part, for the admin and the API alike."""

from __future__ import annotations

from typing import IO

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

from voicegather.models import Recording
from voicegather.services.recordings.ranges import UnsatisfiableError, part_of
from voicegather.services.stored import Chunks, size_of

TYPES = {"mp3": "audio/mpeg", "wav": "audio/wav"}


def sound_response(recording: Recording, file: IO[bytes], *, wanted: str) -> HttpResponseBase:
    """The open file, or the part that the Range header `wanted` asks for; no cache keeps it."""
    size = size_of(file)
    headers = {
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-store",
        "Content-Disposition": f'inline; filename="{file_name(recording)}"',
        "X-Content-Type-Options": "nosniff",
    }
    try:
        part = part_of(wanted, size)
    except UnsatisfiableError:
        file.close()
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{size}"})
    headers["Content-Length"] = str(part.length)
    if not part.is_whole:
        headers["Content-Range"] = f"bytes {part.first}-{part.last}/{size}"
    return StreamingHttpResponse(
        Chunks(file, part.first, part.last),
        status=200 if part.is_whole else 206,
        content_type=TYPES.get(recording.format, "application/octet-stream"),
        headers=headers,
    )


def file_name(recording: Recording) -> str:
    """What a download is called; nothing of the caller is in it."""
    moment = recording.began_at.strftime("%Y%m%d-%H%M%S")
    return f"recording-{moment}-{recording.pk}.{recording.format or 'mp3'}"
