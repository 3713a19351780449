"""A menu's overview as what the page's table and its script show: words, links, problems."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voicegather.engine.edges import Action
from voicegather.engine.kinds import kind_named
from voicegather.models import Step
from voicegather.selectors.overviews import Overview, StepView, Way
from voicegather.services.menus.choice_labels import LEADS

#: The address of a step's page, "" where the user may not open it.
Address = Callable[[Step], str]
#: In the picture, where global choices begin.
EVERYWHERE = "everywhere"

_ENDS = ("hangup", "transfer")
_SAYS = ("message", "record")


@dataclass(frozen=True)
class Lead:
    """One way of a step in the table: what takes it, and the step, or the words for where else."""

    label: str
    name: str
    url: str = ""


def leads_of(ways: tuple[Way, ...], steps: Mapping[int, Step], address: Address) -> list[Lead]:
    """The ways as the table lists them."""
    leads = []
    for way in ways:
        target = steps.get(way.target or 0)
        name = str(target) if target else str(LEADS[way.action])
        leads.append(Lead(_labelled(way), name, address(target) if target else ""))
    return leads


def drawing_of(
    overview: Overview, steps: Mapping[int, Step], address: Address, adding: Address
) -> dict[str, Any]:
    """What the script draws: nodes in the order in which callers meet them, and edges.

    `adding` is the address of the form of a new step behind one, "" where there can be none.
    """
    nodes = [
        _node(view, steps, address(view.step)) | _addition(view.step, adding)
        for view in overview.in_flow()
    ]
    edges = [edge for view in overview.in_flow() for edge in _edges(view.step.pk, view.ways, steps)]
    if overview.shared:
        nodes.append(_everywhere(list(_notes(EVERYWHERE, overview.shared, steps))))
        edges += _edges(EVERYWHERE, overview.shared, steps)
    return {"nodes": nodes, "edges": edges}


def _node(view: StepView, steps: Mapping[int, Step], url: str) -> dict[str, Any]:
    trouble = "error" if view.has_errors else "warning" if view.problems else ""
    count = len(view.problems)
    label = [str(view.step), view.kind]
    if view.step.is_entry:
        label.append(_("entry"))
    if view.step.is_success:
        label.append(_("success"))
    if count:
        label.append(ngettext("%(count)s problem", "%(count)s problems", count) % {"count": count})
    return {
        "id": view.step.pk,
        "url": url,
        "label": ", ".join(label),
        "title": str(view.step),
        "kind_label": view.kind,
        "role": role_of(view.step.kind),
        "words": view.words,
        "is_entry": view.step.is_entry,
        "is_success": view.step.is_success,
        "notes": list(_notes(view.step.pk, view.ways, steps)),
        "trouble": trouble,
        "problems": [each.message for each in view.problems],
    }


def _addition(step: Step, adding: Address) -> dict[str, str]:
    url = adding(step)
    return {"add_url": url, "add_label": _("Add a step after “%s”") % step if url else ""}


def _everywhere(notes: list[str]) -> dict[str, Any]:
    return {
        "id": EVERYWHERE,
        "url": "",
        "label": "",
        "title": _("Everywhere"),
        "kind_label": _("Global choices"),
        "role": "shared",
        "words": "",
        "is_entry": False,
        "is_success": False,
        "notes": notes,
        "trouble": "",
        "problems": [],
    }


def _edges(
    source: int | str, ways: tuple[Way, ...], steps: Mapping[int, Step]
) -> Iterator[dict[str, Any]]:
    """One edge a pair of steps: its label names every choice that leads there."""
    labels: dict[int, list[str]] = {}
    for way in ways:
        if way.target in steps and way.target is not None and way.target != source:
            labels.setdefault(way.target, []).append(_labelled(way))
    for target, each in labels.items():
        role = "shared" if source == EVERYWHERE else "own"
        yield {"from": source, "to": target, "label": ", ".join(each), "role": role}


def _notes(source: int | str, ways: tuple[Way, ...], steps: Mapping[int, Step]) -> Iterator[str]:
    """The ways that lead to no other step, in words."""
    for way in ways:
        if way.target == source:
            yield f"{_labelled(way)} → {LEADS[Action.REPEAT]}"
        elif way.target not in steps:
            yield f"{_labelled(way)} → {LEADS[way.action]}"


def _labelled(way: Way) -> str:
    return f"{way.label} ({way.language})" if way.language else way.label


def role_of(kind_name: str) -> str:
    """The colour of a step: whether it asks, says, ends, or decides."""
    kind = kind_named(kind_name)
    if kind_name in _ENDS:
        return "ends"
    if kind is not None and kind.takes_input:
        return "asks"
    return "says" if kind_name in _SAYS else "decides"
