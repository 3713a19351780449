"""A menu together with the menus it enters and those that enter it, as one walk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from voicegather.engine.config import Role, settings_of
from voicegather.engine.edges import Action, Edge
from voicegather.engine.graph import Graph, StepNode
from voicegather.engine.kinds import all_kinds
from voicegather.models import Step
from voicegather.services.menus.lint.ways import calls, waits_for_input, ways
from voicegather.services.menus.versions import LiveMenus

#: A step of a menu: ``(slug, key)``.
Place: TypeAlias = tuple[str, str]


@dataclass(frozen=True)
class Program:
    """The menu under the linter as it would be published, the others in their live versions."""

    menu: str
    graphs: Mapping[str, Graph]

    @classmethod
    def around(cls, graph: Graph) -> Program:
        """`graph` with every menu that it enters or that enters it, directly or through others."""
        graphs = {graph.menu: graph}
        waiting = [graph]
        live = LiveMenus()
        while waiting:
            each = waiting.pop()
            entered = {calls(node) for node in each.steps.values()} - {""}
            for slug in sorted((entered | callers_of(each.menu)) - set(graphs)):
                found = live.live_graph(slug)
                if found is not None:
                    graphs[slug] = found
                    waiting.append(found)
        return cls(graph.menu, graphs)

    @cached_property
    def silent_menus(self) -> frozenset[str]:
        """The menus that can be walked from entry to return without asking the caller anything."""
        silent: set[str] = set()
        while True:
            more = {
                slug
                for slug in self.graphs
                if slug not in silent and self._returns_unasked(slug, silent)
            }
            if not more:
                return frozenset(silent)
            silent |= more

    def node(self, place: Place) -> StepNode | None:
        """The step at a place, None where its menu has lost it."""
        graph = self.graphs.get(place[0])
        return graph.steps.get(place[1]) if graph else None

    def next_unasked(self, place: Place) -> list[Place]:
        """Where a call can go from here before the caller is asked for anything."""
        return list(self._next(place, self.silent_menus))

    def unasked_from_entry(self, menu: str) -> list[Place]:
        """The places of `menu` that a call reaches before the caller is asked for anything."""
        return [place for place, _ in self._reach(menu, self.silent_menus) if place[0] == menu]

    def _next(self, place: Place, silent: Set[str]) -> Iterator[Place]:
        node = self.node(place)
        if node is None or waits_for_input(node):
            return
        entered = self.graphs.get(calls(node))
        if entered is not None:
            yield entered.menu, entered.entry
        for edge in self._ways(node, silent):
            if edge.action is Action.GOTO:
                yield place[0], edge.target
            elif edge.action is Action.REPEAT:
                yield place

    def _ways(self, node: StepNode, silent: Set[str]) -> tuple[Edge, ...]:
        """The step's ways, without its return from a menu that asks the caller something."""
        menu = calls(node)
        if not menu or menu in silent:
            return ways(node)
        done = node.exit_edge("done")
        kept = node.exit_edge("failure")
        return tuple(edge for edge in ways(node) if edge != done or edge == kept)

    def _reach(self, menu: str, silent: Set[str]) -> list[tuple[Place, StepNode]]:
        """The steps that a call from the menu's entry enters before it is asked for anything."""
        reached: dict[Place, StepNode] = {}
        waiting = [(menu, self.graphs[menu].entry)]
        while waiting:
            place = waiting.pop()
            node = self.node(place)
            if node is not None and not waits_for_input(node) and place not in reached:
                reached[place] = node
                waiting += self._next(place, silent)
        return list(reached.items())

    def _returns_unasked(self, menu: str, silent: Set[str]) -> bool:
        return any(
            edge.action is Action.RETURN
            for (slug, _), node in self._reach(menu, silent)
            if slug == menu
            for edge in self._ways(node, silent)
        )


def callers_of(menu: str) -> set[str]:
    """The slugs of the menus whose steps enter `menu`."""
    fields = [
        (kind.name, name)
        for kind in all_kinds()
        for name, info in settings_of(kind.Settings).items()
        if info.role is Role.MENU
    ]
    found: set[str] = set()
    for kind, name in fields:
        steps = Step.objects.filter(**{"kind": kind, f"config__{name}": menu})
        found |= set(steps.values_list("menu__slug", flat=True))
    return found
