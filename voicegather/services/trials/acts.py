"""What a tester does in a test call, and what they say in place of the outside world.

An act's JSON form is ``{"act": name, …}`` with the fields of its class.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from voicegather.engine.codec import CodecError, from_json, to_json
from voicegather.engine.entries import KEYS
from voicegather.engine.secret import Secret
from voicegather.services.trials.errors import ActError

MOST_KEYS = 64
MOST_CHARACTERS = 1_000
MOST_VALUES = 50

_ACTS: dict[str, type[Act]] = {}


class Fate(StrEnum):
    """What becomes of the person that a transfer rings."""

    ANSWERED = "answered"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    #: The target, who answered, hangs up.
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Act:
    """Subclassing registers the act under its `name`."""

    name: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        if "name" in cls.__dict__:
            _ACTS[cls.name] = cls


@dataclass(frozen=True, slots=True)
class Press(Act):
    """Press keys one after the other, faster than any prompt is spoken."""

    name: ClassVar[str] = "press"
    keys: Secret


@dataclass(frozen=True, slots=True)
class Say(Act):
    """Say something to the model that listens; it fills no field."""

    name: ClassVar[str] = "say"
    text: Secret


@dataclass(frozen=True, slots=True)
class Answer(Act):
    """What the model of an AI gather has understood when it ends, as text by the field."""

    name: ClassVar[str] = "answer"
    values: Mapping[str, Secret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StaySilent(Act):
    """Let whatever waits for the caller, or for the outside world, run out."""

    name: ClassVar[str] = "stay_silent"


@dataclass(frozen=True, slots=True)
class HangUp(Act):
    """The caller hangs up."""

    name: ClassVar[str] = "hang_up"


@dataclass(frozen=True, slots=True)
class AssistantEnds(Act):
    name: ClassVar[str] = "assistant_ends"


@dataclass(frozen=True, slots=True)
class ModelFails(Act):
    """The provider of the model or the voice fails."""

    name: ClassVar[str] = "model_fails"


@dataclass(frozen=True, slots=True)
class Return(Act):
    """What the site's handler returns: variables, and the exit to take ("" for ``done``)."""

    name: ClassVar[str] = "return"
    values: Mapping[str, Secret] = field(default_factory=dict)
    exit: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a validator says of an entry; an accepted `value` of "" stands for the entry itself."""

    accepted: bool = True
    value: Secret = Secret("")
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Judge(Act):
    """What the site's validators say, by the field."""

    name: ClassVar[str] = "judge"
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fail(Act):
    """The site's handler or validator fails."""

    name: ClassVar[str] = "fail"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TargetActs(Act):
    name: ClassVar[str] = "target"
    fate: Fate


def act_document(act: Act) -> dict[str, Any]:
    """The act as JSON, in plain text."""
    return {"act": act.name, **to_json(act)}


def read_act(document: object) -> Act:
    """The act of a JSON document; raises ActError with what is wrong about it."""
    found = _ACTS.get(str(document.get("act"))) if isinstance(document, dict) else None
    if found is None:
        raise ActError(_("This is not an act of a test call: %s.") % ", ".join(sorted(_ACTS)))
    try:
        return checked(from_json(found, document))
    except CodecError as problem:
        raise ActError(f"{found.name}: {problem}") from problem


def checked(act: Act) -> Act:
    """The act, tidied; raises ActError where it holds what no caller could do."""
    match act:
        case Press():
            keys = "".join(act.keys.reveal().split())
            if not keys or not set(keys) <= KEYS or len(keys) > MOST_KEYS:
                message = _("Keys are 0–9, * and #, at most %(most)s at a time.")
                raise ActError(message % {"most": MOST_KEYS})
            return replace(act, keys=Secret(keys))
        case Say():
            text = act.text.reveal().strip()
            if not text or len(text) > MOST_CHARACTERS:
                message = _("Say something, of at most %(most)s characters.")
                raise ActError(message % {"most": MOST_CHARACTERS})
            return replace(act, text=Secret(text))
        case Answer() | Return():
            too_long = any(len(each.reveal()) > MOST_CHARACTERS for each in act.values.values())
            if too_long or len(act.values) > MOST_VALUES:
                message = _("At most %(values)s values, each of at most %(most)s characters.")
                raise ActError(message % {"values": MOST_VALUES, "most": MOST_CHARACTERS})
    return act
