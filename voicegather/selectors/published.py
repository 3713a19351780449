"""What published versions say about steps that gather: fields to export, characters to show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from voicegather.engine.graph import Sensitivity, StepNode
from voicegather.engine.steps.ai_gather import AiGatherStep
from voicegather.engine.steps.gather import FIELD, GatherStep
from voicegather.models import MenuVersion
from voicegather.selectors.collected import Collected

#: Versions read at once: a document can be large.
VERSIONS_A_CHUNK = 20


@dataclass(frozen=True, slots=True, order=True)
class Column:
    """One field of a step, across all versions that have or had the step."""

    step_key: str
    field: str

    def __str__(self) -> str:
        return f"{self.step_key}.{self.field}"


def columns_of(collected: Collected) -> tuple[Column, ...]:
    """The fields that `collected` can have, in an order that later versions only add to.

    First those of every published version (of the filtered menu), oldest version first and by key
    within one; then those that only results know: submenus' steps, and steps of versions that are
    gone.
    """
    columns: dict[Column, None] = {}
    for _version, steps in _published_steps(collected.filters.menu):
        for key, step in sorted(steps.items()):
            columns.update(dict.fromkeys(Column(key, field) for field in _fields_of(step)))
    found = collected.results().values_list("step_key", "field").distinct()
    columns.update(dict.fromkeys(sorted(Column(key, field) for key, field in found)))
    return tuple(columns)


def _fields_of(step: Mapping[str, Any]) -> Iterator[str]:
    """The fields that a visit of the step can yield, in the order in which they are asked for."""
    if step.get("kind") == GatherStep.name:
        yield FIELD
    elif step.get("kind") == AiGatherStep.name:
        yield from (field["name"] for field in step["config"]["fields"])


def shown_characters() -> dict[tuple[int, str], int]:
    """How many last characters each masked step shows, by version id and step key."""
    return {
        (version, key): step.get("shown_last", StepNode.shown_last)
        for version, steps in _published_steps("")
        for key, step in steps.items()
        if step.get("sensitivity") == Sensitivity.MASKED
    }


def _published_steps(menu: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    versions = MenuVersion.objects.order_by("pk")
    if menu:
        versions = versions.filter(menu__slug=menu)
    rows = versions.values_list("pk", "document__steps")
    for pk, steps in rows.iterator(chunk_size=VERSIONS_A_CHUNK):
        yield pk, steps if isinstance(steps, dict) else {}
