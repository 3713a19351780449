"""What is looked for: each kind of incident by a function that is told when it is now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any

from voicegather.models import Incident, IncidentKind

#: Modules that register what is looked for, imported when somebody looks.
MODULES: tuple[str, ...] = tuple(
    f"voicegather.services.alerts.watching.{name}"
    for name in ("calls", "traffic", "workers", "messages")
)
OFTEN, SELDOM = timedelta(seconds=30), timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something that is wrong now. `details` are numbers and short names, nothing secret.

    One that does not open is too faint for a new incident, and enough to keep one open.
    """

    subject: str = ""
    label: str = ""
    details: dict[str, Any] = field(default_factory=dict)
    opens: bool = True
    menu_id: int | None = None
    number_id: int | None = None
    team_id: int | None = None


Look = Callable[[datetime, Mapping[str, Incident]], Iterable[Sighting]]


@dataclass(frozen=True, slots=True)
class Watch:
    kind: IncidentKind
    gap: timedelta
    look: Look


_watches: dict[IncidentKind, Watch] = {}


def watch(kind: IncidentKind, *, gap: timedelta = OFTEN) -> Callable[[Look], Look]:
    """Register the decorated function as what sees incidents of this kind, about every `gap`.

    It is called with the present moment and the open incidents of the kind by their subjects. It
    takes a few short queries on indexes, whatever is stored.
    """

    def register(look: Look) -> Look:
        _watches[kind] = Watch(kind, gap, look)
        return look

    return register


def watches(gap: timedelta) -> tuple[Watch, ...]:
    """What is looked for every `gap`."""
    _load()
    return tuple(each for each in _watches.values() if each.gap == gap)


@cache
def _load() -> None:
    for module in MODULES:
        import_module(module)
