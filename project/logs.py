"""Logs as JSON, one object a line, the same for the site, gunicorn, Celery and the clock."""

from __future__ import annotations

import logging
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from voicegather.services.tracebacks import safe_traceback

#: What a line may hold, in this order. Other attributes of records may quote what callers entered:
#: Django's `request` is shown with its query string.
FIELDS = (
    *("time", "level", "logger", "message", "process", "request_id", "call_control_id"),
    *("method", "path", "status", "milliseconds", "traceback"),
)
#: Below WARNING these quote what they send, or write a line for every step they take.
TALKATIVE = (
    *("celery.app.trace", "celery.worker.strategy", "httpcore", "httpx", "kombu"),
    *("psycopg.pool", "telnyx"),
)


class Lines(JsonFormatter):
    """A record's FIELDS as one line of JSON; those that it does not have are left out."""

    def __init__(self) -> None:
        super().__init__(
            ["levelname", "name", "message", "process"],
            timestamp="time",
            rename_fields={"levelname": "level", "name": "logger", "exc_info": "traceback"},
        )

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """Where it was raised; what an exception says may quote what a caller entered."""
        return safe_traceback(ei[1])

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name in FIELDS if (value := log_data.get(name)) not in (None, "")}


class GunicornFields(logging.Filter):
    """Lets every record through; gunicorn's access lines get fields, its errors lose queries."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "gunicorn.access" and isinstance(record.args, dict):
            atoms: dict[str, Any] = record.args
            record.method = atoms["m"]
            record.path = atoms["U"]
            record.status = int(atoms["s"])
            record.milliseconds = atoms["D"] / 1000
        elif record.name == "gunicorn.error" and isinstance(record.args, tuple):
            record.args = tuple(map(_without_query, record.args))
        return True


def _without_query(value: object) -> object:
    return value.partition("?")[0] if isinstance(value, str) else value


def json_logging() -> dict[str, Any]:
    """What ``logging.config.dictConfig`` takes: every line to stderr, from INFO on.

    Celery and gunicorn give handlers of their own to loggers that have none.
    """
    to_stderr = {"handlers": ["stderr"], "propagate": False}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": {"()": Lines}},
        "filters": {
            "request_ids": {"()": "project.request_ids.RequestIds"},
            "call_ids": {"()": "voicegather.logs.CallIds"},
            "gunicorn_fields": {"()": GunicornFields},
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "lines",
                "filters": ["gunicorn_fields", "request_ids", "call_ids"],
            }
        },
        "root": {"level": "INFO", "handlers": ["stderr"]},
        "loggers": {
            "django": {"level": "INFO", "handlers": []},
            **{name: {"level": "WARNING"} for name in TALKATIVE},
            **dict.fromkeys(
                ("celery.task", "gunicorn.access", "gunicorn.error", "multiprocessing"), to_stderr
            ),
        },
    }
