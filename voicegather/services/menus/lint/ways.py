"""Which edges of a step callers can really take."""

from __future__ import annotations

from voicegather.engine.choices import INPUT_MATCHES
from voicegather.engine.config import Role
from voicegather.engine.edges import Edge, Match, field_of
from voicegather.engine.graph import StepNode
from voicegather.services.menus.lint.subject import names_with_role, readable


def ways(node: StepNode) -> tuple[Edge, ...]:
    """The edges that a visit can leave by, each once; all of them where settings are unreadable."""
    found = readable(node)
    if found is None:
        return node.edges
    kind, settings = found
    taken = [edge for edge in node.edges if takes(node, edge) and edge.match is not Match.OTHERWISE]
    exits = [node.exit_edge(name) for name in kind.possible_exits(settings)]
    seen = dict.fromkeys([*taken, *(edge for edge in exits if edge is not None)])
    return tuple(seen)


def own_edges(node: StepNode) -> tuple[Edge, ...]:
    """The edges of the step's own choices, in the order of the choices."""
    return tuple(edge for edge in node.edges if not edge.inherited)


def takes(node: StepNode, edge: Edge) -> bool:
    """Whether a step of this kind can leave by an edge of this match at all."""
    found = readable(node)
    if found is None:
        return True
    kind, settings = found
    if edge.match in INPUT_MATCHES:
        return kind.takes_keys
    if edge.match is Match.FIELD:
        return kind.takes_fields and field_of(edge.value) in kind.variables_of(settings, node.key)
    exits = kind.possible_exits(settings)
    if edge.match is Match.OTHERWISE:
        return bool(exits)
    if edge.match is Match.VALUE:
        return Match.OTHERWISE in exits
    named = kind.names_exits and not edge.inherited
    return edge.value in exits or named or leaves_by_calendar(node)


def leaves_by_calendar(node: StepNode) -> bool:
    """Whether the step's exits are a calendar's, which may name exits of its own."""
    return any(names_with_role(node, Role.CALENDAR))


def calls(node: StepNode) -> str:
    """The menu that the step enters, "" where it enters none."""
    return next((menu for _, menu in names_with_role(node, Role.MENU)), "")


def waits_for_input(node: StepNode) -> bool:
    """Whether a visit waits for the caller; unknown kinds are given the benefit of the doubt."""
    found = readable(node)
    return found is None or found[0].takes_input
