"""A large export, made in the background: in parts, checked, put together, and made known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext as _

from voicegather import conf
from voicegather.models import Call, Export
from voicegather.selectors.collected import Scope
from voicegather.selectors.collected.packing import near
from voicegather.selectors.entries import Sight
from voicegather.services import moments
from voicegather.services.exports.assembling import assemble
from voicegather.services.exports.layout import Layout, layout_of
from voicegather.services.exports.parts import remove_parts, rewrite_part, write_parts
from voicegather.services.exports.scheduled import fix_scheduled
from voicegather.services.exports.shapes import table_of
from voicegather.services.exports.storing import StorageFailedError
from voicegather.services.exports.table import Column, ExportTable
from voicegather.services.exports.wide import ColumnsChangedError
from voicegather.services.jobs import JobCancelled, Progress, RetryLater, job_kind

#: Ids compared at once with what is still there.
IDS_A_CHECK = 5000
_MADE = ("rows", "gone", "unreadable", "file", "size", "expires_at")
#: How often columns are found anew before somebody is told.
MOST_TRIES = 5


@job_kind("export", model=Export)
def run_export(export: Export, progress: Progress) -> None:
    """Write the export's file, going on after the parts that an earlier worker wrote.

    The same rows come out whoever writes them, for what it is of was fixed when it was asked for.
    Calls erased meanwhile are taken out again, and counted.
    """
    try:
        _run(export, progress)
    except (JobCancelled, StorageFailedError):
        discard_parts(export)
        raise
    except ColumnsChangedError:
        # A menu was deleted: its answers lost their menu, and all rows must agree about that.
        discard_parts(export)
        Export.objects.filter(pk=export.pk).update(layout=None)
        if export.tries >= MOST_TRIES:
            raise
        raise RetryLater(1, _("A menu was deleted meanwhile: it begins anew.")) from None


def discard_parts(export: Export) -> None:
    """Delete all that was written of an export that is not whole."""
    remove_parts(export, list(export.parts.all()))


def table_for(export: Export, scope: Scope) -> ExportTable:
    """The rows of an export under its names and columns, which are fixed the first time."""
    if export.layout is None:
        export.layout = layout_of(scope, shape=export.shape).stored()
        Export.objects.filter(pk=export.pk).update(layout=export.layout)
    sight = Sight.REVEALED if export.reveals else Sight.MASKED
    table = table_of(scope, Layout.of(export.layout), shape=export.shape, sight=sight)
    if export.columns:
        table.arranged([Column(key, heading) for key, heading in export.columns])
    return table


def _run(export: Export, progress: Progress) -> None:
    if not export.bounds:
        fix_scheduled(export)
    scope = Scope.of(vars(export))
    table = table_for(export, scope)
    written = sum(part.calls + part.gone for part in export.parts.all())
    progress.total(len(scope.calls), done=written)
    write_parts(export, table, progress)
    _rewrite_changed(export, scope, table, progress)
    parts = list(export.parts.all())
    export.rows = sum(part.rows for part in parts)
    export.gone = sum(part.gone for part in parts)
    export.unreadable = sum(part.unreadable for part in parts)
    assemble(export, parts, table.columns, progress)
    export.expires_at = moments.now() + timedelta(days=conf.get("EXPORT_DAYS"))
    export.save(update_fields=[*_MADE, "checked_at"])
    discard_parts(export)


def _rewrite_changed(export: Export, scope: Scope, table: ExportTable, progress: Progress) -> None:
    """Write the parts anew that hold what was erased since."""
    export.checked_at = moments.now()
    forgot_at = Export.objects.values_list("forgot_at", flat=True).get(pk=export.pk)
    before = 0
    for part in list(export.parts.all()):
        asked = scope.between(before, part.last_call)
        before = part.last_call
        is_older = forgot_at is not None and part.began_at <= forgot_at
        if is_older or _there(asked) != part.calls:
            rewrite_part(export, part, table, progress)
        progress.advance(0)


def _there(asked: Sequence[int]) -> int:
    """How many of these calls there are still."""
    there = 0
    for at in range(0, len(asked), IDS_A_CHECK):
        ids = asked[at : at + IDS_A_CHECK]
        found = Call.objects.filter(near("pk", ids)).values_list("pk", flat=True)
        there += len(set(ids).intersection(found))
    return there
