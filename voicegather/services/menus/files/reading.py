"""A place in a menu file: reads typed values, and notes what is wrong with path and line."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from voicegather.services.menus.errors import Problem
from voicegather.services.menus.files.yamltree import (
    JSON_INTEGER,
    JSON_NUMBER,
    Mapping,
    Node,
    Scalar,
    Sequence,
)


@dataclass(frozen=True, slots=True)
class Place:
    """A node with its path. Whatever cannot be read is None, and a problem in `problems`."""

    node: Node
    path: str
    problems: list[Problem]

    def fail(self, message: str) -> None:
        """Note that this place cannot stand."""
        self.problems.append(Problem(self.node.line, self.path, message))

    def at(self, node: Node, key: str) -> Place:
        """The place of `key` inside this one."""
        return Place(node, f"{self.path}.{key}" if self.path else key, self.problems)

    def mapping(self) -> dict[str, Place]:
        """The entries by key; a repeated key is a problem, and its first entry counts."""
        if not isinstance(self.node, Mapping):
            self.fail(_("must be a mapping of names to values"))
            return {}
        found: dict[str, Place] = {}
        for key, value in self.node.entries:
            place = Place(key, self.at(key, key.text).path, self.problems)
            if key.text in found:
                place.fail(
                    _("“%(text)s” stands here twice: keep one of the two") % {"text": key.text}
                )
            else:
                found[key.text] = self.at(value, key.text)
        return found

    def fields(self, allowed: Iterable[str], required: Iterable[str] = ()) -> dict[str, Place]:
        """The entries of a mapping whose keys must all be `allowed`."""
        found = self.mapping()
        names = tuple(allowed)
        for name in [name for name in found if name not in names]:
            found.pop(name).fail(unknown_key(name, names))
        if isinstance(self.node, Mapping):
            for name in required:
                if name not in found:
                    self.fail(_("“%(name)s” is missing: add it") % {"name": name})
        return found

    def items(self) -> list[Place]:
        """The places of a list."""
        if not isinstance(self.node, Sequence):
            self.fail(_("must be a list"))
            return []
        return [
            Place(item, f"{self.path}[{index}]", self.problems)
            for index, item in enumerate(self.node.items)
        ]

    def deepest(self, names: tuple[str, ...] | list[str]) -> tuple[Place, tuple[str, ...]]:
        """The place that `names` lead to, list items by number from 0, as far as there is one.

        Returns it with the names that lead nowhere, none where the place was found.
        """
        here = self
        for position, name in enumerate(names):
            inside = here._inside(name)
            if inside is None:
                return here, tuple(names[position:])
            here = inside
        return here, ()

    def _inside(self, name: str) -> Place | None:
        match self.node:
            case Mapping(entries=entries):
                found = (value for key, value in entries if key.text == name)
                node = next(found, None)
                return self.at(node, name) if node is not None else None
            case Sequence(items=items) if name.isdecimal() and int(name) < len(items):
                return Place(items[int(name)], f"{self.path}[{name}]", self.problems)
        return None

    @property
    def is_null(self) -> bool:
        return isinstance(self.node, Scalar) and self.node.is_null

    @property
    def is_mapping(self) -> bool:
        return isinstance(self.node, Mapping)

    def text(self, most: int | None = None) -> str | None:
        """The literal text of a value, quoted or not, of at most `most` characters."""
        if not isinstance(self.node, Scalar):
            self.fail(_("must be text"))
            return None
        if self.node.is_null:
            self.fail(_("has no value: write one, or remove the line"))
            return None
        if most is not None and len(self.node.text) > most:
            self.fail(
                _("has %(count)s characters; the most is %(most)s")
                % {"count": len(self.node.text), "most": most}
            )
            return None
        return self.node.text

    def name(self, pattern: str, example: str, most: int | None = None) -> str | None:
        """Text that matches the whole regular expression `pattern`."""
        text = self.text(most)
        if text is not None and not re.fullmatch(pattern, text):
            self.fail(
                _("“%(text)s” is not written like %(example)s") % {"text": text, "example": example}
            )
            return None
        return text

    def words(self, most: int | None = None) -> str | None:
        """Text that is not empty."""
        text = self.text(most)
        if text == "":
            self.fail(_("is empty: write a value"))
            return None
        return text

    def one_of(self, allowed: Iterable[str]) -> str | None:
        """Text that is one of `allowed`."""
        text, names = self.text(), tuple(allowed)
        if text is not None and text not in names:
            self.fail(_not_among(text, names))
            return None
        return text

    def integer(self, fewest: int, most: int) -> int | None:
        """A whole number within both bounds."""
        value = self.json()
        if not isinstance(value, int) or isinstance(value, bool):
            self.fail(_("must be a whole number"))
            return None
        if not fewest <= value <= most:
            self.fail(
                _("is %(value)s; it must be %(fewest)s to %(most)s")
                % {"value": value, "fewest": fewest, "most": most}
            )
            return None
        return value

    def boolean(self) -> bool | None:
        """``true`` or ``false``."""
        value = self.json()
        if not isinstance(value, bool):
            self.fail(_("must be true or false"))
            return None
        return value

    def true(self) -> None:
        """Nothing but ``true``."""
        if self.json() is not True:
            self.fail(_("can only be true"))

    def json(self) -> Any:
        """Any value as JSON has it; unquoted words that JSON does not know are text."""
        if isinstance(self.node, Mapping):
            return {key: place.json() for key, place in self.mapping().items()}
        if isinstance(self.node, Sequence):
            return [place.json() for place in self.items()]
        return self._json_scalar(self.node)

    def _json_scalar(self, node: Scalar) -> Any:
        if not node.plain:
            return node.text
        if node.is_null:
            return None
        if node.text in ("true", "false"):
            return node.text == "true"
        if len(node.text) <= 40 and JSON_INTEGER.match(node.text):
            return int(node.text)
        if JSON_NUMBER.match(node.text):
            number = float(node.text)
            if math.isfinite(number):
                return number
            self.fail(_("is too large a number"))
        return node.text


def unknown_key(name: str, allowed: tuple[str, ...]) -> str:
    """The message for a key that has no meaning, with the one that was probably meant."""
    close = get_close_matches(name, allowed, n=1)
    if close:
        return _("“%(name)s” is not known here: did you mean “%(close)s”?") % {
            "name": name,
            "close": close[0],
        }
    return _("“%(name)s” is not known here; known here: %(known)s") % {
        "name": name,
        "known": ", ".join(allowed),
    }


def _not_among(text: str, allowed: tuple[str, ...]) -> str:
    known = ", ".join(allowed)
    close = get_close_matches(text, allowed, n=1)
    if close:
        return _("“%(text)s” is not one of %(known)s: did you mean “%(close)s”?") % {
            "text": text,
            "known": known,
            "close": close[0],
        }
    return _("“%(text)s” is not one of %(known)s") % {"text": text, "known": known}
