"""What the engine asks of the telephone network, free of the vendor's parameter names."""

from __future__ import annotations

from dataclasses import dataclass, field


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
class Outgoing:
    """A command with its number in the call."""

    seq: int
    command: Command
    #: Whether it is wanted whatever the call does next, even after its end.
    unconditional: bool = False
