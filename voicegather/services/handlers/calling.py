"""The site's functions, called: whatever they do becomes an outcome."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from voicegather import handlers
from voicegather.exceptions import VoicegatherError
from voicegather.handlers import HandlerCall, ValidatorCall
from voicegather.services.handlers.jobs import Job
from voicegather.services.handlers.outcomes import Failed, Judged, Outcome, Returned
from voicegather.services.handlers.returns import UnusableReturnError, judged, returned
from voicegather.services.queueing import RUN_VALIDATORS
from voicegather.services.tracebacks import safe_traceback

_log = logging.getLogger("voicegather.handlers")

Stoppers = tuple[type[Exception], ...]


def outcome_of(job: Job, params: Mapping[str, Any], stopped_by: Stoppers) -> Outcome:
    """Call what the job asks for. Raises exceptions of `stopped_by` alone."""
    what = ""
    try:
        if job.action != RUN_VALIDATORS:
            what = f"handler {params['handler']!r}"
            return _run_handler(job, params)
        verdicts = {}
        for entry in params["entries"]:
            what = f"validator {entry['validator']!r}"
            verdicts[entry["field"]] = _run_validator(job, params, entry)
        return Judged(verdicts)
    except KeyboardInterrupt:
        raise
    except stopped_by:
        raise
    except BaseException as problem:
        # SystemExit and asyncio's CancelledError, too: the caller waits for an outcome.
        reason = f"{what} {_reason_of(problem)}".strip()
        _log.warning("call %s: %s\n%s", job.call.token, reason, safe_traceback(problem))
        return Failed(reason)


def _run_handler(job: Job, params: Mapping[str, Any]) -> Returned:
    function = handlers.handler_named(params["handler"])
    if function is None:
        raise _UnknownError("is not registered in this process: is its module loaded here?")
    call = HandlerCall(
        token=job.call.token,
        caller=job.call.caller,
        called=job.call.called,
        language=params.get("language", ""),
        variables=MappingProxyType(dict(params.get("variables", {}))),
        options=MappingProxyType(
            {name: str(value) for name, value in params.get("options", {}).items()}
        ),
    )
    return returned(function(call))


def _run_validator(job: Job, params: Mapping[str, Any], entry: Mapping[str, str]) -> Any:
    function = handlers.validator_named(entry["validator"])
    if function is None:
        raise _UnknownError("is not registered in this process: is its module loaded here?")
    call = ValidatorCall(
        token=job.call.token,
        caller=job.call.caller,
        called=job.call.called,
        language=params.get("language", ""),
        field=entry["field"],
    )
    return judged(entry["value"], function(entry["value"], call))


class _UnknownError(VoicegatherError):
    """Nothing is registered under the name that the menu gives."""


def _reason_of(problem: BaseException) -> str:
    """What was raised to be read, in its words; of all else the class and the place alone."""
    if isinstance(problem, handlers.HandlerError):
        return f"failed: {problem}"
    if isinstance(problem, _UnknownError | UnusableReturnError):
        return str(problem)
    place = list(traceback.walk_tb(problem.__traceback__))[-1:]
    where = "".join(f" ({frame.f_globals.get('__name__')}, line {line})" for frame, line in place)
    return f"raised {type(problem).__name__}{where}"
