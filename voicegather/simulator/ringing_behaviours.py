"""What the commands that ring or connect somebody do: one method a command, of its name."""

from __future__ import annotations

from voicegather.simulator import errors, readings
from voicegather.simulator.events import iso
from voicegather.simulator.legs import Direction, Leg, Phase, Route
from voicegather.simulator.machines import Detection
from voicegather.simulator.performer import Data, Params, Performer, named
from voicegather.simulator.prompts import playback
from voicegather.simulator.ringing import join, ring


class RingingBehaviours(Performer):
    """Transfer, bridge, dial, and the state of a call."""

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

        ring(
            exchange,
            target,
            limits=readings.limits(params),
            detection=Detection.of(params),
            when_answered=answered,
        )
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
                    playback(
                        url=params.get("audio_url"),
                        media_name=params.get("media_name"),
                        media=exchange.media,
                    )
                )
            if linked is not None and (
                params.get("bridge_on_answer") or params.get("bridge_intent")
            ):
                join(exchange, linked, leg)

        ring(
            exchange,
            leg,
            limits=readings.limits(params),
            detection=Detection.of(params),
            when_answered=answered,
        )
        return _status(leg) | {"is_alive": False} | named(recording)

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
