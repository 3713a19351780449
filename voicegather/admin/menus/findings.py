"""What the linter says of a menu, with links to where it can be mended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from voicegather.admin.menus.overview import anchor_of
from voicegather.admin.steps.returning import Origin
from voicegather.models import Menu, Step
from voicegather.services.menus import Finding
from voicegather.services.menus.places import place_label


@dataclass(frozen=True)
class StepPlace:
    """Where a step is edited."""

    pk: int
    kind: str
    name: str

    def address(self, origin: Origin | None) -> str:
        """Its form, which leads back to `origin`."""
        url = reverse("admin:voicegather_step_change", args=[self.pk])
        return f"{url}?{origin.query}" if origin else url


def places_of(menu: Menu) -> dict[str, StepPlace]:
    """Where each step of the menu is edited, by its key."""
    rows = Step.objects.filter(menu=menu).values_list("key", "pk", "kind", "name")
    return {key: StepPlace(pk, kind, name or key) for key, pk, kind, name in rows}


def places_of_menus(menus: Iterable[Menu]) -> dict[int, dict[str, StepPlace]]:
    """As :func:`places_of`, for many menus in one query, by the menu's id."""
    found: dict[int, dict[str, StepPlace]] = {}
    rows = Step.objects.filter(menu__in=list(menus)).values_list(
        "menu", "key", "pk", "kind", "name"
    )
    for menu, key, pk, kind, name in rows:
        found.setdefault(menu, {})[key] = StepPlace(pk, kind, name or key)
    return found


def listed_findings(
    menu: Menu,
    findings: Iterable[Finding],
    *,
    origin: Origin | None = None,
    places: Mapping[str, StepPlace] | None = None,
) -> list[dict[str, Any]]:
    """Each finding with the field in which to mend it: its step's, or the menu's own.

    Of a step that is not in `places` the link is "".
    """
    found = places_of(menu) if places is None else places
    whole = reverse("admin:voicegather_menu_change", args=[menu.pk])

    def link(finding: Finding) -> str:
        if not finding.step:
            return f"{whole}#{anchor_of(finding, '')}"
        place = found.get(finding.step)
        return f"{place.address(origin)}#{anchor_of(finding, place.kind)}" if place else ""

    def place(finding: Finding) -> str:
        step = found.get(finding.step)
        named = step.name if step else finding.step or str(menu)
        field = place_label(step.kind if step else "", finding.field)
        return ", ".join(filter(None, (named, field)))

    return [
        {
            "severity": finding.severity.value,
            "place": place(finding),
            "message": finding.message,
            "link": link(finding),
        }
        for finding in findings
    ]
