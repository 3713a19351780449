"""Two compiled documents of a menu compared, in words that who publishes it understands."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from voicegather.engine.codec import to_json
from voicegather.engine.edges import Action, Edge, Match
from voicegather.engine.graph import Graph, StepNode
from voicegather.engine.kinds import kind_named
from voicegather.engine.variables import DeclaredVariable
from voicegather.services.menus.choice_labels import LEADS, label_of_choice
from voicegather.services.menus.comparing_prompts import compare_prompts
from voicegather.services.menus.differences import Change, Difference, Fate, differing
from voicegather.services.menus.setting_texts import setting_texts, text_of_value
from voicegather.services.wording import translated

__all__ = ["Change", "Comparison", "Difference", "Fate", "compare_documents"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs. `menu` is what concerns the whole menu, its global choices among it."""

    menu: tuple[Change, ...]
    steps: tuple[Difference, ...]
    prompts: tuple[Difference, ...]

    def __bool__(self) -> bool:
        return bool(self.menu or self.steps or self.prompts)

    @property
    def as_menu(self) -> Difference:
        """What concerns the whole menu, as one difference."""
        return Difference(Fate.CHANGED, "", _("The menu"), "", self.menu)

    @property
    def marks(self) -> frozenset[str]:
        """The marks of everything that differs."""
        return frozenset(each.mark for each in (self.as_menu, *self.steps, *self.prompts))


def compare_documents(old: Mapping[str, Any] | None, new: Mapping[str, Any]) -> Comparison:
    """What differs in `new` from `old`, both as compiled; of no old one, everything is new.

    Nothing is read but the two. Raises CodecError where one is newer than this release reads, or is
    no compiled menu.
    """
    after = Graph.load(new, sha256="")
    before = Graph.load(old, sha256="") if old is not None else _nothing(after)
    return Comparison(
        menu=tuple(_of_menu(before, after)),
        steps=tuple(_of_steps(before, after)),
        prompts=compare_prompts(before.prompts, after.prompts),
    )


def _nothing(graph: Graph) -> Graph:
    return Graph(menu=graph.menu, entry="", languages=(), steps={})


def _of_menu(old: Graph, new: Graph) -> Iterator[Change]:
    yield from differing(
        (_("Slug"), old.menu, new.menu),
        (_("Languages"), ", ".join(old.languages), ", ".join(new.languages)),
        (_("What a call may bring"), _brought(old.variables), _brought(new.variables)),
    )
    if old.entry != new.entry:
        names = _name_of(old, old.entry), _name_of(new, new.entry)
        shown = names if names[0] != names[1] else (old.entry, new.entry)
        yield Change(_("First step"), *shown, known_as=(old.entry, new.entry))
    shared = [_shared_edges(graph) for graph in (old, new)]
    changes = list(_of_edges((old, shared[0]), (new, shared[1]), _("Everywhere, “%s”")))
    yield from changes
    if not changes and _inherited_differ(old, new):
        yield Change(
            _("Choices everywhere"), "", _("They apply to other steps, or in another order")
        )
    if old.format != new.format:
        yield Change(_("Format"), str(old.format), str(new.format))


def _brought(variables: Iterable[DeclaredVariable]) -> str:
    return text_of_value(to_json(tuple(variables)))


def _of_steps(old: Graph, new: Graph) -> Iterator[Difference]:
    for key, node in new.steps.items():
        before = old.steps.get(key)
        if before is None:
            changes = (
                *_of_sight(None, node),
                *differing((_("Success"), "", text_of_value(True) if node.success else "")),
                *_of_settings(None, node),
                *_of_own_choices((old, None), (new, node)),
            )
            yield Difference(Fate.ADDED, key, _name_of(new, key), _kind(node), changes)
        elif changes := tuple(_of_step((old, before), (new, node))):
            yield Difference(Fate.CHANGED, key, _name_of(new, key), _kind(node), changes)
    for key, node in old.steps.items():
        if key not in new.steps:
            yield Difference(Fate.REMOVED, key, _name_of(old, key), _kind(node))


def _of_step(old: tuple[Graph, StepNode], new: tuple[Graph, StepNode]) -> Iterator[Change]:
    was, now = old[1], new[1]
    yield from differing(
        (_("Name"), was.name, now.name),
        (_("Kind"), _kind(was), _kind(now)),
    )
    yield from _of_sight(was, now)
    yield from differing((_("Success"), text_of_value(was.success), text_of_value(now.success)))
    yield from _of_settings(was, now)
    yield from _of_own_choices(old, new)


def _of_sight(was: StepNode | None, now: StepNode) -> Iterator[Change]:
    """Who may see what the step collects; of a new step, where it is not as it comes."""
    before = was or StepNode(now.key, now.kind)
    seen = [translated(each.sensitivity.value) for each in (before, now)]
    sensitivity = _("Sensitivity"), seen[0], seen[1]
    shown = _("Shown characters"), str(before.shown_last), str(now.shown_last)
    for change in differing(sensitivity, shown):
        yield change if was else replace(change, old="")


def _of_settings(was: StepNode | None, now: StepNode) -> Iterator[Change]:
    before = was.config if was else {}
    for name in [*now.config, *(name for name in before if name not in now.config)]:
        if _canonical(before.get(name, ...)) == _canonical(now.config.get(name, ...)):
            continue
        label, new = setting_texts(now.kind, name, now.config)
        old = setting_texts(was.kind, name, was.config)[1] if was else ""
        yield Change(label, old, new)


def _canonical(value: Any) -> str:
    """The same for the same JSON only: to Python, 1 equals True."""
    return "" if value is ... else json.dumps(value, sort_keys=True)


def _of_own_choices(
    old: tuple[Graph, StepNode | None], new: tuple[Graph, StepNode]
) -> Iterator[Change]:
    before = _own_edges(old[1]) if old[1] else []
    yield from _of_edges((old[0], before), (new[0], _own_edges(new[1])), _("Choice “%s”"))


def _own_edges(node: StepNode) -> list[Edge]:
    return [edge for edge in node.edges if not edge.inherited]


def _shared_edges(graph: Graph) -> list[Edge]:
    """The global choices that at least one step has, in the order in which they are met."""
    edges = (edge for node in graph.steps.values() for edge in node.edges if edge.inherited)
    return list(dict.fromkeys(edges))


def _inherited_differ(old: Graph, new: Graph) -> bool:
    """Whether a step that stayed, with the own choices that it had, has other global ones."""
    return any(
        [edge for edge in old.steps[key].edges if edge.inherited]
        != [edge for edge in node.edges if edge.inherited]
        for key, node in new.steps.items()
        if key in old.steps and _own_edges(old.steps[key]) == _own_edges(node)
    )


def _of_edges(
    old: tuple[Graph, list[Edge]], new: tuple[Graph, list[Edge]], label: str
) -> Iterator[Change]:
    before, after = _numbered(old[1]), _numbered(new[1])
    for key in [*after, *(key for key in before if key not in after)]:
        was, now = before.get(key), after.get(key)
        if was != now:
            ways = _way(old[0], was), _way(new[0], now)
            yield Change(label % _taken_by(key), *ways, known_as=(repr(was), repr(now)))
    if list(before) != list(after) and set(before) == set(after):
        earlier, later = (", ".join(map(_taken_by, keys)) for keys in (before, after))
        yield Change(_("Order of choices"), earlier, later)


_EdgeKey = tuple[Match, str, int]


def _numbered(edges: Iterable[Edge]) -> dict[_EdgeKey, Edge]:
    """The edges by what takes them; those that the same takes are told apart by a number."""
    seen: Counter[tuple[Match, str]] = Counter()
    found: dict[_EdgeKey, Edge] = {}
    for edge in edges:
        found[edge.match, edge.value, seen[edge.match, edge.value]] = edge
        seen[edge.match, edge.value] += 1
    return found


def _taken_by(key: _EdgeKey) -> str:
    return label_of_choice(key[0], key[1])


def _way(graph: Graph, edge: Edge | None) -> str:
    if edge is None:
        return ""
    leads_to_step = edge.action is Action.GOTO and edge.target
    place = _full_name(graph, edge.target) if leads_to_step else str(LEADS[edge.action])
    return f"→ {place}, {edge.language}" if edge.language else f"→ {place}"


def _kind(node: StepNode) -> str:
    found = kind_named(node.kind)
    return translated(found.label) if found else node.kind


def _name_of(graph: Graph, key: str) -> str:
    node = graph.steps.get(key)
    return node.name or key if node else key


def _full_name(graph: Graph, key: str) -> str:
    """The name with the key, for names may be alike."""
    name = _name_of(graph, key)
    return name if name == key else f"{name} ({key})"
