"""What happened in one call, as read-only tables in the order of time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_permission_codename
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from voicegather.admin.display import link_to, precise
from voicegather.models import (
    Call,
    CallCommand,
    CallEvent,
    CallLeg,
    GatherAttempt,
    GatherResult,
    StepVisit,
)
from voicegather.selectors.teams import AnyUser

#: A call has bounded steps; of a runaway one the page still opens.
MOST_ROWS = 500


@dataclass(frozen=True)
class Table:
    title: Any
    columns: tuple[Any, ...]
    rows: list[tuple[Any, ...]]
    empty: Any
    #: Whether there are more rows than are shown.
    is_cut: bool


@dataclass(frozen=True)
class _Section:
    title: Any
    empty: Any
    rows_of: Callable[[Call], QuerySet[Any]]
    columns: tuple[Any, ...]
    cells: Callable[[Any], tuple[Any, ...]]


def tables_of(call: Call, user: AnyUser) -> list[Table]:
    """One table a kind of row that `user` may view, one query each."""
    return [
        _table(section, section.rows_of(call))
        for section in _SECTIONS
        if _may_view(user, section.rows_of(call).model)
    ]


def _table(section: _Section, queryset: QuerySet[Any]) -> Table:
    rows = list(queryset[: MOST_ROWS + 1])
    return Table(
        title=section.title,
        columns=section.columns,
        rows=[section.cells(row) for row in rows[:MOST_ROWS]],
        empty=section.empty,
        is_cut=len(rows) > MOST_ROWS,
    )


def _may_view(user: Any, model: type[Model]) -> bool:
    opts = model._meta
    return any(
        user.has_perm(f"{opts.app_label}.{get_permission_codename(verb, opts)}")
        for verb in ("view", "change")
    )


def _result(result: GatherResult) -> tuple[Any, ...]:
    return (
        link_to(result, precise(result.gathered_at)),
        result.visit.number,
        result.step_key,
        result.field,
        result.get_outcome_display(),
        result.value,
        result.choice,
        result.get_sensitivity_display(),
    )


def _visit(visit: StepVisit) -> tuple[Any, ...]:
    return (
        precise(visit.entered_at),
        visit.number,
        visit.step_key,
        visit.version or "",
        visit.language,
        visit.exit,
        precise(visit.left_at),
    )


def _attempt(attempt: GatherAttempt) -> tuple[Any, ...]:
    return (
        precise(attempt.began_at),
        attempt.visit.number,
        attempt.visit.step_key,
        attempt.number,
        attempt.get_purpose_display(),
        attempt.get_outcome_display() if attempt.outcome else _("under way"),
        attempt.status,
        "" if attempt.milliseconds is None else attempt.milliseconds,
    )


def _leg(leg: CallLeg) -> tuple[Any, ...]:
    return (precise(leg.created_at), leg.get_role_display(), leg.fate, leg.call_control_id)


def _event(event: CallEvent) -> tuple[Any, ...]:
    return (
        link_to(event, precise(event.occurred_at)),
        event.event_type,
        event.get_source_display(),
        event.get_status_display(),
        precise(event.processed_at),
    )


def _command(command: CallCommand) -> tuple[Any, ...]:
    return (
        link_to(command, precise(command.created_at)),
        command.seq,
        command.action,
        command.get_status_display(),
        command.attempts,
        "" if command.milliseconds is None else command.milliseconds,
        " ".join(filter(None, (command.code, command.detail))),
    )


_SECTIONS = (
    _Section(
        _("Results"),
        _("Nothing was gathered."),
        lambda call: call.results.select_related("visit").order_by("gathered_at", "pk"),
        (
            _("Gathered"),
            _("Visit"),
            _("Step"),
            _("Field"),
            _("Outcome"),
            _("Value"),
            _("Choice"),
            _("Sensitivity"),
        ),
        _result,
    ),
    _Section(
        _("Steps"),
        _("No step was entered."),
        lambda call: (
            call.visits.select_related("version__menu")
            .defer("version__document")
            .order_by("number")
        ),
        (
            _("Entered"),
            _("Visit"),
            _("Step"),
            _("Version"),
            _("Language"),
            _("Exit"),
            _("Left"),
        ),
        _visit,
    ),
    _Section(
        _("Attempts"),
        _("Nothing was asked."),
        lambda call: (
            GatherAttempt.objects.filter(visit__call=call)
            .select_related("visit")
            .order_by("visit__number", "number")
        ),
        (
            _("Began"),
            _("Visit"),
            _("Step"),
            _("Attempt"),
            _("Purpose"),
            _("Outcome"),
            _("Telnyx status"),
            _("Took (ms)"),
        ),
        _attempt,
    ),
    _Section(
        _("Legs"),
        _("No leg is known."),
        lambda call: call.legs.order_by("created_at", "pk"),
        (_("Created"), _("Role"), _("Fate"), _("Call control id")),
        _leg,
    ),
    _Section(
        _("Events"),
        _("No event came."),
        lambda call: call.events.defer("payload", "sealed").order_by("occurred_at", "pk"),
        (_("Occurred"), _("Type"), _("Source"), _("Status"), _("Processed")),
        _event,
    ),
    _Section(
        _("Commands"),
        _("No command was sent."),
        lambda call: call.commands.defer("sealed_params").order_by("seq"),
        (
            _("Created"),
            _("Number"),
            _("Action"),
            _("Status"),
            _("Attempts"),
            _("Took (ms)"),
            _("Telnyx says"),
        ),
        _command,
    ),
)
