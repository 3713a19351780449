"""Which call a line of the log is about, and what no line may quote.

Put :class:`CallIds` on the handlers of your ``LOGGING``, and ``%(call_control_id)s`` into a format.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_call_control_id: ContextVar[str] = ContextVar("voicegather_call_control_id", default="")
_reveals: ContextVar[bool] = ContextVar("voicegather_reveals", default=False)


@contextmanager
def about_call(call_control_id: str) -> Iterator[None]:
    """What is logged inside, in this thread, is about the call of this leg."""
    token = _call_control_id.set(call_control_id)
    try:
        yield
    finally:
        _call_control_id.reset(token)


class CallIds(logging.Filter):
    """Lets every record through, with the attribute `call_control_id`: "" where it is unknown."""

    def filter(self, record: logging.LogRecord) -> bool:
        if not hasattr(record, "call_control_id"):
            record.call_control_id = _call_control_id.get()
        return True


@contextmanager
def revealing() -> Iterator[None]:
    """What is rendered inside, in this thread, shows somebody what is sensitive."""
    token = _reveals.set(True)
    try:
        yield
    finally:
        _reveals.reset(token)


class TemplatesUnquoted(logging.Filter):
    """Lets every record through; from within :func:`revealing` without its traceback.

    At DEBUG Django says which variables a template does not find, and quotes all that it has.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if _reveals.get():
            record.exc_info = record.exc_text = None
        return True


def keep_templates_unquoted() -> None:
    """Put the filter where Django's templates log."""
    logging.getLogger("django.template").addFilter(TemplatesUnquoted())
