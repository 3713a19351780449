"""The job that brings a recording from Telnyx into the site's storage, whatever its link does.

It looks at what is there already: run again after a worker's death, it neither fetches nor stores
twice. A link that has died is asked for anew; a recording of which no webhook came is looked for.
"""

from __future__ import annotations

import errno
import logging
import secrets
from contextlib import suppress
from typing import Any

from django.core.files import File
from django.utils.translation import gettext as _

from voicegather import conf
from voicegather.engine.state import Phase
from voicegather.models import LegRole, Recording
from voicegather.models.recordings import FOLDER, recording_storage
from voicegather.provider.client import RefusedError
from voicegather.provider.recordings import KeptRecording, look_up, recordings_of_leg
from voicegather.sealing import seal, unseal
from voicegather.services import moments
from voicegather.services.jobs import LeaseLost, Progress, RetryLater, job_kind
from voicegather.services.outbox import account_of
from voicegather.services.recordings.downloading import Downloaded, LinkDeadError, downloaded
from voicegather.services.recordings.errors import NotNowError, RecordingError
from voicegather.services.recordings.forgetting import delete_at_telnyx
from voicegather.services.tracebacks import safe_traceback

FIRST_PAUSE_S, LONGEST_PAUSE_S = 5.0, 600.0
MOST_TRIES = 10
#: How soon it is looked again whether a call that is recorded is over.
CALL_PAUSE_S = 600.0
#: Between when we asked for a recording and when Telnyx says that it began.
SKEW_S = 60.0
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_log = logging.getLogger("voicegather.recordings")


@job_kind("recording", model=Recording, queue="QUEUE_MEDIA")
def fetch(recording: Recording, progress: Progress) -> None:
    """Have the file in the storage, and Telnyx's copy deleted where the site wants that."""
    try:
        if recording.is_replaced:
            _drop(recording)
            return
        if not _is_stored(recording):
            _store_from(recording, progress)
        if conf.get("RECORDING_DELETE_AT_TELNYX"):
            delete_at_telnyx(recording)
    except NotNowError as problem:
        _again(recording, str(problem))
        raise RecordingError(str(problem)) from None


def _store_from(recording: Recording, progress: Progress) -> None:
    address = _address_of(recording)
    try:
        _store(recording, address, progress)
    except LinkDeadError:
        _store(recording, _fresh_address(recording), progress)


def _store(recording: Recording, address: str, progress: Progress) -> None:
    base_url = account_of(recording.connection).base_url

    def advance(read: int, whole: int) -> None:
        if whole and recording.total != whole:
            progress.total(whole)
        progress.advance(read - recording.done)

    recording.done = 0
    with downloaded(address, base_url=base_url, progress=advance) as found:
        _put(recording, found)


def _put(recording: Recording, found: Downloaded) -> None:
    """Under a name that the row has first: whatever a dying worker leaves is found by it."""
    storage = recording_storage()
    name = recording.file.name or _new_name(recording, found)
    _write(recording, file=name, format=found.format)
    try:
        storage.delete(name)
        stored = storage.save(name, File(found.content))
    except Exception as problem:
        # Each storage raises errors of its own.
        with suppress(Exception):
            storage.delete(name)
        raise NotNowError(_storage_trouble(problem)) from None
    _write(
        recording,
        file=stored,
        size=found.size,
        sha256=found.sha256,
        milliseconds=found.milliseconds or recording.milliseconds,
        sealed_address=None,
    )


def _new_name(recording: Recording, found: Downloaded) -> str:
    month = recording.began_at.strftime("%Y/%m")
    return f"{FOLDER}/{month}/{secrets.token_urlsafe(24)}.{found.format.value}"


def _write(recording: Recording, **columns: Any) -> None:
    """Raises LeaseLost where the row is gone, or another worker's: nothing stays of it then."""
    rows = Recording.objects.filter(pk=recording.pk, lease_owner=recording.lease_owner)
    if not rows.update(**columns):
        with suppress(Exception):
            recording_storage().delete(str(columns.get("file", "")))
        raise LeaseLost("Another worker has taken this recording, or it was deleted.")
    for name, value in columns.items():
        setattr(recording, name, value)


def _address_of(recording: Recording) -> str:
    if recording.sealed_address is not None:
        address: str = unseal(recording.sealed_address)
        return address
    return _fresh_address(recording)


def _fresh_address(recording: Recording) -> str:
    """A link of ten minutes from now. Raises NotNowError where Telnyx has none."""
    found = _asked(recording)
    if found is None or not found.address:
        if recording.saved_at is None and recording.call.phase != Phase.ENDED:
            raise RetryLater(CALL_PAUSE_S, _("The call is still under way."))
        raise NotNowError(_("Telnyx has no such recording, or not yet."))
    columns: dict[str, Any] = {
        "recording_id": found.recording_id,
        "channels": found.channels,
        "milliseconds": found.milliseconds,
        "began_at": found.began_at or recording.began_at,
        "ended_at": found.ended_at,
        "sealed_address": seal(found.address),
    }
    _write(
        recording,
        saved_at=recording.saved_at or moments.now(),
        **{name: value for name, value in columns.items() if value},
    )
    return found.address


def _asked(recording: Recording) -> KeptRecording | None:
    from voicegather.services.applications import advice_on

    account = account_of(recording.connection)
    try:
        if recording.recording_id:
            return look_up(account, recording.recording_id)
        leg = recording.call.legs.filter(role=LegRole.CALLER).exclude(call_leg_id="").first()
        listed = recordings_of_leg(account, leg.call_leg_id) if leg is not None else []
    except RefusedError as refused:
        raise NotNowError(advice_on(refused)) from None
    return _ours(recording, listed)


def _ours(recording: Recording, listed: list[KeptRecording]) -> KeptRecording | None:
    """The one that began when we asked for it, and is no other row's."""
    others = recording.call.recordings.exclude(pk=recording.pk)
    taken = set(others.values_list("recording_id", flat=True))
    near = [
        (abs((each.began_at - recording.began_at).total_seconds()), each.recording_id, each)
        for each in listed
        if each.began_at is not None and each.recording_id not in taken
    ]
    nearest = min(near, default=None)
    return nearest[2] if nearest is not None and nearest[0] <= SKEW_S else None


def _is_stored(recording: Recording) -> bool:
    """Whether an earlier try stored it: its size and digest are written after the file alone."""
    return bool(recording.sha256) and recording_storage().exists(recording.file.name or "")


def _drop(recording: Recording) -> None:
    """The caller recorded anew: neither the site nor Telnyx keeps this take."""
    delete_at_telnyx(recording)
    if recording.file:
        recording_storage().delete(recording.file.name or "")
    _write(recording, file="", size=0, sha256="", sealed_address=None, sealed_transcript=None)


def _again(recording: Recording, reason: str) -> None:
    """Raise RetryLater with a growing pause, until it was tried often enough."""
    if recording.tries < MOST_TRIES:
        pause = min(FIRST_PAUSE_S * 2 ** max(0, recording.tries - 1), LONGEST_PAUSE_S)
        raise RetryLater(pause, reason)


def _storage_trouble(problem: Exception) -> str:

    _log.error("The storage failed at a recording:\n%s", safe_traceback(problem))
    if isinstance(problem, OSError) and problem.errno in _FULL:
        return _("The storage for recordings is full. Make room, then try again.")
    return _("The storage did not take the recording (%s): see its settings.") % (
        type(problem).__name__
    )
