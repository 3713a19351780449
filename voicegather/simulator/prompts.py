"""What is spoken and played on a leg, one thing after the other."""

from __future__ import annotations

import math
import re
import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Protocol

from voicegather.simulator.media import Library
from voicegather.simulator.quirks import Quirks
from voicegather.simulator.scheduler import Action, Timer

CHARACTERS_A_SECOND = 15
PLAYBACK_SECONDS = 3.0
START_SECONDS = 0.1
FAILURE_SECONDS = 0.2
TAG = re.compile(r"<[^>]*>")
LENGTH_OPTION = re.compile(r"[?&]seconds=([0-9]+(?:\.[0-9]+)?)")
FAILURE_OPTION = re.compile(r"[?&]fail=([0-9]{3})")


class PromptEnd(Enum):
    """Why a prompt is over."""

    COMPLETED = "completed"
    STOPPED = "stopped"
    HANGUP = "call_hangup"
    FAILED = "failed"
    NOT_FOUND = "file_not_found"


@dataclass(eq=False, slots=True)
class Prompt:
    """One thing to hear: `words` is its text or its audio's address, `seconds` simulated ones."""

    event: str
    words: str
    seconds: float
    fields: dict[str, Any] = field(default_factory=dict)
    failure: str | None = None
    failed_as: PromptEnd = PromptEnd.FAILED
    sends_events: bool = True
    when_over: Callable[[], None] | None = None


def speech(payload: str, loop: int | str = 1) -> Prompt:
    """A text or SSML to speak, at fifteen characters a second, tags not counted."""
    words = TAG.sub("", payload)
    seconds = max(0.2, len(words) / CHARACTERS_A_SECOND)
    fields = {"speak_id": secrets.token_urlsafe(8)}
    return Prompt("call.speak", words, _looped(seconds, loop), fields)


def playback(
    *,
    url: str | None,
    media_name: str | None,
    media: Library,
    loop: int | str = 1,
    overlay: bool = False,
) -> Prompt:
    """An audio to play. Its address may say `?seconds=4`, or `?fail=404` for one that is not there.

    Of `url` and `media_name` at most one; none is inline content. A name is played that `media`
    holds now (Telnyx docs: call.playback.ended, file_not_found).
    """
    words = url or media_name or "inline audio"
    length, broken = LENGTH_OPTION.search(words), FAILURE_OPTION.search(words)
    seconds = float(length[1]) if length else PLAYBACK_SECONDS
    file = media.find(media_name) if media_name is not None else None
    if file is not None and not length:
        seconds = file.seconds
    fields: dict[str, Any] = {"overlay": overlay}
    if url is not None:
        fields["media_url"] = url
    if media_name is not None:
        fields["media_name"] = media_name
    failure = None
    if broken:
        failure = f"Received curl error 22 HTTP error code {broken[1]} trying to fetch {words}"
    if media_name is not None and file is None:
        missing = f"There is no media {media_name}, or its time to live is over"
        return Prompt("call.playback", words, 0.0, fields, missing, PromptEnd.NOT_FOUND)
    return Prompt("call.playback", words, _looped(seconds, loop), fields, failure)


def _looped(seconds: float, loop: int | str) -> float:
    return math.inf if loop == "infinity" else seconds * int(loop)


class Stage(Protocol):
    """What a prompt queue needs of the leg it plays on."""

    @property
    def quirks(self) -> Quirks:
        """How this call behaves."""

    def after(self, seconds: float, action: Action) -> Timer:
        """Do something in simulated seconds."""

    def emit(self, event_type: str, fields: dict[str, Any]) -> object:
        """Send a webhook for the leg."""

    def prompt_begun(self, words: str) -> None:
        """The caller begins to hear something."""

    def changed(self) -> None:
        """What the caller hears may have changed."""


class PromptQueue:
    """Plays prompts in order; successive speaks queue up (Telnyx docs: speak)."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._waiting: deque[Prompt] = deque()
        self._timer: Timer | None = None
        self._begun = False
        self.current: Prompt | None = None

    @property
    def audible(self) -> bool:
        """Whether the caller hears something of this queue now."""
        return self._begun and self.current is not None and self.current.failure is None

    def add(self, prompt: Prompt) -> None:
        """Play `prompt` when everything before it is over."""
        self._waiting.append(prompt)
        self._next()

    def cancel(self, prompt: Prompt) -> None:
        """End this prompt, or forget it when it did not begin; `when_over` is not called."""
        prompt.when_over = None
        if prompt is self.current:
            self._finish(PromptEnd.STOPPED)
        elif prompt in self._waiting:
            self._waiting.remove(prompt)

    def stop_current(self) -> None:
        """Cut off what is being played and go on with the next."""
        if self.current is not None:
            self._finish(PromptEnd.STOPPED)

    def stop_all(self, reason: PromptEnd = PromptEnd.STOPPED) -> None:
        """Cut off what is being played and forget the rest."""
        forgotten, self._waiting = self._waiting, deque()
        if self.current is not None:
            self._finish(reason)
        if reason is PromptEnd.STOPPED:
            for prompt in forgotten:
                if prompt.when_over is not None:
                    prompt.when_over()

    def _next(self) -> None:
        if self.current is None and self._waiting:
            self.current = self._waiting.popleft()
            self._timer = self._stage.after(START_SECONDS, self._start)

    def _start(self) -> None:
        prompt = self.current
        if prompt is None:
            return
        self._begun = True
        if prompt.sends_events:
            self._stage.emit(f"{prompt.event}.started", dict(prompt.fields))
        if prompt.failure is not None:
            self._timer = self._stage.after(FAILURE_SECONDS, self._fail)
            return
        self._stage.prompt_begun(prompt.words)
        if math.isfinite(prompt.seconds):
            self._timer = self._stage.after(prompt.seconds, self._complete)

    def _complete(self) -> None:
        self._finish(PromptEnd.COMPLETED)

    def _fail(self) -> None:
        if self.current is not None:
            self._finish(self.current.failed_as)

    def _finish(self, reason: PromptEnd) -> None:
        prompt, self.current = self.current, None
        if prompt is None:
            return
        begun, self._begun = self._begun, False
        if self._timer is not None:
            self._timer.cancel()
        if prompt.sends_events and begun:
            self._stage.emit(f"{prompt.event}.ended", self._ending(prompt, reason))
        if prompt.when_over is not None and reason is not PromptEnd.HANGUP:
            prompt.when_over()
        self._next()
        self._stage.changed()

    def _ending(self, prompt: Prompt, reason: PromptEnd) -> dict[str, Any]:
        status = reason.value
        if reason is PromptEnd.STOPPED:
            spoken = prompt.event == "call.speak"
            status = self._stage.quirks.stopped_speech_status if spoken else "cancelled"
        ending = {**prompt.fields, "status": status}
        if prompt.failure is not None and reason is prompt.failed_as:
            ending["status_detail"] = prompt.failure
        return ending
