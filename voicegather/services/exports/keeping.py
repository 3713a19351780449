"""Files of exports: who may have them, how long they stay, and what erasure does to them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import IO

from django.db.models import F, Q
from django.utils.translation import gettext as _

from voicegather import conf
from voicegather.models import Export
from voicegather.models.exports import export_storage
from voicegather.models.jobs import UNFINISHED, JobState
from voicegather.selectors.collected.packing import unpacked
from voicegather.selectors.entries import Sight, sight_of
from voicegather.selectors.teams import AnyUser, teams_of
from voicegather.services import jobs, moments
from voicegather.services.exports.log import note, note_handed_over
from voicegather.services.exports.ranges import ExportError
from voicegather.services.exports.running import discard_parts
from voicegather.services.exports.storing import reported
from voicegather.services.periodic import every
from voicegather.services.stored import NotStoredError, open_stored

#: Files deleted at one go.
MOST_A_TURN = 50


def may_open(user: AnyUser, export: Export) -> bool:
    """Whether `user` may download the file: its owner, and whom it is shared with.

    Both need the permission to export; for sensitive values also the one to reveal them.
    """
    has_perm = getattr(user, "has_perm", None)
    if has_perm is None or not has_perm("voicegather.export_gatherresult"):
        return False
    if export.reveals and sight_of(user) is not Sight.REVEALED:
        return False
    is_own = export.owner_id is not None and export.owner_id == user.pk
    is_shared = export.team_id is not None and teams_of(user).filter(pk=export.team_id).exists()
    return is_own or is_shared or getattr(user, "is_superuser", False)


def open_file(export: Export, user: AnyUser) -> IO[bytes]:
    """The file for `user`, who may have it; on record before the first byte. Raises ExportError."""
    if not export.file:
        raise ExportError(_("The file is not there any more: export again."))
    try:
        opened = open_stored(export_storage(), export.file.name or "")
    except NotStoredError:
        raise ExportError(_("The storage does not have the file any more: export again.")) from None
    note(export, user=user.pk, what=f"Downloaded {export.shape} {export.format}")
    note_handed_over(export, user)
    return opened


def forget_calls(calls: Collection[int]) -> int:
    """Have every export that may hold one of these calls made anew without what was erased.

    Call it after what is erased is gone and committed. Files are deleted at once and made again in
    the background. Returns how many exports there were.
    """
    found = 0
    wanted = set(calls)
    kept = Export.objects.filter(Q(state__in=UNFINISHED) | ~Q(file="")).exclude(chosen_calls=b"")
    for export in kept.iterator(chunk_size=20):
        if wanted.isdisjoint(unpacked(export.chosen_calls)):
            continue
        found += 1
        Export.objects.filter(pk=export.pk).update(forgot_at=moments.now())
        if export.state == JobState.DONE:
            _make_anew(export)
    return found


def delete_file(export: Export) -> None:
    """Delete the file and what else is left of an export; its record stays."""
    discard_parts(export)
    if export.file:
        export_storage().delete(export.file.name or "")
        Export.objects.filter(pk=export.pk).update(file="")


@every(timedelta(minutes=1))
def delete_expired(moment: datetime) -> None:
    """Delete files whose time is over, and what is left of exports that failed or were stopped."""
    over = Q(expires_at__lt=moment) & ~Q(file="")
    stopped = Q(
        state__in=[JobState.FAILED, JobState.CANCELLED],
        parts__isnull=False,
        finished_at__lt=moment - timedelta(days=conf.get("EXPORT_DAYS")),
    )
    for export in Export.objects.filter(over | stopped).distinct().order_by("pk")[:MOST_A_TURN]:
        with reported(export.file.name or ""):
            delete_file(export)


@every(timedelta(minutes=1))
def make_forgetful_anew(moment: datetime) -> None:
    """Make exports anew that were finished at the very moment at which something was erased."""
    late = Export.objects.filter(state=JobState.DONE, forgot_at__gte=F("checked_at"))
    for export in late.exclude(file="")[:MOST_A_TURN]:
        _make_anew(export)


def _make_anew(export: Export) -> None:
    delete_file(export)
    jobs.run_again(export, only=Q(state=JobState.DONE), done=0)
