from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from voicegather.logs import CallIds, about_call
from voicegather.services import calls
from voicegather.services.dispatch.local import process

log = logging.getLogger("tests.logs")


class Kept(logging.Handler):
    """Remembers what each line was about."""

    def __init__(self) -> None:
        super().__init__()
        self.addFilter(CallIds())
        self.lines: list[tuple[str, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append((record.getMessage(), record.call_control_id))  # type: ignore[attr-defined]


@pytest.fixture
def lines() -> Iterator[list[tuple[str, str]]]:
    handler = Kept()
    log.addHandler(handler)
    yield handler.lines
    log.removeHandler(handler)


@pytest.fixture
def process_with(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[str], None]], None]:
    """Says what processing a call does."""
    return lambda work: monkeypatch.setattr(calls, "process_call", work)


def test_a_line_outside_of_any_call_is_about_none(lines: list[Any]) -> None:
    log.error("quiet")

    assert lines == [("quiet", "")]


def test_a_line_is_about_the_innermost_call(lines: list[Any]) -> None:
    with about_call("v3:outer"):
        with about_call("v3:inner"):
            log.error("one")
        log.error("two")
    log.error("three")

    assert lines == [("one", "v3:inner"), ("two", "v3:outer"), ("three", "")]


def test_an_error_ends_what_lines_are_about(lines: list[Any]) -> None:
    with pytest.raises(ZeroDivisionError), about_call("v3:a"):
        _ = 1 / 0
    log.error("after")

    assert lines == [("after", "")]


def test_threads_are_about_calls_of_their_own(lines: list[Any]) -> None:
    with about_call("v3:a"):
        other = threading.Thread(target=log.error, args=("elsewhere",))
        other.start()
        other.join()

    assert lines == [("elsewhere", "")]


def test_what_a_line_says_itself_counts(lines: list[Any]) -> None:
    with about_call("v3:a"):
        log.error("told", extra={"call_control_id": "v3:b"})

    assert lines == [("told", "v3:b")]


@pytest.mark.django_db(transaction=True)
def test_every_line_of_a_calls_processing_is_about_it(
    lines: list[Any], process_with: Callable[..., None]
) -> None:
    process_with(lambda leg: log.error("folding"))

    process("v3:a")
    log.error("afterwards")

    assert lines == [("folding", "v3:a"), ("afterwards", "")]
