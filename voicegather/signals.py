"""What a site can listen to: each signal is sent once its change is committed.

Receivers take what happened as `told`, one of the dataclasses below, and `**kwargs` for what may
come::

    @receiver(signals.input_gathered)
    def note(told: signals.InputGathered, **kwargs: object) -> None: ...

The sender of `menu_published` is the model Menu, that of the others the model Call. A receiver
that raises is logged by its name and the place, never with values, and hurts nobody. Receivers of
a call's signals run in its worker while the caller waits: hand what takes long to a queue of your
own.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.dispatch import Signal

from voicegather.engine.secret import Secret
from voicegather.services.tracebacks import safe_traceback

log = logging.getLogger("voicegather.signals")


@dataclass(frozen=True, slots=True)
class CallStarted:
    """The menu began to talk to the caller. `direction` is ``inbound`` or ``outbound``.

    `token` names the call for ever; `caller` and `called` are E.164 numbers, SIP addresses, or what
    else Telnyx said, "" where it said nothing.
    """

    call_id: int
    token: str
    menu: str
    direction: str
    caller: str
    called: str


@dataclass(frozen=True, slots=True)
class StepEntered:
    """The caller came to a step of `menu`, a slug: in a submenu that of the submenu.

    `visit` counts the steps of the call from 1.
    """

    call_id: int
    token: str
    menu: str
    step: str
    visit: int
    language: str


@dataclass(frozen=True, slots=True)
class InputGathered:
    """What a visit of a step yielded in one field.

    `outcome` is one of ``valid``, ``invalid``, ``no_input``, ``cancelled``, ``hangup``, ``error``;
    `sensitivity` one of ``normal``, ``masked``, ``secret``. `value` is what was understood, None
    where nothing was: ``value.reveal()`` is its text, whatever the sensitivity, and nothing else of
    it shows in logs. May come again for the same visit and field, with digits that came late.
    """

    call_id: int
    token: str
    menu: str
    step: str
    field: str
    visit: int
    outcome: str
    sensitivity: str
    value: Secret | None
    choice: str


@dataclass(frozen=True, slots=True)
class CallEnded:
    """A call is over. `outcome` is a word of CallOutcome; `reason` is "" where all went well."""

    call_id: int
    token: str
    menu: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class MenuPublished:
    """A menu has another live version. `author_id` is a user's primary key, None for a command."""

    menu_id: int
    menu: str
    version: int
    sha256: str
    author_id: Any


class _Announcement(Signal):
    """A signal that logs of a receiver's error where it was raised, not what it says."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def send_robust(self, sender: Any, **named: Any) -> list[tuple[Any, Any]]:
        """As Django's; a receiver that exits, or is cancelled, hurts nobody either."""
        try:
            told: list[tuple[Any, Any]] = super().send_robust(sender, **named)
        except KeyboardInterrupt:
            raise
        except BaseException as problem:
            log.error("A receiver of %s ended all of them\n%s", self.name, safe_traceback(problem))
            return []
        return told

    def _log_robust_failure(self, receiver: Callable[..., Any], err: Exception) -> None:
        named = getattr(receiver, "__qualname__", type(receiver).__qualname__)
        where = f"{getattr(receiver, '__module__', '')}.{named}"
        log.error("%s failed at %s\n%s", where, self.name, safe_traceback(err))


call_started = _Announcement("call_started")
step_entered = _Announcement("step_entered")
input_gathered = _Announcement("input_gathered")
call_ended = _Announcement("call_ended")
menu_published = _Announcement("menu_published")
