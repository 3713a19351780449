"""A gather under way: the running attempt, which keys are part of it, and what they come to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from voicegather.engine.choices import EntryChoices
from voicegather.engine.events import GatherEnded, GatherStatus, KeyPressed
from voicegather.engine.facts import AttemptPurpose
from voicegather.engine.secret import Secret
from voicegather.engine.state import Key


@dataclass(frozen=True, slots=True)
class Checking:
    """A validator at work: its command number, the entry, and how the entry's gather ended."""

    seq: int
    entry: Secret
    status: GatherStatus | None = None


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
    #: The entry that the site's validator judges now.
    checking: Checking | None = None
    #: The entry that waits for the caller's confirmation, and what the validator made of it.
    candidate: Secret | None = None
    value: Secret | None = None
    #: Whether the attempt is already written down as ended by the call's end.
    closed: bool = False
    #: Whether Telnyx itself told the digits of a closed attempt: then they are the entry.
    told: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """One entry read from keys, whether it is `complete`, and the keys pressed after it."""

    entry: str
    complete: bool
    rest: tuple[Key, ...] = ()


def text_of(keys: Iterable[Key]) -> str:
    return "".join(each.key.reveal() for each in keys)


def with_key(keys: tuple[Key, ...], event: KeyPressed) -> tuple[Key, ...]:
    """`keys` and the pressed one in the order of pressing; a repeated event adds nothing."""
    pressed = Key(event.key, event.at, placed=event.seq is not None)
    if pressed in keys:
        return keys
    return tuple(sorted((*keys, pressed), key=lambda each: each.at))


def read_keys(choices: EntryChoices, keys: tuple[Key, ...], terminator: str) -> Heard:
    """Read one entry from `keys`: to the ending key, or until no longer entry could match."""
    entry = ""
    for used, key in enumerate(keys, start=1):
        pressed = key.key.reveal()
        if terminator and pressed == terminator:
            return Heard(entry or terminator, True, keys[used:])
        entry += pressed
        if not choices.could_extend(entry):
            return Heard(entry, True, keys[used:])
    return Heard(entry, False)


def read_attempt(asking: Asking, choices: EntryChoices, ended: GatherEnded | None) -> Heard:
    """The attempt's entry without its ending key, "" for silence; `ended` None: no word came.

    Whether Telnyx includes the ending key is not documented, so both forms are read. The ending
    key alone is an entry of its own: the caller did press something. Without digits the keys that
    we saw ourselves decide.
    """
    ahead = read_keys(choices, asking.prefix, asking.terminator)
    if ahead.complete:
        return replace(ahead, rest=(*ahead.rest, *_heard_keys(asking, ended)))
    if ended is not None and ended.digits:
        digits = ended.digits.reveal()
        body = digits.removesuffix(asking.terminator) if asking.terminator else digits
        later = tuple(each for each in asking.keys[len(digits) :] if each.at > ended.at)
        return Heard(ahead.entry + body or asking.terminator, True, later)
    own = read_keys(choices, (*asking.prefix, *asking.keys), asking.terminator)
    if not own.entry and ended is not None and ended.status is GatherStatus.VALID:
        return Heard(asking.terminator, True)
    return own


def _heard_keys(asking: Asking, ended: GatherEnded | None) -> tuple[Key, ...]:
    """The keys of the gather itself: those we saw, or its digits when their news is slower."""
    digits = ended.digits.reveal() if ended is not None and ended.digits else ""
    if ended is None or len(digits) <= len(asking.keys):
        return asking.keys
    return tuple(Key(Secret(digit), ended.at) for digit in digits)


def keys_ahead_of(asking: Asking, ended: GatherEnded) -> Asking:
    """The attempt with its keys told apart by the gather's own digits.

    A key that comes without a token may have been pressed before the gather began. Such keys lead
    what we saw, and are not among the digits that the gather heard: they were typed ahead.
    """
    if not ended.digits:
        return asking
    body = ended.digits.reveal().removesuffix(asking.terminator)
    seen = tuple(each for each in asking.keys if each.at <= ended.at)
    pressed = text_of(seen).removesuffix(asking.terminator)
    ahead = len(pressed) - len(body)
    if ahead <= 0 or not pressed.endswith(body) or any(each.placed for each in seen[:ahead]):
        return asking
    return replace(asking, prefix=(*asking.prefix, *seen[:ahead]), keys=asking.keys[ahead:])


def is_complete(asking: Asking, choices: EntryChoices) -> bool:
    """Whether no longer entry could match, although the gather itself would wait for one."""
    if asking.prefix and read_keys(choices, asking.prefix, asking.terminator).complete:
        return True
    pressed = text_of(asking.keys)
    if len(pressed) >= asking.maximum or (asking.terminator and asking.terminator in pressed):
        return False
    return not choices.could_extend(text_of(asking.prefix) + pressed)
