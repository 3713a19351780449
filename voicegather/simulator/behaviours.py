"""What each command does: one method a command, of the command's name."""

from __future__ import annotations

from voicegather.simulator import errors, readings
from voicegather.simulator.ai_behaviours import AiBehaviours
from voicegather.simulator.ai_gathers import AiGather
from voicegather.simulator.causes import (
    CALL_REJECTED,
    CALLEE_HUNG_UP,
    CALLER_HUNG_UP,
    CANCELLED,
    USER_BUSY,
)
from voicegather.simulator.exchange import ANSWER_SECONDS
from voicegather.simulator.gathers import GatherSpec
from voicegather.simulator.legs import Direction, EndedBy, Leg, Phase
from voicegather.simulator.performer import Data, Params, named
from voicegather.simulator.prompts import PromptQueue, playback, speech
from voicegather.simulator.recording_behaviours import RecordingBehaviours
from voicegather.simulator.ringing_behaviours import RingingBehaviours

CAUSES = {"CALL_REJECTED": CALL_REJECTED, "USER_BUSY": USER_BUSY}


class Behaviours(AiBehaviours, RecordingBehaviours, RingingBehaviours):
    """Every command; see `performer.Performer`."""

    def answer(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: answer call."""
        if leg.direction is Direction.OUTGOING:
            raise errors.unprocessable(
                errors.ANSWER_ON_OUTBOUND,
                "Invalid call direction",
                "An outbound call cannot be answered by a command.",
            )
        readings.refuse_unsimulated(params)
        leg.route = readings.route(params, leg.route)
        recording = readings.recording_from_answer(params)

        def connect() -> None:
            if leg.phase is Phase.WAITING:
                self._answered(leg, recording)

        self._exchange.after(ANSWER_SECONDS, connect)
        return named(recording)

    def reject(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: reject call."""
        if leg.direction is Direction.OUTGOING or leg.phase is not Phase.WAITING:
            raise errors.unprocessable(
                errors.BAD_REQUEST,
                "Bad Request",
                "Only an unanswered inbound call can be rejected.",
            )
        self._exchange.hang_up(leg, CAUSES[params["cause"]], EndedBy.APPLICATION)
        return {}

    def hangup(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: hangup call."""
        cause = CALLER_HUNG_UP
        if leg.direction is Direction.INCOMING:
            cause = CALLEE_HUNG_UP
        elif leg.phase is Phase.WAITING:
            cause = CANCELLED
        self._exchange.hang_up(leg, cause, EndedBy.APPLICATION)
        return {}

    def client_state_update(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: client state update. The state itself is set as by every command."""
        return {}

    def speak(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: speak text."""
        _stop_before(leg.prompts, params)
        for one in self._listeners(leg, params):
            one.prompts.add(speech(params["payload"], params.get("loop", 1)))
        return {}

    def playback_start(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: play audio URL."""
        overlay = params.get("overlay", False)
        if overlay and leg.prompts.current is None:
            raise errors.unprocessable(
                errors.BAD_REQUEST, "Bad Request", "An overlay needs a playback that is running."
            )
        for one in self._listeners(leg, params):
            prompts = one.overlays if overlay else one.prompts
            _stop_before(prompts, params)
            prompts.add(
                playback(
                    url=params.get("audio_url"),
                    media_name=params.get("media_name"),
                    media=self._exchange.media,
                    loop=params.get("loop", 1),
                    overlay=overlay,
                )
            )
        return {}

    def playback_stop(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: stop audio playback; it stops speech too."""
        prompts = leg.overlays if params.get("overlay") else leg.prompts
        _stop_before(prompts, {"stop": params.get("stop", "all")})
        return {}

    def gather(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: gather."""
        self._exchange.gather(leg, GatherSpec.silent(params))
        return {}

    def gather_using_speak(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: gather using speak."""
        self._exchange.gather(leg, GatherSpec.spoken(params, leg.quirks))
        return {}

    def gather_using_audio(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: gather using audio."""
        self._exchange.gather(leg, GatherSpec.played(params, self._exchange.media))
        return {}

    def gather_stop(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: gather stop. Without a gather it is accepted and does nothing."""
        if leg.gather is not None:
            leg.gather.stop()
        if isinstance(leg.conversation, AiGather):
            leg.conversation.stop()
        return {}

    def send_dtmf(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: send DTMF. The tones reach the caller's ear; no webhook tells of them."""
        return {}

    def _listeners(self, leg: Leg, params: Params) -> list[Leg]:
        opposite = [leg.bridged_to] if leg.bridged_to is not None else []
        return {"self": [leg], "opposite": opposite, "both": [leg, *opposite]}[
            params.get("target_legs", "self")
        ]


def _stop_before(prompts: PromptQueue, params: Params) -> None:
    if params.get("stop") == "current":
        prompts.stop_current()
    elif params.get("stop") == "all":
        prompts.stop_all()
