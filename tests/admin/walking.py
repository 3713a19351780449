"""Every page of ours in the admin, found from its URLs, so that none is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.urls import URLPattern, reverse

from voicegather.models import Menu, MenuTest, MenuVersion, PublishingPlan, Step, TrialCall

#: What a parameter of a URL names besides the page's own object.
OTHERS: Mapping[str, type[Model]] = {
    "test_id": MenuTest,
    "trial_id": TrialCall,
    "version_id": MenuVersion,
    "step_id": Step,
    "plan_id": PublishingPlan,
    "other_id": MenuVersion,
    "menu_id": Menu,
}


@dataclass(frozen=True)
class AdminPage:
    """`name` is that of its URL pattern."""

    name: str
    url: str


def our_pages() -> Iterator[AdminPage]:
    """The URL of every pattern of our admins, with the first row of each model that it names.

    Patterns that name a row which is not there are left out: fill the tables before.
    """
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label != "voicegather":
            continue
        for pattern in model_admin.get_urls():
            if isinstance(pattern, URLPattern) and pattern.name:
                found = _found(model, pattern)
                if found is not None:
                    yield AdminPage(pattern.name, reverse(f"admin:{pattern.name}", kwargs=found))


def _found(model: type[Model], pattern: URLPattern) -> dict[str, Any] | None:
    values = {}
    for name in re.findall(r"<(?:\w+:)?(\w+)>", str(pattern.pattern)):
        row = (model if name == "object_id" else OTHERS[name])._default_manager.first()
        if row is None:
            return None
        values[name] = row.pk
    return values
