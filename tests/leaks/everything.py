"""Logs that keep all that a record holds, as the least careful site might have them."""

from __future__ import annotations

import logging
from typing import Any


class Everything(logging.Formatter):
    """The message, the traceback, and every attribute that was handed along."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{super().format(record)} {vars(record)!r}"


def talkative(file: str) -> dict[str, Any]:
    """What ``logging.config.dictConfig`` takes: every line of every logger into `file`."""
    loud = ("telnyx", "celery", "kombu", "django", "voicegather", "httpx", "httpcore", "gunicorn")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"everything": {"()": Everything}},
        "handlers": {
            "file": {"class": "logging.FileHandler", "filename": file, "formatter": "everything"}
        },
        "root": {"level": "DEBUG", "handlers": ["file"]},
        "loggers": {name: {"level": "DEBUG"} for name in loud},
    }
