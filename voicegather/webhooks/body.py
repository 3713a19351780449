"""Read a request's raw body once, and never more of it than allowed."""

from __future__ import annotations

from typing import BinaryIO, cast

from django.http import HttpRequest

from voicegather.exceptions import VoicegatherError


class BodyTooLargeError(VoicegatherError):
    """The body is larger than VOICEGATHER['WEBHOOK_MAX_BYTES']."""


class UnreadableBodyError(VoicegatherError):
    """The body did not come whole, or its pieces are malformed."""


def read_body(request: HttpRequest, *, longest: int) -> bytes:
    """The raw body, of at most `longest` bytes; raises BodyTooLargeError and UnreadableBodyError.

    `request.body` would stop at Django's DATA_UPLOAD_MAX_MEMORY_SIZE.
    """
    if _declared_length(request) > longest:
        raise BodyTooLargeError("The request announces a larger body.")
    try:
        body = _stream(request).read(longest + 1)
    except Exception as problem:
        # Besides OSError each server raises errors of its own: gunicorn InvalidChunkSize.
        raise UnreadableBodyError(
            f"The server could not read the body ({type(problem).__name__})."
        ) from None
    if len(body) > longest:
        raise BodyTooLargeError("The request has a larger body.")
    return body


def _declared_length(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or ""
    return int(text) if text.isascii() and text.isdigit() else 0


def _stream(request: HttpRequest) -> BinaryIO:
    """Django reads nothing of a body without a length; servers that end the stream allow it."""
    if not request.META.get("CONTENT_LENGTH") and request.META.get("wsgi.input_terminated"):
        return cast(BinaryIO, request.META["wsgi.input"])
    return cast(BinaryIO, request)
