"""YAML text as a tree that remembers its lines, safe to build from a stranger's file.

Scalars keep their literal text, so that ``0123``, ``on`` and ``no`` stay what the author typed;
whoever reads a node decides what it should be. Aliases share one node, and their expanded size is
counted before anything walks them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml
from django.utils.translation import gettext as _

from voicegather.services.display import grouped
from voicegather.services.menus.errors import MenuFileError, Problem

MOST_BYTES = 2 * 1024 * 1024
MOST_NODES = 200_000
MOST_DEPTH = 20

#: The numbers of JSON: anything else that is not quoted stays text.
JSON_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)\Z")
JSON_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?\Z")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value. `plain` tells that it stood without quotes."""

    text: str
    line: int
    plain: bool
    size: int = 1
    height: int = 1

    @property
    def is_null(self) -> bool:
        return self.plain and self.text in ("", "~", "null")


@dataclass(frozen=True, slots=True)
class Sequence:
    items: tuple[Node, ...]
    line: int
    size: int
    height: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Entries as they stand in the file, repeated keys included."""

    entries: tuple[tuple[Scalar, Node], ...]
    line: int
    size: int
    height: int


Node: TypeAlias = Scalar | Sequence | Mapping


def parse_yaml(text: str) -> Node:
    """The tree of the one document in `text`.

    Raises MenuFileError where it is no YAML, larger than 2 MiB, deeper than 20 levels, more than
    200,000 nodes with its aliases expanded, or uses tags.
    """
    if _UNSTORABLE.search(text):
        raise _refusal(1, _("the file has characters that cannot be stored; save it as UTF-8"))
    if len(text.encode()) > MOST_BYTES:
        raise _refusal(
            1,
            _("the file is larger than %(most)s MiB; split the menu")
            % {"most": MOST_BYTES // 1024**2},
        )
    try:
        return _Builder().build(yaml.parse(text, Loader=yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise _refusal(
            line, _("this is not YAML: %(problem)s") % {"problem": error.problem or error.context}
        ) from None
    except yaml.YAMLError as error:
        raise _refusal(
            1, _("this is not YAML: %(error)s") % {"error": str(error).splitlines()[0]}
        ) from None


def _refusal(line: int, message: str) -> MenuFileError:
    return MenuFileError((Problem(line, "", message),))


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    line: int
    anchor: str | None
    is_mapping: bool
    children: list[Node] = field(default_factory=list)

    def close(self) -> Node:
        size = 1 + sum(child.size for child in self.children)
        height = 1 + max((child.height for child in self.children), default=0)
        if not self.is_mapping:
            return Sequence(tuple(self.children), self.line, size, height)
        entries: list[tuple[Scalar, Node]] = []
        for key, value in zip(self.children[::2], self.children[1::2], strict=True):
            if not isinstance(key, Scalar):
                raise _refusal(key.line, _("a key must be one word, not a list or a mapping"))
            entries.append((key, value))
        return Mapping(tuple(entries), self.line, size, height)


class _Builder:
    """Builds the tree from parser events without recursion, whatever the file's depth."""

    def __init__(self) -> None:
        self._open: list[_Open] = []
        self._anchors: dict[str, Node] = {}
        self._root: Node | None = None
        self._documents = 0

    def build(self, events: Iterator[Any]) -> Node:
        for event in events:
            line = event.start_mark.line + 1
            match event:
                case yaml.DocumentStartEvent():
                    self._documents += 1
                    if self._documents > 1:
                        raise _refusal(
                            line, _("one file holds one menu: remove the second document")
                        )
                case yaml.AliasEvent():
                    self._add(self._target(str(event.anchor), line), line)
                case yaml.ScalarEvent():
                    self._refuse_tag(event, line)
                    plain = event.implicit[0]
                    self._finish(Scalar(event.value, line, plain), event.anchor, line)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._refuse_tag(event, line)
                    is_mapping = isinstance(event, yaml.MappingStartEvent)
                    self._open.append(_Open(line, event.anchor, is_mapping))
                    self._check_depth(len(self._open), line)
                case yaml.CollectionEndEvent():
                    done = self._open.pop()
                    self._finish(done.close(), done.anchor, done.line)
        if self._root is None:
            raise _refusal(1, _("the file is empty"))
        return self._root

    def _target(self, anchor: str, line: int) -> Node:
        if anchor not in self._anchors:
            raise _refusal(
                line,
                _("*%(anchor)s repeats something that is not complete before it")
                % {"anchor": anchor},
            )
        return self._anchors[anchor]

    def _finish(self, node: Node, anchor: str | None, line: int) -> None:
        if anchor:
            self._anchors[anchor] = node
        self._add(node, line)

    def _add(self, node: Node, line: int) -> None:
        self._check_depth(len(self._open) + node.height, line)
        if node.size > MOST_NODES:
            raise _refusal(
                line,
                _("the file unfolds to more than %(most_nodes)s values: write less")
                % {"most_nodes": grouped(MOST_NODES)},
            )
        if isinstance(node, Scalar) and _UNSTORABLE.search(node.text):
            raise _refusal(line, _("an escape such as \\0 makes a character that cannot be stored"))
        if self._open:
            self._open[-1].children.append(node)
        else:
            self._root = node

    def _check_depth(self, depth: int, line: int) -> None:
        if depth > MOST_DEPTH:
            raise _refusal(
                line,
                _("the file is nested deeper than %(most_depth)s levels")
                % {"most_depth": MOST_DEPTH},
            )

    def _refuse_tag(self, event: Any, line: int) -> None:
        if event.tag is not None:
            raise _refusal(
                line, _("tags such as %(tag)s are not allowed: remove it") % {"tag": event.tag}
            )
