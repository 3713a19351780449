"""Assistants of the fake account, and one that talks with a caller (Telnyx docs: AI assistants)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from voicegather.simulator.conversations import (
    DEFAULT_TRANSCRIPTION,
    DEFAULT_VOICE,
    THOUGHT_SECONDS,
    Conversation,
    Manner,
    Message,
    TalkingLeg,
    Utterance,
)
from voicegather.simulator.errors import SimulatorError

#: From call.conversation.ended to the insights (observed to be late; the distance is ours).
INSIGHTS_SECONDS = 1.0
#: A greeting that leaves it to the model how to greet.
GENERATED_GREETING = "<assistant-speaks-first-with-model-generated-message>"
OWN_GREETING = "Hello, how can I help you?"
UNDERSTOOD = "I understand."
#: Reasons of call.conversation.ended, for which the documentation names none.
ASSISTANT_ENDED = "assistant_ended"
CALLER_IDLE = "user_idle_timeout"
TIME_LIMIT = "time_limit"


class StartFailure(StrEnum):
    """Why an assistant could not start (Telnyx SDK: call.conversation.start_failed)."""

    INVALID_REQUEST = "invalid_request"
    SERVICE_ERROR = "service_error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Assistant:
    """What the account keeps of one assistant; times in simulated seconds.

    `greeting` may be empty: it waits for the caller. `variables` fill `{{name}}` in whatever it
    says; those of the command win. `tells_history` overrides the command's choice unless it is
    None. `idle_seconds` of silence end the conversation, and so does `time_limit_seconds`; the
    call goes on after both. `insights` are sent after the end, one result each. With `failure` it
    never starts. Raises `SimulatorError` for values that make no sense.
    """

    name: str = "assistant"
    greeting: str = ""
    model: str = "openai/gpt-4o"
    voice: str = DEFAULT_VOICE
    transcription_model: str = DEFAULT_TRANSCRIPTION
    variables: Mapping[str, str] = field(default_factory=dict)
    tells_history: bool | None = None
    idle_seconds: float | None = None
    time_limit_seconds: float | None = None
    insights: tuple[str, ...] = ()
    failure: StartFailure | str | None = None

    def __post_init__(self) -> None:
        for name in ("name", "greeting", "model", "voice", "transcription_model"):
            if not isinstance(getattr(self, name), str):
                raise SimulatorError(f"An assistant's {name} must be text.")
        for name in ("idle_seconds", "time_limit_seconds"):
            seconds = getattr(self, name)
            if seconds is not None and (type(seconds) not in (int, float) or seconds <= 0):
                raise SimulatorError(f"An assistant's {name} must be more than 0.")
        if not isinstance(self.variables, Mapping):
            raise SimulatorError("An assistant's variables are names and texts.")
        if not isinstance(self.insights, list | tuple):
            raise SimulatorError("An assistant's insights are a list of texts.")
        if self.failure is not None and self.failure not in set(StartFailure):
            raise SimulatorError(f"An assistant's failure is one of {', '.join(StartFailure)}.")


class AssistantTalk(Conversation):
    """A conversation with an assistant; `assistant` is None where the account has none of the id.

    `system` holds Telnyx's own variables.
    """

    def __init__(
        self,
        leg: TalkingLeg,
        params: dict[str, Any],
        assistant: Assistant | None,
        system: Mapping[str, str],
    ) -> None:
        self._assistant = assistant or Assistant(failure=StartFailure.INVALID_REQUEST)
        self._assistant_id: str = params["assistant"]["id"]
        history = [_message(leg, given) for given in params.get("message_history", ())]
        super().__init__(leg, _manner(self._assistant, params, system), history)

    def add(self, messages: list[dict[str, Any]], *, answers_now: bool) -> None:
        """Put messages into the conversation. An assistant that answers now cuts off who speaks;
        having no model, it says the last message's words.
        """
        added = [_message(self._leg, given) for given in messages]
        self._history += added
        self._tell_history()
        if answers_now and added and self.created:
            self.listening = self.understanding = False
            if self._prompt is not None:
                self._prompt.when_over = None
                self._leg.prompts.cancel(self._prompt)
            self._arm(THOUGHT_SECONDS, lambda: self._say(added[-1].content))

    def report(self, reason: str | None) -> None:
        """Send call.conversation.ended, and the insights after it."""
        super().report(reason)
        if self.created and self._assistant.insights:
            self._leg.after(INSIGHTS_SECONDS, self._send_insights)

    def _create(self) -> None:
        if self._assistant.failure is not None:
            self._fail_to_start(str(self._assistant.failure))
            return
        if self._assistant.time_limit_seconds is not None:
            self._leg.after(self._assistant.time_limit_seconds, lambda: self._close(TIME_LIMIT))
        super()._create()

    def _fail_to_start(self, reason: str) -> None:
        self.abandon()
        self._leg.conversation = None
        fields = {
            "assistant_id": self._assistant_id,
            "calling_party_type": "pstn",
            "reason": reason,
        }
        self._leg.tell("call.conversation.start_failed", fields)
        self._leg.changed()

    def _reply(self, utterance: Utterance) -> None:
        if not utterance.is_last:
            self._say(utterance.reply or UNDERSTOOD)
        elif utterance.reply:
            self._say(utterance.reply, then=lambda: self._close(ASSISTANT_ENDED))
        else:
            self._close(ASSISTANT_ENDED)

    def _nobody_spoke(self) -> None:
        self._close(CALLER_IDLE)

    def _ending(self, reason: str | None) -> dict[str, Any]:
        return {"assistant_id": self._assistant_id, **super()._ending(reason)}

    def _send_insights(self) -> None:
        results = [
            {"insight_id": f"insight-{number}", "result": text}
            for number, text in enumerate(self._assistant.insights, start=1)
        ]
        fields = {
            "calling_party_type": "pstn",
            "insight_group_id": f"insights-of-{self.conversation_id}",
            "results": results,
        }
        self._leg.emit("call.conversation_insights.generated", fields)


def _manner(assistant: Assistant, params: dict[str, Any], system: Mapping[str, str]) -> Manner:
    given = params["assistant"]
    greetings = (given.get("greeting"), params.get("greeting"), assistant.greeting)
    greeting = next(one for one in greetings if one is not None)
    asked = params.get("send_message_history_updates", False)
    transcription = given.get("transcription") or params.get("transcription") or {}
    variables = {**assistant.variables, **given.get("dynamic_variables", {})}
    return Manner(
        greeting=OWN_GREETING if greeting == GENERATED_GREETING else greeting,
        tells_history=asked if assistant.tells_history is None else assistant.tells_history,
        patience=assistant.idle_seconds,
        model=given.get("model") or assistant.model,
        transcription_model=transcription.get("model") or assistant.transcription_model,
        voice=given.get("voice_settings", {}).get("voice") or assistant.voice,
        variables={**{name: _text(value) for name, value in variables.items()}, **system},
    )


def _text(value: str | float | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _message(leg: TalkingLeg, given: dict[str, Any]) -> Message:
    return Message(given["role"], given.get("content") or "", leg.stamp())
