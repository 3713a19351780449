"""Tracebacks that may be stored and logged: they name places, never what a caller entered."""

from __future__ import annotations

import traceback

from voicegather.exceptions import VoicegatherError


def safe_traceback(problem: BaseException) -> str:
    """Where `problem` was raised. The message only of our own errors: others may quote values."""
    places = "".join(traceback.format_tb(problem.__traceback__))
    words = f": {problem}" if isinstance(problem, VoicegatherError) else ""
    return f"{places}{type(problem).__name__}{words}"
