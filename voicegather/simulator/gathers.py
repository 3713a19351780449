"""Collect keys: one gather from its start to its call.gather.ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from voicegather.simulator.media import Library
from voicegather.simulator.prompts import Prompt, PromptQueue, playback, speech
from voicegather.simulator.quirks import Quirks, Rejected
from voicegather.simulator.records import Delivery
from voicegather.simulator.scheduler import Action, Timer

MakePrompt = Callable[[], Prompt]


@dataclass(frozen=True, slots=True, kw_only=True)
class GatherSpec:
    """What a gather command asked for; times in simulated seconds, None for no limit.

    `first_key_seconds` counts from the end of the prompt. `terminator` may be empty.
    """

    first_key_seconds: float
    inter_digit_seconds: float
    total_seconds: float | None
    minimum: int
    maximum: int
    terminator: str
    valid: frozenset[str]
    tries: int = 1
    prompt: MakePrompt | None = None
    invalid_prompt: MakePrompt | None = None
    gather_id: str | None = None

    @classmethod
    def silent(cls, params: dict[str, Any]) -> GatherSpec:
        """The command `gather`: no prompt, one try (Telnyx docs: gather)."""
        return cls(
            first_key_seconds=params.get("initial_timeout_millis", 5_000) / 1000,
            total_seconds=params.get("timeout_millis", 60_000) / 1000,
            gather_id=params.get("gather_id"),
            **_shared(params),
        )

    @classmethod
    def spoken(cls, params: dict[str, Any], quirks: Quirks) -> GatherSpec:
        """The command `gather_using_speak` (Telnyx docs: gather using speak)."""

        def making(payload: str) -> MakePrompt:
            def make() -> Prompt:
                prompt = speech(payload)
                prompt.sends_events = quirks.speech_events_in_gather
                return prompt

            return make

        invalid = params.get("invalid_payload")
        return cls(
            **_prompted(params),
            prompt=making(params["payload"]),
            invalid_prompt=making(invalid) if invalid else None,
        )

    @classmethod
    def played(cls, params: dict[str, Any], media: Library) -> GatherSpec:
        """The command `gather_using_audio` (Telnyx docs: gather using audio)."""

        def making(url: str | None, media_name: str | None) -> MakePrompt | None:
            if url is None and media_name is None:
                return None
            return lambda: playback(url=url, media_name=media_name, media=media)

        return cls(
            **_prompted(params),
            prompt=making(params.get("audio_url"), params.get("media_name")),
            invalid_prompt=making(
                params.get("invalid_audio_url"), params.get("invalid_media_name")
            ),
        )


def _shared(params: dict[str, Any]) -> dict[str, Any]:
    return {
        "minimum": params.get("minimum_digits", 1),
        "maximum": params.get("maximum_digits", 128),
        "inter_digit_seconds": params.get("inter_digit_timeout_millis", 5_000) / 1000,
        "terminator": params.get("terminating_digit", "#"),
        "valid": frozenset(params.get("valid_digits", "0123456789#*")),
    }


def _prompted(params: dict[str, Any]) -> dict[str, Any]:
    return {
        **_shared(params),
        "first_key_seconds": params.get("timeout_millis", 60_000) / 1000,
        "total_seconds": None,
        "tries": params.get("maximum_tries", 3),
    }


class GatheringLeg(Protocol):
    """What a gather needs of its leg."""

    gather: Gather | None
    prompts: PromptQueue

    @property
    def quirks(self) -> Quirks:
        """How this call behaves."""

    def after(self, seconds: float, action: Action) -> Timer:
        """Do something in simulated seconds."""

    def now(self) -> float:
        """Simulated seconds since the simulator began."""

    def tell(
        self, event_type: str, fields: dict[str, Any], after: Delivery | None = None
    ) -> Delivery:
        """Send a webhook that names both parties, not before the event `after` was sent."""

    def changed(self) -> None:
        """What the caller hears may have changed."""


class Gather:
    """A running gather. `try_number` counts from 1; `began` is in simulated seconds."""

    def __init__(self, leg: GatheringLeg, spec: GatherSpec) -> None:
        self._leg = leg
        self._spec = spec
        self._digits = ""
        self._spoiled = False
        self._wait: Timer | None = None
        self._total: Timer | None = None
        self._prompts: list[Prompt] = []
        self.try_number = 0
        self.began = leg.now()

    def start(self) -> None:
        """Play the prompt, if any, and wait for keys."""
        if self._spec.total_seconds is not None:
            self._total = self._leg.after(self._spec.total_seconds, self._run_out)
        self._try([self._spec.prompt])

    def key(self, digit: str) -> Delivery | None:
        """Take a key. Returns call.gather.ended when the key ended the gather."""
        barged_in = bool(self._prompts)
        self._silence_prompts()
        if digit == self._spec.terminator:
            return self._complete(digit)
        if digit not in self._spec.valid and self._leg.quirks.rejected_digits is Rejected.DROPPED:
            if barged_in and not self._digits:
                self._await_first_key()
            return None
        self._digits += digit
        self._spoiled |= digit not in self._spec.valid
        if len(self._digits) >= self._spec.maximum:
            return self._complete()
        self._arm(self._spec.inter_digit_seconds, self._pause_too_long)
        return None

    def stop(self) -> Delivery:
        """End for gather_stop."""
        if not self._digits:
            return self._end("cancelled", self._interrupted_digits())
        return self._end(self._leg.quirks.stopped_status, self._interrupted_digits())

    def supersede(self) -> Delivery:
        """End because another gather begins on the leg."""
        return self._end("cancelled", self._interrupted_digits())

    def hang_up(self, after: Delivery | None = None) -> Delivery:
        """End because the call is over; the event is sent after the event `after`."""
        return self._end("call_hangup", None, after)

    def abandon(self) -> None:
        """Wait for nothing more, send nothing yet: the call is over."""
        for timer in (self._wait, self._total):
            if timer is not None:
                timer.cancel()
        for prompt in self._prompts:
            prompt.when_over = None

    def _interrupted_digits(self) -> str | None:
        return self._digits if self._leg.quirks.stopped_digits_reported else None

    def _try(self, makers: list[MakePrompt | None]) -> None:
        self.try_number += 1
        self.began = self._leg.now()
        self._digits, self._spoiled = "", False
        self._prompts = [make() for make in makers if make is not None]
        if self._prompts:
            self._prompts[-1].when_over = self._prompt_over
            for prompt in list(self._prompts):
                self._leg.prompts.add(prompt)
        else:
            self._await_first_key()
        self._leg.changed()

    def _prompt_over(self) -> None:
        self._prompts = []
        self._await_first_key()

    def _silence_prompts(self) -> None:
        prompts, self._prompts = self._prompts, []
        for prompt in reversed(prompts):
            self._leg.prompts.cancel(prompt)

    def _await_first_key(self) -> None:
        self._arm(self._spec.first_key_seconds, self._nothing_came)

    def _arm(self, seconds: float, action: Action) -> None:
        if self._wait is not None:
            self._wait.cancel()
        self._wait = self._leg.after(seconds, action)

    def _pause_too_long(self) -> None:
        self._complete()

    def _run_out(self) -> None:
        if self._digits:
            self._complete()
        else:
            self._nothing_came()

    def _complete(self, terminator: str = "") -> Delivery | None:
        reported = self._digits
        if self._leg.quirks.terminator_in_digits:
            reported += terminator
        if not self._spoiled and len(self._digits) >= self._spec.minimum:
            return self._end("valid", reported)
        if self.try_number < self._spec.tries:
            self._try([self._spec.invalid_prompt, self._spec.prompt])
            return None
        return self._end("invalid", reported)

    def _nothing_came(self) -> None:
        if self.try_number < self._spec.tries:
            self._try([self._spec.prompt])
        else:
            self._end(self._leg.quirks.no_input_status, self._leg.quirks.no_input_digits)

    def _end(self, status: str, digits: str | None, after: Delivery | None = None) -> Delivery:
        self.abandon()
        self._silence_prompts()
        if self._leg.gather is self:
            self._leg.gather = None
        fields: dict[str, Any] = {"digits": digits, "status": status}
        if self._spec.gather_id is not None:
            fields["gather_id"] = self._spec.gather_id
        ended = self._leg.tell("call.gather.ended", fields, after)
        self._leg.changed()
        return ended
