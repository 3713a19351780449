"""The kinds of steps. Importing this package registers every kind that ships with the app."""

from voicegather.engine import detour
from voicegather.engine.steps import (
    ai_gather,
    assistant,
    branch,
    gather,
    handler,
    hangup,
    message,
    record,
    submenu,
    transfer,
)

__all__ = [
    "ai_gather",
    "assistant",
    "branch",
    "detour",
    "gather",
    "handler",
    "hangup",
    "message",
    "record",
    "submenu",
    "transfer",
]
