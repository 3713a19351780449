"""The vocabulary of the command tables: what a parameter may be, and which code refuses it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any
from urllib.parse import urlsplit
from xml.parsers import expat

from voicegather.simulator import errors

KEYS = "0123456789*#"
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
SIP_URI = re.compile(r"sips?:[^\s@]+@[^\s@]+")
VOICE = re.compile(
    r"(AWS\.Polly|Polly|AWS|Azure|ElevenLabs|Telnyx|Minimax|Resemble|Inworld|FishAudio|Soniox|Rime"
    r"|xAI|Humain)(\.[^\s]+)?"
)
LEGACY_VOICES = frozenset({"male", "female"})
MAXIMUM_TEXT = 3000
LARGEST_INTEGER = 2**31 - 1

Check = Callable[[Any], str | None]


class Kind(Enum):
    """JSON types a parameter may have."""

    TEXT = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    OBJECT = "object"
    ARRAY = "array"
    LOOP = "loop"
    TEXT_OR_ARRAY = "string or array"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a command.

    `minimum` and `maximum` bound a number's value or a text's length. `check` returns what is
    wrong with a value, or None. `code` is Telnyx's error code for a value it does not take
    (Telnyx docs: API errors).
    """

    kind: Kind
    code: str = errors.BAD_REQUEST
    required: bool = False
    choices: tuple[str | int, ...] = ()
    minimum: int | None = None
    maximum: int | None = None
    check: Check | None = None

    def needed(self) -> Parameter:
        """The same parameter, required."""
        return replace(self, required=True)


def text(
    *,
    code: str = errors.BAD_REQUEST,
    shortest: int | None = None,
    longest: int | None = None,
    check: Check | None = None,
) -> Parameter:
    """A string; lengths in characters."""
    return Parameter(Kind.TEXT, code=code, minimum=shortest, maximum=longest, check=check)


def integer(minimum: int, maximum: int, *, code: str = "10033") -> Parameter:
    """A whole number between two bounds, both included."""
    return Parameter(Kind.INTEGER, code=code, minimum=minimum, maximum=maximum)


def number(minimum: int, maximum: int, *, code: str = "10033") -> Parameter:
    """Any number between two bounds, both included."""
    return Parameter(Kind.NUMBER, code=code, minimum=minimum, maximum=maximum)


def one_of(*choices: str | int, code: str = "10032") -> Parameter:
    """One of a few values."""
    kind = Kind.INTEGER if isinstance(choices[0], int) else Kind.TEXT
    return Parameter(kind, code=code, choices=choices)


def flag() -> Parameter:
    """true or false."""
    return Parameter(Kind.BOOLEAN)


def mapping(check: Check | None = None, *, code: str = errors.BAD_REQUEST) -> Parameter:
    """A JSON object."""
    return Parameter(Kind.OBJECT, code=code, check=check)


def listing(check: Check | None = None) -> Parameter:
    """A JSON array."""
    return Parameter(Kind.ARRAY, check=check)


def matching(pattern: re.Pattern[str], wanted: str) -> Check:
    """A check that the whole text matches; `wanted` says in words what was expected."""
    return lambda value: None if pattern.fullmatch(value) else f"must be {wanted}"


def base64_line(value: str) -> str | None:
    """client_state is one line of base64 (Telnyx docs: client_state)."""
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return "must be a valid Base64 encoded string"
    return None


def destination(value: str) -> str | None:
    """An E.164 number or a SIP URI."""
    if E164.fullmatch(value) or SIP_URI.fullmatch(value):
        return None
    return "must be a phone number in +E.164 format or a SIP URI"


def destinations(value: str | list[Any]) -> str | None:
    """One destination, or a list of them."""
    for one in [value] if isinstance(value, str) else value:
        if not isinstance(one, str) or destination(one.partition(",")[0]):
            return "must be a phone number in +E.164 format or a SIP URI, or a list of them"
    return None if value else "must not be empty"


def web_address(value: str) -> str | None:
    """An http(s) URL of at most 2,000 characters."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or len(value) > 2000:
        return "must be an http or https URL of at most 2000 characters"
    return None


def known_voice(value: str) -> str | None:
    """A voice is `Provider.Model.VoiceId`, a provider alone, or a legacy one."""
    if value in LEGACY_VOICES or VOICE.fullmatch(value):
        return None
    return "must be a voice such as AWS.Polly.Joanna or Telnyx.KokoroTTS.af"


def full_voice(value: str) -> str | None:
    """A known voice, but no legacy one: the AI commands refuse those."""
    if value in LEGACY_VOICES:
        return "must not be a legacy voice: give one such as Telnyx.KokoroTTS.af"
    return known_voice(value)


def voice_settings(value: dict[str, Any]) -> str | None:
    """voice_settings is told apart by its `type`."""
    return None if isinstance(value.get("type"), str) else "must hold a type"


def distinct_keys(value: str) -> str | None:
    """Characters of a telephone's keypad."""
    return None if value and set(value) <= set(KEYS) else f"must be made of {KEYS}"


def one_key_or_none(value: str) -> str | None:
    """One key; the empty string switches the terminator off."""
    return None if value == "" or (len(value) == 1 and value in KEYS) else f"must be one of {KEYS}"


def spoken_markup(value: str) -> str | None:
    """SSML is well-formed XML whose root is `speak`, without a document type."""
    roots: list[str] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: roots.append(name)
    try:
        if "<!" in value:
            return "must not hold a document type or comments"
        parser.Parse(value, True)
    except expat.ExpatError as error:
        return f"is not well-formed SSML: {error}"
    return None if roots[0] == "speak" else "must have the root element speak"
