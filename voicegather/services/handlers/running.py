"""One job from its command to its event, with a watch that tells when it takes too long."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import close_old_connections, connections

from voicegather.exceptions import UnsealError
from voicegather.logs import about_call
from voicegather.services.handlers.calling import Stoppers, outcome_of
from voicegather.services.handlers.jobs import Job, seconds_of, wanted_job
from voicegather.services.handlers.outcomes import Failed, note
from voicegather.services.tracebacks import safe_traceback

#: A worker's process is stopped from outside on time; the watch is there for what goes on anyway.
WATCH_SECONDS = 0.25

_log = logging.getLogger("voicegather.handlers")


def run_command(command_id: UUID | str, *, stopped_by: Stoppers = ()) -> None:
    """Run what a command asks of the site's functions, and write one event of what came of it.

    A command that is not wanted any more does nothing, nor does one that has its event. What takes
    longer than its step allows has failed at that moment, whatever it returns later: a thread
    cannot be killed. `stopped_by` are exceptions that say from outside that the time is over.
    Database errors are raised; the call then waits for its deadline.
    """
    close_old_connections()
    job = wanted_job(command_id)
    if job is None:
        return
    with about_call(job.leg):
        try:
            params = job.params()
        except UnsealError as problem:
            note(job, Failed(str(problem)))
            return
        seconds = seconds_of(params)
        with _watched(job, seconds):
            try:
                outcome = outcome_of(job, params, stopped_by)
                close_old_connections()
                note(job, outcome)
            except stopped_by:
                # In the middle of a query, perhaps: that connection is of no use any more.
                connections.close_all()
                note(job, _overrun(seconds))
    close_old_connections()


@contextmanager
def _watched(job: Job, seconds: int) -> Iterator[None]:
    watch = threading.Timer(seconds + WATCH_SECONDS, _tell_overrun, [job, seconds])
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _tell_overrun(job: Job, seconds: int) -> None:
    with about_call(job.leg):
        try:
            note(job, _overrun(seconds))
            _log.warning("call %s: a handler took longer than %s s", job.call.token, seconds)
        except Exception as problem:
            _log.error("call %s: not noted\n%s", job.call.token, safe_traceback(problem))
        finally:
            connections.close_all()


def _overrun(seconds: int) -> Failed:
    return Failed(f"took longer than {seconds} s")
