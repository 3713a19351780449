"""Every table whose rows go when a call does, found from the models: none can be forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from typing import Any

from django.db.models import CASCADE, PROTECT, Model, QuerySet

from voicegather.models import Call


@dataclass(frozen=True, slots=True)
class Hanging:
    """A table, and the fields that lead from its rows to the call (``visit__call``)."""

    model: type[Model]
    path: str

    def of(self, calls: Any) -> QuerySet[Any]:
        """Its rows of these calls, which are ids or a query of them."""
        rows: QuerySet[Any] = self.model._default_manager.filter(**{f"{self.path}__in": calls})
        return rows.order_by()


@cache
def hanging_on_calls() -> tuple[Hanging, ...]:
    """Those to empty first come first: no row of a later one is referred to by an earlier one."""
    paths: dict[type[Model], str] = {}
    graph: dict[type[Model], set[type[Model]]] = {}
    waiting: list[tuple[type[Model], str]] = [(Call, "")]
    while waiting:
        model, path = waiting.pop(0)
        for child, field in _children(model):
            graph.setdefault(model, set()).add(child)
            if child not in paths:
                paths[child] = f"{field}__{path}" if path else field
                waiting.append((child, paths[child]))
    order = TopologicalSorter(graph).static_order()
    return tuple(Hanging(model, paths[model]) for model in order if model is not Call)


def beneath(*models: type[Model]) -> tuple[Hanging, ...]:
    """`models` and what hangs on their rows, in the same order."""
    found = set(models)
    waiting = list(models)
    while waiting:
        new = {child for child, _ in _children(waiting.pop())} - found
        found |= new
        waiting += new
    return tuple(each for each in hanging_on_calls() if each.model in found)


def _children(model: type[Model]) -> Iterator[tuple[type[Model], str]]:
    for relation in model._meta.related_objects:
        child: Any = relation.related_model
        if relation.on_delete in (CASCADE, PROTECT) and child is not model:
            yield child, relation.field.name
