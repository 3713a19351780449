"""What the linter says of a menu, with links to where it can be mended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from voicegather.models import Menu, Step
from voicegather.services.menus import Finding


def listed_findings(menu: Menu, findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Each finding with the page on which to mend it: its step's, or the menu's own."""
    steps = dict(Step.objects.filter(menu=menu).values_list("key", "pk"))
    whole = reverse("admin:voicegather_menu_change", args=[menu.pk])
    return [
        {
            "severity": finding.severity.value,
            "place": " ".join(filter(None, (finding.step or str(menu), finding.field))),
            "message": finding.message,
            "link": reverse("admin:voicegather_step_change", args=[steps[finding.step]])
            if finding.step in steps
            else whole,
        }
        for finding in findings
    ]
