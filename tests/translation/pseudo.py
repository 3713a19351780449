"""A pretended language in which every text of a catalogue stands in marks: ⟦Save⟧.

What stands outside the marks on a page was written into it, and nobody can translate it.
"""

from __future__ import annotations

import gettext
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation

from tests.translation.gettext_tools import COMPILED

OPEN, CLOSE = "⟦", "⟧"
#: Those whose pages ours are made of.
_OTHERS = (
    "django/conf",
    "django/contrib/admin",
    "django/contrib/auth",
    "django/contrib/contenttypes",
    "rest_framework",
)
#: What a screen shows, or is read aloud, beside the text between tags.
_SHOWN = {"alt", "aria-label", "aria-description", "content", "placeholder", "title"}
#: What is meant for machines, or was typed by people.
_TYPED = {"style", "code", "pre", "textarea"}
_BUTTONS = {"submit", "button", "reset"}


@contextmanager
def pseudo_language() -> Iterator[None]:
    """Texts that a catalogue knows come in marks; all others as they are."""
    known = _known_texts()
    real = translation._trans

    def marked(text: str, found: str) -> str:
        return f"{OPEN}{found}{CLOSE}" if text in known else found

    def singular(message: str) -> str:
        return marked(message, real_gettext(message))

    def plural(one: str, many: str, number: int) -> str:
        return marked(one, real_ngettext(one, many, number))

    def with_context(context: str, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def plural_with_context(context: str, one: str, many: str, number: int) -> str:
        return f"{OPEN}{one if number == 1 else many}{CLOSE}"

    real_gettext: Callable[[str], str] = real.gettext
    real_ngettext: Callable[[str, str, int], str] = real.ngettext
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(real, "gettext", singular)
        patch.setattr(real, "ngettext", plural)
        patch.setattr(real, "pgettext", with_context)
        patch.setattr(real, "npgettext", plural_with_context)
        yield


@cache
def _known_texts() -> frozenset[str]:
    paths = [COMPILED, *(_catalogue_of(name) for name in _OTHERS)]
    texts: set[str] = set()
    for path in paths:
        with path.open("rb") as file:
            # The catalogue's own keys: texts, and (text, form) of plurals.
            keys = gettext.GNUTranslations(file)._catalog  # type: ignore[attr-defined]
        texts |= {key if isinstance(key, str) else key[0] for key in keys}
    return frozenset(texts) - {""}


def _catalogue_of(name: str) -> Path:
    package, _slash, inside = name.partition("/")
    spec = find_spec(package)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / inside / "locale" / "es" / "LC_MESSAGES" / "django.mo"


def unmarked(page: str) -> list[str]:
    """The texts of an HTML page that stand outside the marks."""
    parser = _Shown()
    parser.feed(page)
    parser.close()
    shown = _without_marks("\n".join(parser.texts))
    return [text for text in map(str.strip, shown.split("\n")) if text]


def _without_marks(text: str) -> str:
    """Nested marks are what a value was that a marked text took."""
    depth, kept = 0, []
    for sign in text:
        if sign == OPEN:
            depth += 1
        elif sign == CLOSE:
            depth = max(0, depth - 1)
        elif not depth or sign == "\n":
            kept.append(sign)
    return re.sub(r"[ \t]+", " ", "".join(kept))


class _Shown(HTMLParser):
    """Collects what a reader, or a reader aloud, meets on a page."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._silent = ""
        self._in_json = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = dict(attrs)
        if tag in _TYPED or (tag == "script" and of.get("type") != "application/json"):
            self._silent = self._silent or tag
        self._in_json = tag == "script" and not self._silent
        for name, value in attrs:
            if value and self._is_shown(tag, name, of):
                self.texts += _sentences(value)

    def _is_shown(self, tag: str, name: str, of: dict[str, Any]) -> bool:
        if name == "content":
            return tag == "meta" and of.get("name") == "description"
        if name == "value":
            return tag == "input" and of.get("type") in _BUTTONS
        # Scripts say these.
        is_sentence = name.startswith("data-") and " " in (of[name] or "")
        return name in _SHOWN or is_sentence

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""
        self._in_json = False

    def handle_data(self, data: str) -> None:
        if self._in_json:
            self.texts += _sentences(data)
        elif not self._silent:
            self.texts.append(data)


def _sentences(text: str) -> list[str]:
    """The text, or where it is JSON what is in it and not one bare word."""
    try:
        return [each for each in _strings(json.loads(text)) if " " in each]
    except ValueError:
        return [text]


def _strings(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _strings(each)
        case list():
            for each in value:
                yield from _strings(each)
