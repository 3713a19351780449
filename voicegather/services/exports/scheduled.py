"""Exports made again every day or week: claimed once, however many clocks there are."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from voicegather.models import Export, ExportSchedule
from voicegather.selectors.collected import ExportFilters, Reviews, fix_scope
from voicegather.services import jobs, moments
from voicegather.services.exports.asking import columns_in
from voicegather.services.exports.log import note
from voicegather.services.exports.ranges import ExportError
from voicegather.services.periodic import every

DAYS = {ExportSchedule.Every.DAY: 1, ExportSchedule.Every.WEEK: 7}
MOST_A_TURN = 20


def next_time(schedule: ExportSchedule, after: datetime) -> datetime:
    """When the schedule is due next, later than `after`, by the clock on the site's wall."""
    local = timezone.localtime(after)
    day = local.date()
    while True:
        fits = schedule.every == ExportSchedule.Every.DAY or day.weekday() == schedule.weekday
        due = timezone.make_aware(datetime.combine(day, schedule.at)) if fits else None
        if due is not None and due > after:
            return due
        day += timedelta(days=1)


def days_before(due: datetime, days: int) -> tuple[datetime, datetime]:
    """The whole days of the site's zone before the one that `due` is in, as two midnights."""
    today = timezone.localtime(due).date()
    first = datetime.combine(today - timedelta(days=days), time.min)
    return timezone.make_aware(first), timezone.make_aware(datetime.combine(today, time.min))


def plan(schedule: ExportSchedule) -> None:
    """Say when a schedule that was made or changed is due next."""
    schedule.next_at = next_time(schedule, moments.now())
    schedule.save(update_fields=["next_at"])


@every(timedelta(seconds=5))
def start_due(moment: datetime) -> None:
    """Start what is due. What nobody was there to start is made up for, one after the other."""
    waiting = ExportSchedule.objects.filter(
        Q(next_at=None) | Q(next_at__lte=moment), is_active=True
    )
    for schedule in waiting.select_related("profile").order_by("pk")[:MOST_A_TURN]:
        if schedule.next_at is None:
            _claim(schedule, None, next_time(schedule, moment))
        else:
            _start(schedule, schedule.next_at)


def fix_scheduled(export: Export) -> None:
    """Fix what a scheduled export is of: its days' calls, as its owner sees them now.

    Raises ExportError where its owner may not export any more, or the schedule is gone.
    """
    schedule, owner = export.schedule, export.owner
    if schedule is None or export.due_at is None:
        raise ExportError(_("Its schedule was deleted before it began."))
    may = owner is not None and owner.is_active
    if owner is None or not may or not owner.has_perm("voicegather.export_gatherresult"):
        told = _("The schedule’s owner may not export any more: let somebody else make one.")
        raise ExportError(told)
    since, until = days_before(export.due_at, DAYS[ExportSchedule.Every(schedule.every)])
    filters = ExportFilters(
        menu=schedule.menu.slug if schedule.menu else "",
        since=since,
        until=until,
        reviews=Reviews(schedule.reviews),
        viewer=owner,
        team=schedule.team,
    )
    for name, value in fix_scope(filters, shape=export.shape).stored().items():
        setattr(export, name, value)
    export.save(update_fields=["as_of", "bounds", "chosen_calls", "chosen_results"])


def _start(schedule: ExportSchedule, due: datetime) -> None:
    with transaction.atomic():
        if not _claim(schedule, due, next_time(schedule, due)):
            return
        since, until = days_before(due, DAYS[ExportSchedule.Every(schedule.every)])
        export = Export.objects.create(
            owner_id=schedule.owner_id,
            shape=schedule.shape,
            format=schedule.format,
            team=schedule.team,
            columns=columns_in(schedule.profile),
            filters={
                "schedule": schedule.name,
                "since": since.isoformat(),
                "until": until.isoformat(),
            },
            schedule=schedule,
            due_at=due,
        )
        note(export, user=schedule.owner_id, what=f"Exported {export.shape}: {schedule.name}")
        jobs.start(export)


def _claim(schedule: ExportSchedule, due: datetime | None, then: datetime) -> bool:
    """Move the schedule on; False where another clock did."""
    rows = ExportSchedule.objects.filter(pk=schedule.pk, next_at=due)
    return bool(rows.update(next_at=then))
