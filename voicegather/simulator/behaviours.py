"""What each command does: one method a command, of the command's name."""

from __future__ import annotations

from typing import Any

from voicegather.simulator import errors, readings
from voicegather.simulator.causes import (
    CALL_REJECTED,
    CALLEE_HUNG_UP,
    CALLER_HUNG_UP,
    CANCELLED,
    USER_BUSY,
)
from voicegather.simulator.events import iso
from voicegather.simulator.exchange import ANSWER_SECONDS, Exchange
from voicegather.simulator.gathers import GatherSpec
from voicegather.simulator.legs import Direction, EndedBy, Leg, Phase, Recording, Route
from voicegather.simulator.prompts import PromptQueue, playback, speech
from voicegather.simulator.ringing import join, ring

Params = dict[str, Any]
Data = dict[str, Any]

CAUSES = {"CALL_REJECTED": CALL_REJECTED, "USER_BUSY": USER_BUSY}


class Behaviours:
    """Carries out commands whose parameters and leg were found right.

    Each method returns what the answer's `data` holds beside `result`, and raises `Refused`
    where Telnyx refuses for a reason that no table can tell. The exchange's lock is held.
    """

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange

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
        return _named(recording)

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
        self._exchange.gather(leg, GatherSpec.played(params))
        return {}

    def gather_stop(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: gather stop. Without a gather it is accepted and does nothing."""
        if leg.gather is not None:
            leg.gather.stop()
        return {}

    def send_dtmf(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: send DTMF. The tones reach the caller's ear; no webhook tells of them."""
        return {}

    def record_start(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: recording start. The caller counts as silent for `timeout_secs`."""
        readings.refuse_unsimulated(params)
        bounds = [params[name] for name in ("max_length", "timeout_secs") if params.get(name)]
        recording = Recording(params["format"], params["channels"], min(bounds, default=None))
        self._exchange.start_recording(leg, recording)
        return {}

    def record_stop(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: recording stop. Without a recording_id every recording ends."""
        for recording_id in list(leg.recordings):
            if params.get("recording_id", recording_id) == recording_id:
                self._exchange.stop_recording(leg, recording_id)
        return {}

    def record_pause(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: recording pause. Nothing of it is seen from outside."""
        return {}

    def record_resume(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: recording resume. Nothing of it is seen from outside."""
        return {}

    def transfer(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: transfer call."""
        readings.refuse_unsimulated(params)
        exchange = self._exchange
        target = exchange.new_leg(
            direction=Direction.OUTGOING,
            from_=params.get("from", leg.to),
            to=params["to"],
            parent=leg,
            client_state=params.get("target_leg_client_state"),
            quirks=leg.quirks,
            route=readings.route(params, leg.route),
        )
        leg.prompts.stop_all()
        leg.park_after_unbridge = params.get("park_after_unbridge") == "self"
        leg.ringing_target = target
        leg.changed()

        def answered() -> None:
            self._answered(target, readings.recording_from_answer(params))
            join(exchange, leg, target)

        ring(exchange, target, limits=readings.limits(params), when_answered=answered)
        return {}

    def bridge(self, leg: Leg, params: Params) -> Data:
        """Telnyx docs: bridge calls."""
        readings.refuse_unsimulated(params)
        other = self._exchange.legs.get(params.get("call_control_id", ""))
        if other is None or other is leg:
            raise errors.unknown_call()
        if not other.alive:
            raise errors.call_has_ended()
        if other.phase is not Phase.ANSWERED:
            raise errors.call_not_answered()
        leg.park_after_unbridge = params.get("park_after_unbridge") == "self"
        self._exchange.bridge(leg, other)
        return {}

    def dial(self, params: Params) -> Data:
        """Telnyx docs: dial. Returns the new call; `is_alive` is always false at this moment."""
        readings.refuse_unsimulated(params)
        exchange = self._exchange
        if params["connection_id"] != exchange.connection_id or exchange.webhook_url is None:
            raise errors.unprocessable(
                errors.BAD_REQUEST,
                "Invalid connection_id",
                "The connection_id is not of a Call Control App with a valid webhook URL.",
                "/connection_id",
            )
        linked = self._linked(params)
        leg = exchange.new_leg(
            direction=Direction.OUTGOING,
            from_=params["from"],
            to=readings.only_destination(params["to"]),
            session_id=linked.call_session_id if linked is not None else None,
            client_state=params.get("client_state"),
            route=readings.route(params, Route()),
        )
        leg.park_after_unbridge = params.get("park_after_unbridge") == "self"
        recording = readings.recording_from_answer(params)

        def answered() -> None:
            self._answered(leg, recording)
            if params.get("audio_url") or params.get("media_name"):
                leg.prompts.add(
                    playback(url=params.get("audio_url"), media_name=params.get("media_name"))
                )
            if linked is not None and (
                params.get("bridge_on_answer") or params.get("bridge_intent")
            ):
                join(exchange, linked, leg)

        ring(exchange, leg, limits=readings.limits(params), when_answered=answered)
        return _status(leg) | {"is_alive": False} | _named(recording)

    def status(self, leg: Leg) -> Data:
        """Telnyx docs: retrieve a call status. The duration is in real seconds."""
        return _status(leg)

    def _linked(self, params: Params) -> Leg | None:
        if "link_to" not in params:
            return None
        linked = self._exchange.legs.get(params["link_to"])
        if linked is None:
            raise errors.unknown_call()
        return linked

    def _listeners(self, leg: Leg, params: Params) -> list[Leg]:
        opposite = [leg.bridged_to] if leg.bridged_to is not None else []
        return {"self": [leg], "opposite": opposite, "both": [leg, *opposite]}[
            params.get("target_legs", "self")
        ]

    def _answered(self, leg: Leg, recording: Recording | None) -> None:
        self._exchange.answered(leg)
        if recording is not None:
            self._exchange.start_recording(leg, recording)


def _stop_before(prompts: PromptQueue, params: Params) -> None:
    if params.get("stop") == "current":
        prompts.stop_current()
    elif params.get("stop") == "all":
        prompts.stop_all()


def _named(recording: Recording | None) -> Data:
    return {} if recording is None else {"recording_id": recording.recording_id}


def _status(leg: Leg) -> Data:
    data: Data = {
        "record_type": "call",
        "call_control_id": leg.call_control_id,
        "call_leg_id": leg.call_leg_id,
        "call_session_id": leg.call_session_id,
        "is_alive": leg.alive,
        "start_time": iso(leg.started_at),
        "call_duration": 0,
    }
    if leg.client_state is not None:
        data["client_state"] = leg.client_state
    if leg.ended_at is not None:
        data["end_time"] = iso(leg.ended_at)
        data["call_duration"] = int((leg.ended_at - leg.started_at).total_seconds())
    return data
