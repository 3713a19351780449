"""The exits of a step that nothing leads on from yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from typing import Any

from voicegather.engine.edges import Match
from voicegather.engine.kinds import StepKind, check_settings
from voicegather.models import Choice, Menu, Step


def missing_exits(
    kind: StepKind, config: Mapping[str, Any], *, menu: Menu, step: Step | None
) -> tuple[str, ...]:
    """The exits that a step of this kind needs a choice for and has none, in the kind's order.

    A global choice of the menu counts, and so does *otherwise*. `step` is None for one that is
    not saved yet; `config` are its settings, and where they cannot be read the kind's defaults say
    which exits it has. One query.
    """
    settings, _problems = check_settings(kind, dict(config))
    if settings is None:
        settings = _as_it_begins(kind)
    rows = Choice.objects.filter(menu=menu, match__in=(Match.EXIT, Match.OTHERWISE))
    owners = {None, step.pk if step else None}
    taken = {
        (match, value)
        for owner, match, value in rows.values_list("step", "match", "value")
        if owner in owners
    }
    if (Match.OTHERWISE, "") in taken:
        return ()
    return tuple(name for name in kind.required_exits(settings) if (Match.EXIT, name) not in taken)


def _as_it_begins(kind: StepKind) -> Any:
    """The settings of a step that says nothing yet, with what has to be said left empty."""
    unsaid = {
        field.name: ""
        for field in fields(kind.Settings)
        if field.default is MISSING and field.default_factory is MISSING
    }
    return kind.Settings(**unsaid)
