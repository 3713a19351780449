"""Files as downloads."""

from __future__ import annotations

from typing import IO

from django.http import StreamingHttpResponse

from voicegather.services.stored import Chunks, size_of


def attachment(file: IO[bytes], *, name: str, content_type: str) -> StreamingHttpResponse:
    """The whole open file, to be kept under `name`; it is closed at the end."""
    size = size_of(file)
    return StreamingHttpResponse(
        Chunks(file, 0, size - 1),
        content_type=content_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(size),
            "X-Content-Type-Options": "nosniff",
        },
    )
