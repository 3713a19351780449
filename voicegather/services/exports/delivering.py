"""A small export, made while its owner waits: whole before its first byte leaves."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta
from tempfile import SpooledTemporaryFile
from uuid import uuid4

from django.utils.translation import gettext as _

from voicegather import conf
from voicegather.models import Export
from voicegather.models.jobs import JobState
from voicegather.selectors.collected import Scope
from voicegather.services import moments
from voicegather.services.exports.formats import in_format
from voicegather.services.exports.log import note_handed_over
from voicegather.services.exports.ranges import ExportError
from voicegather.services.exports.running import table_for
from voicegather.services.exports.table import ExportTable

#: Where the file is while it is small.
BYTES_IN_MEMORY = 4 * 1024 * 1024
#: Whoever makes it has died if it takes longer: the background makes it then.
LEASE = timedelta(minutes=5)


def is_small(export: Export) -> bool:
    """Whether the export is of so few calls that its owner can wait for it."""
    most: int = conf.get("EXPORT_CALLS_AT_ONCE")
    return export.total <= most


def make_now(export: Export) -> SpooledTemporaryFile[bytes]:
    """The whole file, open at its beginning. Nothing of it is kept.

    On record it is running meanwhile, and done or failed when this returns or raises.
    """
    owner = uuid4().hex
    rows = Export.objects.filter(pk=export.pk)
    began = moments.now()
    taken = rows.filter(state=JobState.WAITING).update(
        state=JobState.RUNNING, lease_owner=owner, lease_until=began + LEASE, started_at=began
    )
    if not taken:
        raise ExportError(_("This export is being made already."))
    try:
        table = table_for(export, Scope.of(vars(export)))
        made = _made(export, table)
    except BaseException as problem:
        told = _("It stopped with an error; the log says where.")
        if isinstance(problem, ExportError):
            told = str(problem)
        _finish(export, owner, state=JobState.FAILED, failure=told)
        if isinstance(problem, OSError):
            room = _("This machine has no room for the file: make some, then export again.")
            raise ExportError(room) from None
        raise
    counts = {"rows": table.count, "gone": table.gone, "unreadable": table.unreadable}
    _finish(export, owner, state=JobState.DONE, done=export.total, **counts)
    if export.owner is not None:
        note_handed_over(export, export.owner)
    return made


def _made(export: Export, table: ExportTable) -> SpooledTemporaryFile[bytes]:
    with ExitStack() as stack:
        made = stack.enter_context(SpooledTemporaryFile(BYTES_IN_MEMORY))
        for chunk in in_format(table, export.format):
            made.write(chunk)
        made.seek(0)
        # Whole: whoever asked for it closes it.
        stack.pop_all()
        return made


def _finish(export: Export, owner: str, **columns: object) -> None:
    Export.objects.filter(pk=export.pk, lease_owner=owner).update(
        lease_owner="", lease_until=None, finished_at=moments.now(), **columns
    )
