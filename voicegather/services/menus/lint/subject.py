"""What the linter looks at: a draft, the graph that it compiles to, and what both name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from voicegather.engine.codec import CodecError
from voicegather.engine.config import Role
from voicegather.engine.edges import Edge
from voicegather.engine.graph import Graph, StepNode
from voicegather.engine.kinds import StepKind, kind_named
from voicegather.models import Calendar, Menu
from voicegather.services.audio import Whereabouts, delivers_by_media, whereabouts_of
from voicegather.services.destinations import DestinationRefusedError, Destinations
from voicegather.services.menus.compiling import graph_of_draft, shared_edges
from voicegather.services.menus.draft import Draft, settings_with_role
from voicegather.services.menus.findings import Finding, Severity


@dataclass
class Subject:
    """A draft under the linter, and what was found so far."""

    draft: Draft
    findings: list[Finding] = field(default_factory=list)

    def error(self, code: str, step: str, place: str, message: str) -> None:
        """Note what keeps the menu from being published."""
        self.findings.append(Finding(Severity.ERROR, step, place, message, code))

    def warn(self, code: str, step: str, place: str, message: str) -> None:
        """Note what is probably not meant."""
        self.findings.append(Finding(Severity.WARNING, step, place, message, code))

    @cached_property
    def graph(self) -> Graph:
        """What callers would walk; its steps are in the draft's order."""
        return graph_of_draft(self.draft)

    @property
    def nodes(self) -> tuple[StepNode, ...]:
        return tuple(self.graph.steps.values())

    @cached_property
    def shared(self) -> tuple[Edge, ...]:
        """The menu's global choices."""
        return shared_edges(self.draft)

    @cached_property
    def calendars(self) -> Mapping[str, Calendar]:
        """The calendars that steps name and that exist."""
        return {
            each.key: each for each in Calendar.objects.filter(key__in=self._named(Role.CALENDAR))
        }

    @cached_property
    def menus(self) -> Mapping[str, Menu]:
        """The menus that steps name and that exist, by slug."""
        found = Menu.objects.filter(slug__in=self._named(Role.MENU))
        return {each.slug: each for each in found}

    @cached_property
    def recordings(self) -> Mapping[str, tuple[Whereabouts, ...]] | None:
        """Where the uploaded files are; None where Telnyx fetches them from the site."""
        if not delivers_by_media():
            return None
        prompts = self.draft.prompts.values()
        variants = (each for prompt in prompts for each in prompt.variants.all())
        return whereabouts_of(str(each.audio_file.name or "") for each in variants)

    def refused(self, destination: str) -> str:
        """Why the site's rules forbid to ring it, as they are now; "" where they allow it."""
        try:
            self.destinations.check(destination)
        except DestinationRefusedError as problem:
            return str(problem)
        return ""

    @cached_property
    def destinations(self) -> Destinations:
        """The rules for whom to ring; asked for once for the whole menu."""
        return Destinations()

    def _named(self, role: Role) -> set[str]:
        return {name for node in self.nodes for _, name in names_with_role(node, role)}


def names_with_role(node: StepNode, role: Role) -> Iterator[tuple[str, str]]:
    """The settings of a step that name something of this role: ``(setting, name)``."""
    for name, value in settings_with_role(node.kind, node.config, role):
        if isinstance(value, str) and value:
            yield name, value


def readable(node: StepNode) -> tuple[StepKind, Any] | None:
    """The step's kind and settings; None where they cannot be read, which is found elsewhere."""
    kind = kind_named(node.kind)
    if kind is None:
        return None
    try:
        return kind, node.settings
    except CodecError:
        return None
