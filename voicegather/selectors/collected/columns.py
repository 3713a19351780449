"""What published versions say about steps that gather: fields to export, characters to show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from voicegather.engine.graph import Sensitivity, StepNode
from voicegather.engine.steps.ai_gather import AiGatherStep
from voicegather.engine.steps.gather import FIELD, GatherStep
from voicegather.models import MenuVersion

#: Versions read at once: a document can be large.
VERSIONS_A_CHUNK = 20
#: In place of a menu's slug where the menu is deleted; no slug has a space.
NO_MENU = "deleted menu"


@dataclass(frozen=True, slots=True, order=True)
class StepColumn:
    """One field of a menu's step, across all versions that have or had the step."""

    menu: int | None
    step_key: str
    field: str

    def key(self, slugs: Mapping[int, str]) -> str:
        """``clinic/account.digits``: what profiles call it."""
        slug = NO_MENU if self.menu is None else slugs.get(self.menu, NO_MENU)
        return f"{slug}/{self.step_key}.{self.field}"

    def heading(self, *, own_menu: str, slugs: Mapping[int, str]) -> str:
        """``account.digits`` in the one menu that is exported, else ``clinic/account.digits``.

        So it follows from what is asked for alone, not from which menus there are: two menus with
        a step of the same key never share a column, and none is renamed when a second one comes.
        """
        key = self.key(slugs)
        return key.removeprefix(f"{own_menu}/") if own_menu else key


def columns_of(
    *, menus: Iterable[int], found: Iterable[tuple[int | None, str, str]]
) -> tuple[StepColumn, ...]:
    """The fields that an export can have, in an order that later versions only add to.

    First those of every published version of `menus`, oldest version first and by key within one;
    then those that only results know (`found`: menu, step, field): submenus' steps, and steps of
    versions that are gone.
    """
    columns: dict[StepColumn, None] = {}
    for _version, menu, steps in _published_steps(menus):
        for key, step in sorted(steps.items()):
            columns.update(dict.fromkeys(StepColumn(menu, key, f) for f in _fields_of(step)))
    rest = sorted(found, key=lambda each: (each[0] or 0, *each[1:]))
    columns.update(dict.fromkeys(StepColumn(*each) for each in rest))
    return tuple(columns)


def shown_characters() -> dict[tuple[int, str], int]:
    """How many last characters each masked step shows, by version id and step key."""
    return {
        (version, key): step.get("shown_last", StepNode.shown_last)
        for version, _menu, steps in _published_steps(None)
        for key, step in steps.items()
        if step.get("sensitivity") == Sensitivity.MASKED
    }


def _fields_of(step: Mapping[str, Any]) -> Iterator[str]:
    """The fields that a visit of the step can yield, in the order in which they are asked for."""
    if step.get("kind") == GatherStep.name:
        yield FIELD
    elif step.get("kind") == AiGatherStep.name:
        yield from (field["name"] for field in step["config"]["fields"])


def _published_steps(
    menus: Iterable[int] | None,
) -> Iterator[tuple[int, int, Mapping[str, Any]]]:
    versions = MenuVersion.objects.order_by("pk")
    if menus is not None:
        versions = versions.filter(menu__in=menus)
    rows = versions.values_list("pk", "menu_id", "document__steps")
    for pk, menu, steps in rows.iterator(chunk_size=VERSIONS_A_CHUNK):
        yield pk, menu, steps if isinstance(steps, dict) else {}
