"""What a new step of a menu begins as."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count

from voicegather.models import Menu


@dataclass(frozen=True, slots=True)
class NewStep:
    """The first free key of its kind, behind all others; the entry where there is none yet."""

    key: str
    position: int
    is_entry: bool


def new_step_in(menu: Menu, kind: str) -> NewStep:
    """A suggestion; nothing is written. One query."""
    steps = list(menu.steps.values_list("key", "position", "is_entry"))
    taken = {key for key, _, _ in steps}
    key = next(name for number in count(1) if (name := f"{kind}_{number}") not in taken)
    return NewStep(
        key=key,
        position=max((position for _, position, _ in steps), default=-1) + 1,
        is_entry=not any(is_entry for _, _, is_entry in steps),
    )
