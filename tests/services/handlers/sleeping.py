"""Handlers and a validator for a real worker, which loads this module by ``--include``."""

from __future__ import annotations

import os
import time
from pathlib import Path

from celery.exceptions import SoftTimeLimitExceeded

import voicegather
from voicegather.handlers import HandlerCall, ValidatorCall

LONG = 60.0


@voicegather.handler("quick")
def quick(call: HandlerCall) -> dict[str, int]:
    return {"process": os.getpid()}


@voicegather.handler("sleepy")
def sleepy(call: HandlerCall) -> None:
    """Is woken by the soft limit, notes that, and ends."""
    try:
        time.sleep(LONG)
    except SoftTimeLimitExceeded:
        Path(call.options["note"]).write_text("woken")
        raise


@voicegather.handler("stubborn")
def stubborn(call: HandlerCall) -> None:
    _hold(Path(call.options["note"]))


@voicegather.validator("stubborn")
def stubborn_validator(value: str, call: ValidatorCall) -> None:
    _hold(Path(os.environ["STUBBORN_NOTE"]))


def _hold(note: Path) -> None:
    """Heeds no soft limit: only a kill ends it."""
    unread = note.with_suffix(".part")
    unread.write_text(str(os.getpid()))
    unread.rename(note)  # Whoever sees the note sees all of it.
    deadline = time.monotonic() + LONG
    while time.monotonic() < deadline:
        try:
            time.sleep(LONG)
        except Exception:
            continue
