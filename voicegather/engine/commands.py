"""What the engine asks of the telephone network, free of the vendor's parameter names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from voicegather.engine.secret import Secret


@dataclass(frozen=True, slots=True)
class Speech:
    """Words to speak: plain text or SSML, at most 3,000 characters, in a `voice`."""

    text: str = field(repr=False)
    voice: str
    language: str = ""
    ssml: bool = False
    voice_settings: tuple[tuple[str, str | int | float | bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Audio:
    """Recorded words: a public `url`, or the name of a file in the vendor's media storage."""

    url: str = ""
    media_name: str = ""
    #: Length in milliseconds, 0 when it is not known.
    duration_ms: int = 0


@dataclass(frozen=True, slots=True)
class Command:
    """One request about the caller's leg, unless it names another."""


@dataclass(frozen=True, slots=True)
class Answer(Command):
    pass


@dataclass(frozen=True, slots=True)
class Reject(Command):
    """Refuse the call before it is answered, as busy."""


@dataclass(frozen=True, slots=True)
class HangUp(Command):
    """End the caller's leg, or the target leg whose call_control_id `leg` is."""

    leg: str = ""


@dataclass(frozen=True, slots=True)
class Play(Command):
    """Speak or play a prompt, without listening."""

    prompt: Speech | Audio


@dataclass(frozen=True, slots=True)
class StopPlaying(Command):
    """Cut short whatever is spoken or played, and what waits to be."""


@dataclass(frozen=True, slots=True)
class Gather(Command):
    """Collect keys once, after the prompt when there is one. Times in milliseconds."""

    prompt: Speech | Audio | None
    maximum_digits: int
    #: The key that ends an entry early, or "" for none.
    terminator: str
    first_digit_timeout_ms: int
    inter_digit_timeout_ms: int
    minimum_digits: int = 1


@dataclass(frozen=True, slots=True)
class StopGather(Command):
    """End the running gather: the entry is complete."""


@dataclass(frozen=True, slots=True)
class Transfer(Command):
    """Ring `to` (E.164 or a SIP URI) for up to `timeout_s` seconds and join the two legs."""

    to: str
    timeout_s: int
    from_: str = ""
    #: Keep the caller's leg when the target hangs up, so that the menu goes on.
    keep_caller: bool = False


@dataclass(frozen=True, slots=True)
class Voice:
    """How something is said; `name` is ``Provider.Model.Voice``, "" for the vendor's own."""

    name: str = ""
    settings: tuple[tuple[str, str | int | float | bool], ...] = ()


@dataclass(frozen=True, slots=True)
class GatherByAi(Command):
    """Have a model ask for what fills `schema` (a JSON Schema object with ``required``)."""

    schema: Mapping[str, Any]
    greeting: str = field(default="", repr=False)
    closing: str = field(default="", repr=False)
    voice: Voice = Voice()
    language: str = ""
    instructions: str = field(default="", repr=False)
    model: str = ""
    transcription_model: str = ""
    transcription_language: str = ""
    interruptible: bool = True
    response_timeout_ms: int = 10_000
    partial_results: bool = True
    history_updates: bool = True


@dataclass(frozen=True, slots=True)
class StartAssistant(Command):
    """Hand the conversation to an assistant (``assistant-…``); it ends by itself or is stopped."""

    assistant: str
    instructions: str = field(default="", repr=False)
    #: None: the assistant's own greeting. "": it waits for the caller to speak.
    greeting: str | None = field(default=None, repr=False)
    variables: Mapping[str, Secret] = field(default_factory=dict)
    voice: Voice = Voice()
    transcription_model: str = ""
    transcription_language: str = ""
    interruptible: bool = True
    history_updates: bool = True


@dataclass(frozen=True, slots=True)
class AddMessages(Command):
    """Tell a running assistant something; `answer_now` may cut off whoever speaks."""

    messages: tuple[tuple[str, Secret], ...]
    answer_now: bool = False


@dataclass(frozen=True, slots=True)
class StopAssistant(Command):
    """End the running assistant; the leg stays up, and is billed."""


@dataclass(frozen=True, slots=True)
class StartRecording(Command):
    """Record the caller, or with `both_sides` everybody in two channels. Times in seconds, 0: none.

    `silence_s` counts once something was said.
    """

    beep: bool = False
    silence_s: int = 0
    longest_s: int = 0
    both_sides: bool = False
    transcribe: bool = False
    #: Of what is said, such as ``en-US``; "" for the vendor's own choice.
    language: str = ""


@dataclass(frozen=True, slots=True)
class StopRecording(Command):
    """End every recording of the leg: which is which is not known before they are saved."""


@dataclass(frozen=True, slots=True)
class PauseRecording(Command):
    """Leave out what is said from now on, in every recording of the leg."""


@dataclass(frozen=True, slots=True)
class ResumeRecording(Command):
    """Go on recording."""


@dataclass(frozen=True, slots=True)
class Dial(Command):
    """Ring `to` as the caller's leg of a call that we place."""

    to: str
    from_: str
    timeout_s: int = 30
    detect_machine: bool = False


@dataclass(frozen=True, slots=True)
class RunHandler(Command):
    """Call the host's function `handler`; its return comes as an event. Not for Telnyx."""

    handler: str
    variables: Mapping[str, Secret] = field(default_factory=dict)
    #: The step's own settings for the function, such as the URL of an HTTP request.
    options: Mapping[str, Any] = field(default_factory=dict)
    language: str = ""
    timeout_s: int = 5


@dataclass(frozen=True, slots=True)
class Entry:
    """What a host's validator is asked about."""

    field: str
    validator: str
    value: Secret


@dataclass(frozen=True, slots=True)
class RunValidators(Command):
    """Have the host's validators judge entries; the verdicts come as an event. Not for Telnyx."""

    entries: tuple[Entry, ...]
    language: str = ""
    timeout_s: int = 5


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A command with its number in the call."""

    seq: int
    command: Command
    #: Whether it is wanted whatever the call does next, even after its end.
    unconditional: bool = False
