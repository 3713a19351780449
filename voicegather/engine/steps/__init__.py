"""The kinds of steps. Importing this package registers every kind that ships with the app."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from voicegather.engine.codec import CodecError
from voicegather.engine.kinds import check_settings, kind_named
from voicegather.engine.steps import branch, gather, hangup, message, submenu, transfer

if TYPE_CHECKING:
    from voicegather.engine.graph import StepNode

__all__ = ["branch", "gather", "hangup", "message", "read_settings", "submenu", "transfer"]


def read_settings(step: StepNode) -> Any:
    """The settings of a compiled step as its kind's dataclass; raises CodecError."""
    kind = kind_named(step.kind)
    if kind is None:
        raise CodecError(f"step {step.key} is of the kind {step.kind}, unknown to this release")
    settings, problems = check_settings(kind, dict(step.config))
    if problems:
        first = problems[0]
        raise CodecError(f"step {step.key}: {first.field} {first.message}")
    return settings
