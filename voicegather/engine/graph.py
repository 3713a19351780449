"""The compiled menu: what a published version holds and a call walks through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, Protocol

from voicegather.engine.choices import EntryChoices
from voicegather.engine.codec import CodecError, always_stored, from_json
from voicegather.engine.edges import Edge, Match
from voicegather.engine.hours import Hours
from voicegather.engine.kinds import check_settings, kind_named
from voicegather.engine.variables import DeclaredVariable
from voicegather.engine.wording import marked as _

FORMAT = 1


class Sensitivity(StrEnum):
    """Who may see what a step collected: everyone, the last characters only, or nobody."""

    NORMAL = _("normal")
    MASKED = _("masked")
    SECRET = _("secret")


class WordsKind(StrEnum):
    """Where a prompt's sound comes from."""

    TEXT = "text"
    SSML = "ssml"
    AUDIO = "audio"
    MEDIA = "media"


@dataclass(frozen=True, slots=True)
class Words:
    """A prompt in one language. `duration_ms` is 0 where the length of audio is not known."""

    kind: WordsKind
    text: str = ""
    voice: str = ""
    voice_language: str = ""
    voice_settings: Mapping[str, Any] = field(default_factory=dict)
    url: str = ""
    media_name: str = ""
    duration_ms: int = 0


@dataclass(frozen=True)
class StepNode:
    """One step with every edge out of it, the inherited global ones last."""

    key: str
    kind: str
    config: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    sensitivity: Sensitivity = Sensitivity.NORMAL
    #: Of a masked entry, how many of the last characters are shown.
    shown_last: int = 4
    #: Whether a call that comes here has got what it called for. Calls do nothing differently.
    success: bool = False
    edges: tuple[Edge, ...] = ()

    @cached_property
    def settings(self) -> Any:
        """The kind's own dataclass of settings, read once a process; raises CodecError."""
        kind = kind_named(self.kind)
        if kind is None:
            raise CodecError(f"step {self.key} is of the kind {self.kind}, unknown to this release")
        settings, problems = check_settings(kind, dict(self.config))
        if problems:
            first = problems[0]
            raise CodecError(f"step {self.key}: {first.field} {first.message}")
        return settings

    @cached_property
    def choices(self) -> EntryChoices:
        """The edges that keys can take."""
        fewest = getattr(self.settings, "minimum_digits", 1)
        most = getattr(self.settings, "maximum_digits", 128)
        return EntryChoices.of(self.edges, fewest=fewest, most=most)

    @property
    def wishes(self) -> tuple[Edge, ...]:
        """The menu's global choices of one key, which this step inherits."""
        return tuple(
            edge
            for edge in self.edges
            if edge.inherited and edge.match is Match.DIGITS and len(edge.value) == 1
        )

    def label_of(self, edge: Edge) -> str:
        """How the ledger names `edge`: of a sensitive step without the keys that took it."""
        discreet = self.sensitivity is not Sensitivity.NORMAL and not edge.inherited
        return edge.match.value if discreet else edge.label

    def exit_edge(self, name: str) -> Edge | None:
        """The edge of an exit such as ``no_input``, else ``otherwise``, else None."""
        return self._edge(Match.EXIT, name) or self._edge(Match.OTHERWISE)

    def value_edge(self, value: str) -> Edge | None:
        """The edge of a variable's value, else ``otherwise``, else None."""
        return self._edge(Match.VALUE, value) or self._edge(Match.OTHERWISE)

    def field_edge(self, values: Mapping[str, str]) -> Edge | None:
        """The first edge on one of these fields' values, None where there is none."""
        for edge in self.edges:
            name, _, wanted = edge.value.partition("=")
            if edge.match is Match.FIELD and values.get(name) == wanted:
                return edge
        return None

    def _edge(self, match: Match, value: str | None = None) -> Edge | None:
        for edge in self.edges:
            if edge.match is match and (value is None or edge.value == value):
                return edge
        return None


@dataclass(frozen=True)
class Graph:
    """A menu as it was published. `sha256` names its content and is not part of it."""

    menu: str
    entry: str
    languages: tuple[str, ...]
    steps: Mapping[str, StepNode]
    prompts: Mapping[str, Mapping[str, Words]] = field(default_factory=dict)
    #: What a call may bring with it.
    variables: tuple[DeclaredVariable, ...] = ()
    format: int = always_stored(FORMAT)
    sha256: str = field(default="", init=False, compare=False)

    @classmethod
    def load(cls, document: Mapping[str, Any], *, sha256: str) -> Graph:
        """Read a compiled document of this format or an older one; raises CodecError."""
        found = document.get("format", FORMAT)
        if not isinstance(found, int) or found > FORMAT:
            raise CodecError(f"menu format {found} is newer than this release reads ({FORMAT})")
        graph = from_json(cls, dict(document))
        object.__setattr__(graph, "sha256", sha256)
        return graph

    def words(self, prompt: str, language: str) -> Words | None:
        """The prompt's words in `language`, or by the fallback chain.

        The chain: the language itself, another region of it, the menu's languages in order.
        """
        variants = self.prompts.get(prompt, {})
        if language in variants:
            return variants[language]
        base = language.partition("-")[0]
        for each in variants:
            if each.partition("-")[0] == base:
                return variants[each]
        for each in self.languages:
            if each in variants:
                return variants[each]
        return next(iter(variants.values()), None)


class Menus(Protocol):
    """What the engine looks up by name while it advances a call: values, read and never changed.

    A plain in-memory object will do; the worker's reads published versions through a cache.
    """

    def graph(self, sha256: str) -> Graph:
        """The pinned version with this hash."""

    def live_graph(self, menu: str) -> Graph | None:
        """The version of `menu` that is live now, None where there is none."""

    def hours(self, calendar: str, at: int) -> Hours | None:
        """The opening hours under this name, good for the months around `at`; None without any."""
