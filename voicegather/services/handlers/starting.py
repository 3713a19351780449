"""Commands for the site's functions, put on the queue of handlers."""

from __future__ import annotations

from voicegather.exceptions import UnsealError
from voicegather.models import CallCommand
from voicegather.services import dispatch
from voicegather.services.handlers.jobs import SECONDS, job_of, seconds_of
from voicegather.services.handlers.outcomes import Failed, note


def start(command: CallCommand) -> None:
    """Have a command's functions run soon, by a worker or else by a thread of this process.

    What nobody can take has failed, and the call goes on. Raises database errors alone; the message
    to a worker carries the command's id and nothing else.
    """
    job = job_of(command)
    try:
        seconds = seconds_of(job.params())
    except UnsealError:
        # Found again, and told to the call, where the command is run.
        seconds = SECONDS
    if not dispatch.enqueue_handler(str(command.command_id), seconds=seconds):
        note(job, Failed("was not started: too many handlers wait in this process"))
