"""Recordings deleted: their rows and files here, and Telnyx's own copies."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from voicegather.exceptions import VoicegatherError
from voicegather.models import Call, Recording
from voicegather.models.recordings import recording_storage
from voicegather.provider.client import RefusedError
from voicegather.provider.recordings import delete_recording
from voicegather.selectors.holds import held_among, who_releases
from voicegather.services import moments
from voicegather.services.outbox import account_of
from voicegather.services.recordings.errors import NotNowError, RecordingError
from voicegather.services.tracebacks import safe_traceback

_log = logging.getLogger("voicegather.recordings")


def forget(recordings: Iterable[Recording]) -> None:
    """Delete files and rows, once the transaction around it has ended; at once where there is none.

    A row stays while its file cannot be deleted, so that nothing is left behind unseen, and while
    its call is under legal hold: the others go, and RecordingError is raised then. Telnyx's own
    copies are `delete_at_telnyx`'s.
    """
    transaction.on_commit(partial(_forget, tuple(recordings)))


def delete_at_telnyx(recording: Recording) -> None:
    """Have Telnyx delete its copy; one that it has no more (404) is deleted.

    Does nothing where Telnyx has named no recording. Raises RecordingError, which says why not:
    NotNowError where Telnyx may do it in a moment.
    """
    from voicegather.services.applications import advice_on

    if recording.left_telnyx_at is not None or not recording.recording_id:
        return
    try:
        delete_recording(account_of(recording.connection), recording.recording_id)
    except RefusedError as refused:
        trouble = NotNowError if refused.may_pass else RecordingError
        raise trouble(advice_on(refused)) from refused
    recording.left_telnyx_at = moments.now()
    Recording.objects.filter(pk=recording.pk).update(left_telnyx_at=recording.left_telnyx_at)


def _forget(recordings: tuple[Recording, ...]) -> None:
    stuck, held = 0, 0
    for recording in recordings:
        try:
            held += not _is_forgotten(recording.pk)
        except _NotDeletedError:
            stuck += 1
    if stuck:
        raise RecordingError(
            _("Not deleted by the storage: %d recordings. See that it can be written, then retry.")
            % stuck
        )
    if held:
        raise RecordingError(
            _("The call is under legal hold: its recordings are kept. %s") % who_releases()
        )


class _NotDeletedError(VoicegatherError):
    pass


def _is_forgotten(pk: int) -> bool:
    """Whether row and file are gone; not so of a call under hold, for which holds wait for us."""
    with transaction.atomic():
        # The file is named by the row as it is now: a worker may have stored it meanwhile.
        row = Recording.objects.filter(pk=pk).first()
        if row is None:
            return True
        list(Call.objects.select_for_update().filter(pk=row.call_id).values_list("pk"))
        if held_among([row.call_id]):
            return False
        try:
            if row.file:
                recording_storage().delete(row.file.name or "")
        except Exception as problem:
            # Each storage raises errors of its own.
            _log.error("A recording could not be deleted:\n%s", safe_traceback(problem))
            raise _NotDeletedError from None
        row.delete()
    return True
