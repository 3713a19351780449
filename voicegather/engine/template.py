"""Variables in prompts: ``{{ name }}``, or ``{{ name|digits }}`` to say it digit by digit."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*(?:\|\s*([A-Za-z_]+)\s*)?\}\}")
_BRACES = re.compile(r"\{\{|\}\}")
_TAG = re.compile(r"<[^>]*>")
_BREAK = re.compile(
    r"<break\s[^>]*time\s*=\s*[\"']\s*(\d+(?:\.\d+)?|\.\d+)\s*(ms|s)", re.IGNORECASE
)

FILTERS = frozenset({"digits"})


@dataclass(frozen=True, slots=True)
class Placeholder:
    """One ``{{ name|filter }}``; `filter` is "" where there is none."""

    name: str
    filter: str


def placeholders(text: str) -> list[Placeholder]:
    """Every variable that `text` speaks, in order."""
    return [Placeholder(name, used or "") for name, used in _PLACEHOLDER.findall(text)]


def placeholder_pieces(text: str) -> list[str | Placeholder]:
    """`text` in reading order: what stands in it as it is, and the variables between."""
    pieces: list[str | Placeholder] = []
    at = 0
    for found in _PLACEHOLDER.finditer(text):
        pieces.append(text[at : found.start()])
        pieces.append(Placeholder(found.group(1), found.group(2) or ""))
        at = found.end()
    return [each for each in (*pieces, text[at:]) if each]


def has_stray_braces(text: str) -> bool:
    """Whether ``{{`` or ``}}`` is left over once every well-formed placeholder is taken out."""
    return bool(_BRACES.search(_PLACEHOLDER.sub("", text)))


def render(text: str, lookup: Callable[[str], str], *, ssml: bool) -> str:
    """`text` with every placeholder filled in; values are escaped for SSML."""
    if "{{" not in text:
        return text

    def fill(found: re.Match[str]) -> str:
        value = lookup(found.group(1))
        if found.group(2) == "digits":
            value = digit_by_digit(value)
        return escape(value, {'"': "&quot;", "'": "&apos;"}) if ssml else value

    return _PLACEHOLDER.sub(fill, text)


def digit_by_digit(value: str) -> str:
    """``"+15550101"`` as ``"1, 5, 5, 5, 0, 1, 0, 1"``: every voice reads it as single digits."""
    return ", ".join(each for each in value if each.isalnum() or each in "*#")


def speaking_ms(text: str, *, ssml: bool) -> int:
    """A generous guess at how long a voice takes for `text`, in milliseconds.

    Voices speak about 15 characters a second; the guess takes 11, because it only bounds how
    long the engine waits before it looks after a call that fell silent.
    """
    pauses = 0.0
    if ssml:
        for amount, unit in _BREAK.findall(text):
            pauses += float(amount) * (1 if unit.lower() == "ms" else 1000)
        text = _TAG.sub("", text)
    return 1000 + len(text) * 1000 // 11 + int(pauses)
