"""Traffic on the diagram: a version's steps, and the ways as wide as callers were many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from voicegather.admin.analytics.words import number, percent
from voicegather.admin.menus.drawing import role_of
from voicegather.selectors.analytics import StepFigures, Way

#: Exits that a way's label names.
MOST_NAMED = 3


def traffic_of(steps: Sequence[StepFigures], document: Mapping[str, Any]) -> dict[str, Any]:
    """What the script draws: the steps of the version, and the ways that callers went."""
    nodes = document.get("steps") or {}
    drawn = [step for step in steps if step.key in nodes]
    most = max((way.visits for step in drawn for way in step.ways), default=0)
    entry = document.get("entry", "")
    return {
        "nodes": [_node(step, nodes[step.key], entry) for step in drawn],
        "edges": [edge for step in drawn for edge in _edges(step, nodes, most)],
    }


def _node(step: StepFigures, node: Mapping[str, Any], entry: str) -> dict[str, Any]:
    told = _("%s calls") % number(step.counts.calls)
    lost = _("%(count)s lost here (%(share)s)") % {
        "count": number(step.counts.dropped),
        "share": percent(step.drop_off, 0),
    }
    words = f"{told} · {lost}" if step.counts.dropped else told
    return {
        "id": step.key,
        "url": f"#step-{step.key}",
        "label": f"{step.name}, {words}",
        "title": step.name,
        "kind_label": step.kind,
        "role": role_of(str(node.get("kind", ""))),
        "words": words,
        "is_entry": step.key == entry,
        "is_success": step.is_success,
        "notes": [],
        "trouble": "",
        "problems": [],
        "lost": step.drop_off or 0,
    }


def _edges(step: StepFigures, nodes: Mapping[str, Any], most: int) -> Iterator[dict[str, Any]]:
    taken = {way.to: way for way in step.ways}
    offered = [edge.get("target", "") for edge in nodes[step.key].get("edges") or ()]
    for target in dict.fromkeys([*taken, *offered]):
        if target not in nodes or target == step.key:
            continue
        way = taken.get(target)
        yield {
            "from": step.key,
            "to": target,
            "label": _label(way) if way else "",
            "role": "own" if way else "unused",
            "weight": way.visits / most if way and most else 0,
        }


def _label(way: Way) -> str:
    exits = [name or "…" for name, _visits in way.exits.most_common(MOST_NAMED)]
    more = ", …" if len(way.exits) > MOST_NAMED else ""
    return f"{', '.join(exits)}{more}: {number(way.visits)}"
