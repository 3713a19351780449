from __future__ import annotations

from voicegather.exceptions import VoicegatherError


class JobCancelled(VoicegatherError):  # noqa: N818
    """Somebody asked for an end of the job; whoever runs it lets this through."""


class LeaseLost(VoicegatherError):  # noqa: N818
    """Another worker has taken the job since: this one stops and writes nothing more."""


class RetryLater(VoicegatherError):  # noqa: N818
    """The job cannot go on now: it is run again after so many seconds.

    Staff read `reason` meanwhile. Look at the job's `tries` before raising it for ever.
    """

    def __init__(self, seconds: float, reason: str) -> None:
        super().__init__(reason)
        self.seconds = seconds
        self.reason = reason
