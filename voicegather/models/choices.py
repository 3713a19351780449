"""The engine's enums as choices of model fields, with labels for people."""

from __future__ import annotations

from enum import StrEnum


def choices_of(enum: type[StrEnum]) -> list[tuple[str, str]]:
    """``(value, label)`` pairs: ``no_input`` reads “No input”."""
    return [(member.value, member.value.replace("_", " ").capitalize()) for member in enum]
