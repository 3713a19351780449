"""A model asks the caller for the fields of a JSON Schema: gather_using_ai."""

from __future__ import annotations

from typing import Any

from voicegather.simulator.conversations import (
    DEFAULT_MODEL,
    DEFAULT_TRANSCRIPTION,
    DEFAULT_VOICE,
    Conversation,
    Manner,
    Message,
    TalkingLeg,
    Utterance,
)
from voicegather.simulator.records import Delivery

REPLY_MILLIS = 10_000


class AiGather(Conversation):
    """Fills fields until all required ones are there; without any, until the first is
    (Telnyx docs: gather using AI).

    A caller who says nothing in time ends it as invalid, with what there is.
    """

    def __init__(self, leg: TalkingLeg, params: dict[str, Any]) -> None:
        history = [
            Message(given["role"], given["content"], leg.stamp())
            for given in params.get("message_history", ())
        ]
        super().__init__(leg, _manner(params), history)
        self._fields: dict[str, Any] = params["parameters"]["properties"]
        self._required: list[str] = params["parameters"].get("required", [])
        self._closing: str = params.get("gather_ended_speech", "")
        self._tells_partial_results = params.get("send_partial_results", False)
        self._result: dict[str, Any] = {}

    def stop(self) -> None:
        """End for a command, with what there is."""
        self._end("invalid", self._result)

    def fail(self) -> None:
        """End as Telnyx was seen to when a provider fails: no result at all."""
        self._end("client_error", None)

    def hang_up(self, after: Delivery | None = None) -> None:
        """End because the call is over, after the event `after`."""
        self._tell_ended(self._leg.quirks.hung_up_ai_gather_status, self._result, after)

    def _reply(self, utterance: Utterance) -> None:
        for name, value in utterance.values.items():
            self._result[name] = value
            if self._tells_partial_results:
                self._leg.tell(
                    "call.ai_gather.partial_results",
                    {
                        "partial_results": dict(self._result),
                        "message_history": self._spoken_history(),
                    },
                )
            if not self._required:
                break
        missing = [name for name in self._required if name not in self._result]
        if self._result and not missing:
            self._conclude()
        else:
            self._say(utterance.reply or self._question(missing))

    def _question(self, missing: list[str]) -> str:
        name = (missing or list(self._fields))[0]
        description = self._fields.get(name, {}).get("description")
        return str(description or f"Please tell me your {name}.")

    def _conclude(self) -> None:
        def done() -> None:
            self._end("valid", self._result)

        if self._closing:
            self._say(self._closing, then=done)
        else:
            done()

    def _nobody_spoke(self) -> None:
        self._end("invalid", self._result)

    def _end(self, status: str, result: dict[str, Any] | None) -> None:
        if self._over:
            return
        self._tell_ended(status, result)
        self._close(None)

    def _tell_ended(
        self, status: str, result: dict[str, Any] | None, after: Delivery | None = None
    ) -> None:
        fields = {
            "status": status,
            "result": result,
            "message_history": self._spoken_history(),
        }
        self._leg.tell("call.ai_gather.ended", fields, after)


def _manner(params: dict[str, Any]) -> Manner:
    return Manner(
        greeting=params.get("greeting", ""),
        tells_history=params.get("send_message_history_updates", False),
        patience=params.get("user_response_timeout_ms", REPLY_MILLIS) / 1000,
        model=params.get("assistant", {}).get("model") or DEFAULT_MODEL,
        transcription_model=params.get("transcription", {}).get("model") or DEFAULT_TRANSCRIPTION,
        voice=params.get("voice", DEFAULT_VOICE),
    )
