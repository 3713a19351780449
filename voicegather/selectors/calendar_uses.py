"""What asks a calendar: numbers, steps of drafts, and menus as they are live."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from voicegather.engine.config import Role
from voicegather.models import Calendar, Menu, PhoneNumber, Step
from voicegather.services.menus.draft import settings_with_role


@dataclass(frozen=True, slots=True)
class CalendarUses:
    """All that asks a calendar, of every team. `live` are menus whose live version does."""

    numbers: tuple[PhoneNumber, ...]
    steps: tuple[Step, ...]
    live: tuple[Menu, ...]

    @property
    def are_there(self) -> bool:
        return bool(self.numbers or self.steps or self.live)


def uses_of(calendar: Calendar) -> CalendarUses:
    """What asks the calendar now, in three queries."""
    numbers = PhoneNumber.objects.filter(calendar=calendar).select_related("team")
    # Databases look for the words; what they stand for is looked at here.
    word = json.dumps(calendar.key)
    steps = Step.objects.annotate(words=Cast("config", TextField())).filter(words__contains=word)
    found = [
        step
        for step in steps.select_related("menu__team").order_by("menu__name", "position", "pk")
        if _names(step.kind, step.config, calendar.key)
    ]
    menus = Menu.objects.annotate(words=Cast("live_version__document", TextField())).filter(
        ~Q(live_version=None), words__contains=word
    )
    live = [
        menu
        for menu in menus.select_related("live_version", "team").order_by("name")
        if menu.live_version and _document_names(menu.live_version.document, calendar.key)
    ]
    return CalendarUses(tuple(numbers), tuple(found), tuple(live))


def _document_names(document: Any, key: str) -> bool:
    steps = document.get("steps") if isinstance(document, Mapping) else None
    nodes = steps.values() if isinstance(steps, Mapping) else ()
    return any(_names(node.get("kind", ""), node.get("config"), key) for node in nodes)


def _names(kind: str, config: Any, key: str) -> bool:
    if not isinstance(config, Mapping):
        return False
    return any(value == key for _, value in settings_with_role(kind, config, Role.CALENDAR))
