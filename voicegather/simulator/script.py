"""What a caller does, as data: parsed from YAML's lists."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from voicegather.simulator.errors import ScriptError

#: How long a caller hesitates when a script says nothing of it.
HESITATION_SECONDS = 0.3
PRESSABLE = re.compile(r"[0-9A-D*#]+")


@dataclass(frozen=True, slots=True)
class Press:
    """Wait for a gather (or a new try of one) that has no answer yet, then press keys into it.

    The first key comes `after` simulated seconds from its beginning, the others `gap` apart.
    """

    keys: str
    after: float = HESITATION_SECONDS
    gap: float = 0.2


@dataclass(frozen=True, slots=True)
class PressNow:
    """Press keys at once, whatever runs, once the call is answered: type-ahead."""

    keys: str
    gap: float = 0.2


@dataclass(frozen=True, slots=True)
class Say:
    """Wait until an AI gather or an assistant listens, then speak into it.

    `after` simulated seconds later the words begin; the step is over when they were understood.
    `values` is what the model of an AI gather makes of them: fields and values, right or wrong.
    `reply` is what the model answers; without it an AI gather asks for the next field, and an
    assistant says that it understood.
    """

    words: str
    values: Mapping[str, Any] = field(default_factory=dict)
    reply: str | None = None
    after: float = HESITATION_SECONDS


class Ending(StrEnum):
    """Who ends a conversation when its lines are all said."""

    NOBODY = "nobody"
    CALLER = "caller"
    ASSISTANT = "assistant"


@dataclass(frozen=True, slots=True)
class Converse:
    """Speak with an assistant: the caller's and the assistant's lines in turn.

    A caller who ends it hangs up when the assistant listens again; an assistant that ends it
    leaves the call to the application.
    """

    lines: tuple[str, ...]
    ending: Ending = Ending.NOBODY
    after: float = HESITATION_SECONDS


@dataclass(frozen=True, slots=True)
class AiFails:
    """The provider of the model or the voice fails in the AI gather or conversation that runs."""


@dataclass(frozen=True, slots=True)
class StaySilent:
    """Let the running or the next gather's try, or a conversation's turn, run out."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Do nothing for some simulated seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Hear:
    """Wait until a prompt that contains `text`, in any case, begins (or began since the last
    key)."""

    text: str


@dataclass(frozen=True, slots=True)
class HangUp:
    """Hang up now, even before the call is answered."""


@dataclass(frozen=True, slots=True)
class HangUpDuringGather:
    """Hang up so many simulated seconds into a gather, or a turn, that has no answer yet."""

    after: float


@dataclass(frozen=True, slots=True)
class ExpectEnd:
    """Wait until the application ends the call."""


Step = (
    Press
    | PressNow
    | Say
    | Converse
    | AiFails
    | StaySilent
    | Wait
    | Hear
    | HangUp
    | HangUpDuringGather
    | ExpectEnd
)
Script = tuple[Step, ...]


def parse_script(items: Sequence[Any]) -> Script:
    """Read a script: a list whose items are a word (`hang_up`) or a mapping (`press: "12#"`).

    `press` may have `after` and `gap` beside it, `press_now` may have `gap` (simulated seconds);
    `answer` may have `say`, `reply` and `after`, `say` may have the latter two, and `converse`
    may have `ends` and `after`.
    Every script ends with `expect_end` or a hang-up: an `expect_end` is added when none is there.
    Raises `ScriptError`, which names the item.
    """
    if isinstance(items, str | bytes) or not isinstance(items, Sequence):
        raise ScriptError(f"A script is a list of actions, not {items!r}.")
    steps = tuple(_parse_item(number, item) for number, item in enumerate(items, start=1))
    if not steps or not isinstance(steps[-1], HangUp | HangUpDuringGather | ExpectEnd):
        steps = (*steps, ExpectEnd())
    return steps


def _parse_item(number: int, item: Any) -> Step:
    options = {item: None} if isinstance(item, str) else item
    if not isinstance(options, dict) or not options:
        raise _error(number, item, 'must be a word or a mapping such as press: "1"')
    action, value = next(iter(options.items()))
    reader = READERS.get(action)
    if reader is None:
        raise _error(number, item, f"is none of {', '.join(READERS)}")
    rest = {name: seconds for name, seconds in options.items() if name != action}
    try:
        return reader(value, rest)
    except ScriptError as error:
        raise _error(number, item, str(error)) from None


def _error(number: int, item: Any, detail: str) -> ScriptError:
    return ScriptError(f"Item {number} of the script ({item!r}) {detail}.")


def _press(value: Any, rest: dict[Any, Any]) -> Step:
    return Press(_keys(value), **_times(rest, {"after", "gap"}))


def _press_now(value: Any, rest: dict[Any, Any]) -> Step:
    return PressNow(_keys(value), **_times(rest, {"gap"}))


def _answer(value: Any, rest: dict[Any, Any]) -> Step:
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        raise ScriptError("needs fields and their values, such as answer: {age: 29}")
    if not value:
        raise ScriptError("needs at least one field; a caller who gives none is a say")
    words = _optional_text(rest, "say") or ", ".join(str(one) for one in value.values())
    return Say(words, value, _optional_text(rest, "reply"), _after(rest))


def _say(value: Any, rest: dict[Any, Any]) -> Step:
    reply = _optional_text(rest, "reply")
    return Say(_text(value), {}, reply, _after(rest))


def _converse(value: Any, rest: dict[Any, Any]) -> Step:
    if not isinstance(value, list) or not value:
        raise ScriptError("needs a list of lines, the caller's and the assistant's in turn")
    ends = rest.pop("ends", Ending.NOBODY.value)
    if ends not in set(Ending):
        raise ScriptError(f"ends by one of {', '.join(Ending)}")
    return Converse(tuple(_text(line) for line in value), Ending(ends), _after(rest))


def _wait(value: Any, rest: dict[Any, Any]) -> Step:
    _times(rest, set())
    return Wait(_seconds(value))


def _hear(value: Any, rest: dict[Any, Any]) -> Step:
    _times(rest, set())
    if not isinstance(value, str) or not value:
        raise ScriptError("needs the text to hear")
    return Hear(value)


def _hang_up_during_gather(value: Any, rest: dict[Any, Any]) -> Step:
    _times(rest, set())
    return HangUpDuringGather(_seconds(value))


def _word(step: Step) -> Callable[[Any, dict[Any, Any]], Step]:
    def read(value: Any, rest: dict[Any, Any]) -> Step:
        _times(rest, set())
        if value is not None:
            raise ScriptError("takes no value")
        return step

    return read


READERS: dict[Any, Callable[[Any, dict[Any, Any]], Step]] = {
    "press": _press,
    "press_now": _press_now,
    "answer": _answer,
    "say": _say,
    "converse": _converse,
    "ai_fails": _word(AiFails()),
    "stay_silent": _word(StaySilent()),
    "wait": _wait,
    "hear": _hear,
    "hang_up": _word(HangUp()),
    "hang_up_during_gather": _hang_up_during_gather,
    "expect_end": _word(ExpectEnd()),
}


def _keys(value: Any) -> str:
    if not isinstance(value, str):
        raise ScriptError("needs its keys in quotes, for YAML reads 012 as a number")
    if not PRESSABLE.fullmatch(value):
        raise ScriptError("may press the keys 0-9, *, # and A-D only")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ScriptError("needs words, in quotes where YAML reads something else")
    return value


def _optional_text(rest: dict[Any, Any], name: str) -> str | None:
    """Take an option out of `rest`."""
    return _text(rest.pop(name)) if name in rest else None


def _after(rest: dict[Any, Any]) -> float:
    return _times(rest, {"after"}).get("after", HESITATION_SECONDS)


def _times(rest: dict[Any, Any], allowed: set[str]) -> dict[str, float]:
    unknown = [str(name) for name in rest if name not in allowed]
    if unknown:
        raise ScriptError(f"does not take {', '.join(unknown)}")
    return {name: _seconds(value) for name, value in rest.items()}


def _seconds(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 86_400:
        raise ScriptError("needs a time in seconds, from 0 to a day")
    return float(value)
