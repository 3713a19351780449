"""A gather under way: the running attempt, and which keys are part of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from voicegather.engine.choices import EntryChoices
from voicegather.engine.events import KeyPressed
from voicegather.engine.facts import AttemptPurpose
from voicegather.engine.secret import Secret
from voicegather.engine.state import Key


@dataclass(frozen=True, slots=True)
class Asking:
    """The attempt that runs now, and what this visit has seen so far."""

    attempt: int = 0
    purpose: AttemptPurpose = AttemptPurpose.ENTRY
    #: The gather's command number, and that of our own stop (0: none yet).
    seq: int = 0
    stop_seq: int = 0
    prompt: str = ""
    #: Messages spoken in one breath with the prompt.
    prelude: tuple[str, ...] = ()
    no_input: int = 0
    invalid: int = 0
    reissued: int = 0
    #: Keys typed ahead of this attempt's gather, and keys pressed during it.
    prefix: tuple[Key, ...] = ()
    keys: tuple[Key, ...] = ()
    #: How many keys the gather takes, and the key that ends it early.
    maximum: int = 0
    terminator: str = ""
    #: Time-outs and slack after the prompt's end, in milliseconds.
    patience_ms: int = 0
    #: The entry that waits for the caller's confirmation.
    candidate: Secret | None = None
    #: Whether the attempt is already written down as ended by the caller's hang-up.
    closed: bool = False

    @property
    def typed(self) -> str:
        """What the caller is known to have typed in this attempt, in order of pressing."""
        return text_of(self.prefix) + text_of(self.keys)


def text_of(keys: Iterable[Key]) -> str:
    return "".join(each.key.reveal() for each in keys)


def with_key(keys: tuple[Key, ...], event: KeyPressed) -> tuple[Key, ...]:
    """`keys` and the pressed one in the order of pressing; a repeated event adds nothing."""
    pressed = Key(event.key, event.at)
    if pressed in keys:
        return keys
    return tuple(sorted((*keys, pressed), key=lambda each: each.at))


@dataclass(frozen=True, slots=True)
class TypedAhead:
    """How far keys pressed before the prompt go: a `complete` entry, and the keys left over."""

    entry: str
    complete: bool
    rest: tuple[Key, ...]


def take_typed_ahead(choices: EntryChoices, keys: tuple[Key, ...], terminator: str) -> TypedAhead:
    """Take one entry from `keys`, as a gather with this `terminator` would have."""
    entry = ""
    for used, key in enumerate(keys, start=1):
        pressed = key.key.reveal()
        if terminator and pressed == terminator:
            return TypedAhead(entry or terminator, True, keys[used:])
        entry += pressed
        if not choices.could_extend(entry):
            return TypedAhead(entry, True, keys[used:])
    return TypedAhead(entry, False, ())
