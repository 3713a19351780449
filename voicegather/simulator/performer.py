"""What the parts of `behaviours.Behaviours` share."""

from __future__ import annotations

from typing import Any

from voicegather.simulator.exchange import Exchange
from voicegather.simulator.legs import Leg
from voicegather.simulator.recorder import Recording

Params = dict[str, Any]
Data = dict[str, Any]


class Performer:
    """Carries out commands whose parameters and leg were found right.

    Each command's method has its name, returns what the answer's `data` holds beside `result`,
    and raises `Refused` where Telnyx refuses for a reason that no table can tell. The exchange's
    lock is held.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

    def _answered(self, leg: Leg, recording: Recording | None) -> None:
        self._exchange.answered(leg)
        if recording is not None:
            leg.recorder.start(recording)


def named(recording: Recording | None) -> Data:
    """What an answer tells of a recording that will begin with the call."""
    return {} if recording is None else {"recording_id": recording.recording_id}
