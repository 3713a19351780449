"""A caller talks with a model: turns, the history of what was said, the events around it.

What is common to AI gathers and assistants. What the model says and understands stands in the
caller's script: the simulator has no model.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from voicegather.simulator.prompts import CHARACTERS_A_SECOND, Prompt, PromptQueue, speech
from voicegather.simulator.quirks import Quirks
from voicegather.simulator.records import Delivery
from voicegather.simulator.scheduler import Action, Timer

#: From the command to call.conversation.created (observed).
CREATED_SECONDS = 0.9
#: How long the model thinks.
THOUGHT_SECONDS = 0.6
#: From the end of the call, or of an AI gather, to call.conversation.ended (observed).
ENDED_SECONDS = 0.05
DEFAULT_MODEL = "Qwen/Qwen3-235B-A22B"
DEFAULT_TRANSCRIPTION = "distil-whisper/distil-large-v2"
DEFAULT_VOICE = "Telnyx.KokoroTTS.af"
#: Reasons of call.conversation.ended: the first was observed, the others are this simulator's, for
#: the documentation names none.
CALLER_LEFT = "customer_disconnect"
STOPPED = "assistant_stopped"
PROVIDER_FAILED = "service_error"

VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Message:
    """One thing said, or put into the conversation by a command."""

    role: str
    content: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Utterance:
    """What a caller says, what the model understands of it and, if it is scripted, replies.

    `values` become fields of an AI gather as they are, right or wrong; `is_last` has an assistant
    end the conversation after its reply.
    """

    words: str
    values: Mapping[str, Any] = field(default_factory=dict)
    reply: str | None = None
    is_last: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How a conversation is led; `patience` (simulated seconds) is how long a reply may take."""

    greeting: str = ""
    tells_history: bool = False
    patience: float | None = None
    model: str = DEFAULT_MODEL
    transcription_model: str = DEFAULT_TRANSCRIPTION
    voice: str = DEFAULT_VOICE
    variables: Mapping[str, str] = field(default_factory=dict)


class TalkingLeg(Protocol):
    """What a conversation needs of its leg."""

    conversation: Conversation | None
    prompts: PromptQueue

    @property
    def quirks(self) -> Quirks:
        """How this call behaves."""

    def after(self, seconds: float, action: Action) -> Timer:
        """Do something in simulated seconds."""

    def now(self) -> float:
        """Simulated seconds since the simulator began."""

    def stamp(self) -> datetime:
        """This moment in UTC, later than every stamp of the leg before it."""

    def emit(self, event_type: str, fields: dict[str, Any]) -> object:
        """Send a webhook for the leg."""

    def tell(
        self, event_type: str, fields: dict[str, Any], after: Delivery | None = None
    ) -> Delivery:
        """Send a webhook that names both parties, not before the event `after` was sent."""

    def postpone(self, action: Action) -> None:
        """Do something when the leg's next command was carried out, or in a while."""

    def changed(self) -> None:
        """What the caller hears may have changed."""


class Conversation:
    """A running conversation. `turn` counts the caller's turns from 1; `began` is when the current
    one did, in simulated seconds. While `listening` the model waits for the caller's words, while
    `understanding` it takes them in.
    """

    def __init__(self, leg: TalkingLeg, manner: Manner, history: list[Message]) -> None:
        self._leg = leg
        self._manner = manner
        self._history = history
        self._timer: Timer | None = None
        self._prompt: Prompt | None = None
        self._over = False
        self._started_at = leg.now()
        self.conversation_id = str(uuid.uuid4())
        self.created = False
        self.listening = False
        self.understanding = False
        self.turn = 0
        self.began = leg.now()

    def start(self) -> None:
        """Have the conversation created in a moment; then it greets."""
        self._timer = self._leg.after(CREATED_SECONDS, self._create)

    def hear(self, utterance: Utterance) -> None:
        """The caller speaks: nothing else is listened to until the model has replied."""
        if not self.listening:
            return
        self.listening, self.understanding = False, True
        seconds = len(utterance.words) / CHARACTERS_A_SECOND
        self._arm(seconds, lambda: self._understand(utterance))

    def stop(self) -> None:
        """End for a command; the leg stays up."""
        self._close(STOPPED)

    def fail(self) -> None:
        """End because the provider of the model or the voice fails."""
        self._close(PROVIDER_FAILED)

    def abandon(self) -> None:
        """Wait for nothing more, send nothing yet: the call is over."""
        self._over = True
        self.listening = self.understanding = False
        if self._timer is not None:
            self._timer.cancel()
        if self._prompt is not None:
            self._prompt.when_over = None

    def hang_up(self, after: Delivery | None = None) -> None:
        """Tell what the end of the call ended, after the event `after`; see AiGather."""

    def report(self, reason: str | None) -> None:
        """Send call.conversation.ended, which only a created conversation has."""
        if self.created:
            self._leg.tell("call.conversation.ended", self._ending(reason))

    def _create(self) -> None:
        self.created = True
        self._leg.tell(
            "call.conversation.created",
            {"conversation_id": self.conversation_id, "calling_party_type": "pstn"},
        )
        if self._manner.greeting:
            self._say(self._manner.greeting)
        else:
            self._listen()

    def _say(self, text: str, then: Action | None = None) -> None:
        """Speak, and then listen, or do something else."""
        words = self._rendered(text)
        self._remember("assistant", words)
        prompt = speech(words)
        prompt.sends_events = False
        prompt.when_over = then or self._listen
        self._prompt = prompt
        self._leg.prompts.add(prompt)

    def _listen(self) -> None:
        self._prompt = None
        self.turn += 1
        self.began = self._leg.now()
        self.listening = True
        if self._manner.patience is not None:
            self._arm(self._manner.patience, self._nobody_spoke)
        self._leg.changed()

    def _understand(self, utterance: Utterance) -> None:
        self._remember("user", utterance.words)
        self._arm(THOUGHT_SECONDS, lambda: self._respond(utterance))

    def _respond(self, utterance: Utterance) -> None:
        self.understanding = False
        self._reply(utterance)
        self._leg.changed()

    def _reply(self, utterance: Utterance) -> None:
        raise NotImplementedError

    def _nobody_spoke(self) -> None:
        raise NotImplementedError

    def _remember(self, role: str, content: str) -> None:
        self._history.append(Message(role, content, self._leg.stamp()))
        self._tell_history()

    def _tell_history(self) -> None:
        if self._manner.tells_history:
            fields = {"message_history": self._spoken_history()}
            self._leg.tell("call.ai_gather.message_history_updated", fields)

    def _spoken_history(self) -> list[dict[str, str]]:
        """What was said, without what only the model is told (Telnyx docs: message_history)."""
        return [
            {"role": message.role, "content": message.content}
            for message in self._history
            if message.role in {"assistant", "user"}
        ]

    def _rendered(self, text: str) -> str:
        return VARIABLE.sub(lambda found: self._manner.variables.get(found[1], found[0]), text)

    def _arm(self, seconds: float, action: Action) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._leg.after(seconds, action)

    def _close(self, reason: str | None) -> None:
        """The conversation is over while the call goes on."""
        if self._over:
            return
        self.abandon()
        if self._prompt is not None:
            self._leg.prompts.cancel(self._prompt)
        if self._leg.conversation is self:
            self._leg.conversation = None
        if self._leg.quirks.conversation_ended_after_command:
            self._leg.postpone(lambda: self.report(reason))
        else:
            self._leg.after(ENDED_SECONDS, lambda: self.report(reason))
        self._leg.changed()

    def _ending(self, reason: str | None) -> dict[str, Any]:
        provider, _, voice = self._manner.voice.partition(".")
        model, _, voice_id = voice.rpartition(".")
        return {
            "conversation_id": self.conversation_id,
            "calling_party_type": "pstn",
            "duration_sec": int(self._leg.now() - self._started_at),
            "llm_model": self._manner.model,
            "stt_model": self._manner.transcription_model,
            "tts_provider": provider.lower(),
            "tts_model_id": model,
            "tts_voice_id": voice_id,
            "reason": reason,
            "messages": [
                {
                    "role": message.role,
                    "content": message.content,
                    "timestamp": f"{message.at:%Y-%m-%dT%H:%M:%S.%fZ}",
                }
                for message in self._history
            ],
        }
