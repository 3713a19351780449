"""What is done about a command instead of sending it to Telnyx."""

from __future__ import annotations

import logging
import time
from typing import Any

from voicegather.models import CallCommand
from voicegather.provider.client import DIAL, CommandAnswer
from voicegather.services.queueing import RUN_HANDLER, RUN_VALIDATORS
from voicegather.services.tracebacks import safe_traceback

RINGING = frozenset({DIAL, "transfer"})
#: In place of Telnyx's own codes, of commands that never came to it.
FORBIDDEN, NOT_STARTED = "destination", "handler"
#: As Telnyx answers what it understands and will not do.
WILL_NOT = 422

log = logging.getLogger("voicegather.calls")


def is_for_the_host(command: CallCommand) -> bool:
    """Whether functions of the host site do it, not Telnyx."""
    return command.action in (RUN_HANDLER, RUN_VALIDATORS)


def start_handler(command: CallCommand) -> CommandAnswer:
    """Have the host's functions called; what they return comes as an event.

    Never raises: what could not be started is a refusal, with the code ``handler``.
    """
    began = time.monotonic()
    try:
        from voicegather.services import handlers

        handlers.start(command)
    except Exception as problem:
        log.error(
            "call %s: command %s could not be started\n%s",
            command.call_id,
            command.pk,
            safe_traceback(problem),
        )
        detail = f"{type(problem).__name__}: see the log"
        return CommandAnswer(False, WILL_NOT, _since(began), NOT_STARTED, detail)
    return CommandAnswer(True, 0, _since(began))


def forbidden(action: str, params: dict[str, Any]) -> CommandAnswer | None:
    """The refusal of a destination that the site's rules forbid; None where there is nothing."""
    if action not in RINGING:
        return None
    from voicegather.services.destinations import DestinationRefusedError, check_destination

    try:
        check_destination(params["to"])
    except DestinationRefusedError as problem:
        return CommandAnswer(False, WILL_NOT, 0, FORBIDDEN, str(problem))
    return None


def _since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
