"""What the commands of recordings do: one method a command, of the command's name."""

from __future__ import annotations

from voicegather.simulator import errors
from voicegather.simulator.legs import Leg
from voicegather.simulator.performer import Data, Params, Performer
from voicegather.simulator.recorder import Recording


class RecordingBehaviours(Performer):
    """Recording and its interruptions."""

    def record_start(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: recording start. The caller counts as silent for `timeout_secs`."""
        bounds = [params[name] for name in ("max_length", "timeout_secs") if params.get(name)]
        leg.recorder.start(
            Recording(
                params["format"],
                params["channels"],
                min(bounds, default=None),
                is_transcribed=bool(params.get("transcription")),
            )
        )
        return {}

    def record_stop(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: recording stop. Without a recording_id every recording ends."""
        leg.recorder.stop(_recording_of(leg, params))
        return {}

    def record_pause(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: recording pause. No webhook tells of it."""
        leg.recorder.pause(_recording_of(leg, params))
        return {}

    def record_resume(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: recording resume. No webhook tells of it."""
        leg.recorder.resume(_recording_of(leg, params))
        return {}


def _recording_of(leg: Leg, params: Params) -> str | None:
    """The recording that is meant; refuses one that never ran on this leg."""
    recording_id: str | None = params.get("recording_id")
    if recording_id is not None and not leg.recorder.knows(recording_id):
        raise errors.unprocessable(
            errors.BAD_REQUEST,
            "Invalid recording_id",
            "The recording_id is not of a recording of this call.",
            "/recording_id",
        )
    return recording_id
