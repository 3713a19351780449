"""What an examination of the site finds, and how long it may look for it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

#: How long a look at anything outside of this process may take.
LONGEST_LOOK = 3.0

T = TypeVar("T")


class Verdict(StrEnum):
    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: what was looked at, how it is, and what to do unless it is well. No secrets."""

    what: str
    verdict: Verdict
    detail: str
    advice: str = ""


def ok(what: str, detail: str) -> Finding:
    return Finding(what, Verdict.OK, detail)


def warning(what: str, detail: str, advice: str) -> Finding:
    return Finding(what, Verdict.WARNING, detail, advice)


def failed(what: str, detail: str, advice: str) -> Finding:
    return Finding(what, Verdict.FAILED, detail, advice)


def within(seconds: float, look: Callable[[], T]) -> T:
    """What `look` returns, or raises, in a thread of its own; it may not use the database.

    Raises TimeoutError after `seconds`; the thread is left behind then, and ends with the process.
    """
    one = _Look(look)
    thread = threading.Thread(target=one.run, name="voicegather-doctor", daemon=True)
    thread.start()
    thread.join(seconds)
    return one.result()


class _Look(Generic[T]):
    """One look, and what came of it by now."""

    def __init__(self, look: Callable[[], T]) -> None:
        self._look = look
        self._results: list[T] = []
        self._error: Exception | None = None

    def run(self) -> None:
        try:
            self._results.append(self._look())
        except Exception as error:
            self._error = error

    def result(self) -> T:
        if self._error is not None:
            raise self._error
        if not self._results:
            raise TimeoutError
        return self._results[0]
