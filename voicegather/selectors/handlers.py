"""Which of the site's functions live menus name, so that somebody has to run them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from voicegather.models import Menu, MenuVersion


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """One name in a step: `sort` is "handler" or "validator"."""

    sort: str
    name: str
    step: str


def live_uses(using: str) -> dict[str, tuple[Use, ...]]:
    """What each live menu names, by its slug; menus that name nothing are left out.

    One query where the versions were read before: a published version never changes.
    """
    live = Menu.objects.using(using).filter(live_version__isnull=False).order_by("slug")
    found = {
        slug: _uses_of(sha256, using)
        for slug, sha256 in live.values_list("slug", "live_version__sha256")
    }
    return {slug: uses for slug, uses in found.items() if uses}


@lru_cache(maxsize=1024)
def _uses_of(sha256: str, using: str) -> tuple[Use, ...]:
    versions = MenuVersion.objects.using(using).filter(sha256=sha256)
    steps = versions.values_list("document__steps", flat=True).first()
    return tuple(sorted(set(_uses_in(steps)))) if isinstance(steps, dict) else ()


def _uses_in(steps: Mapping[str, Any]) -> Iterator[Use]:
    for key, step in steps.items():
        config = step.get("config") or {}
        if step.get("kind") == "handler" and config.get("handler"):
            yield Use("handler", str(config["handler"]), key)
        for name in _validators_in(config):
            yield Use("validator", name, key)


def _validators_in(settings: Any) -> Iterator[str]:
    """Of the step itself, and of the rows of fields that some kinds have."""
    if isinstance(settings, dict):
        name = settings.get("validator")
        if isinstance(name, str) and name:
            yield name
        for value in settings.values():
            yield from _validators_in(value)
    elif isinstance(settings, list):
        for value in settings:
            yield from _validators_in(value)
