"""Files of access requests: who may have them, and for how long."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import IO

from django.utils.translation import gettext as _

from voicegather.models import AccessRequest, Disclosure
from voicegather.models.exports import export_storage
from voicegather.models.jobs import UNFINISHED, JobState
from voicegather.selectors.entries import Sight, sight_of
from voicegather.selectors.teams import AnyUser
from voicegather.services.access.asking import AccessError
from voicegather.services.disclosures import note_disclosure
from voicegather.services.exports.storing import reported
from voicegather.services.periodic import every
from voicegather.services.stored import NotStoredError, open_stored

MOST_A_TURN = 50
#: Those that failed or were stopped know their caller for so long, for another try.
TRIED_AGAIN = timedelta(days=7)


def may_open(user: AnyUser, request: AccessRequest) -> bool:
    """Whether `user` may download the file: who has the permission to gather such files.

    For sensitive values also the one to reveal them; but for superusers only who asked for it.
    """
    has_perm = getattr(user, "has_perm", None)
    if has_perm is None or not has_perm("voicegather.export_caller"):
        return False
    if request.reveals and sight_of(user) is not Sight.REVEALED:
        return False
    is_own = request.owner_id is not None and request.owner_id == user.pk
    return is_own or getattr(user, "is_superuser", False)


def open_file(
    request: AccessRequest, user: AnyUser, *, way: Disclosure.Way = Disclosure.Way.ADMIN
) -> IO[bytes]:
    """The file for `user`, who may have it; on record before the first byte. Raises AccessError."""
    gone = _("The file is not there any more: gather it again.")
    if not request.file or request.state != JobState.DONE:
        raise AccessError(gone)
    try:
        opened = open_stored(export_storage(), request.file.name or "")
    except NotStoredError:
        raise AccessError(gone) from None
    note_disclosure(
        user=user,
        kind=Disclosure.Kind.SUBJECT,
        rows=[request],
        way=way,
        reason=request.reason[:300],
    )
    return opened


@every(timedelta(minutes=1))
def delete_expired_answers(moment: datetime) -> None:
    """Delete files whose time is over; with them the request forgets whom it was about."""
    over = AccessRequest.objects.filter(expires_at__lt=moment).exclude(file="")
    for request in over[:MOST_A_TURN]:
        with reported(request.file.name or ""):
            export_storage().delete(request.file.name or "")
        AccessRequest.objects.filter(pk=request.pk).update(file="", sealed_subject=None)
    ended = AccessRequest.objects.filter(finished_at__lt=moment - TRIED_AGAIN, file="")
    ended.exclude(sealed_subject=None).exclude(state__in=UNFINISHED).update(sealed_subject=None)
