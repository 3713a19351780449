"""Recordings heard and transcripts read: on record before the first byte."""

from __future__ import annotations

from typing import IO

from django.utils.translation import gettext as _

from voicegather.exceptions import UnsealError
from voicegather.models import Recording
from voicegather.models.recordings import recording_storage
from voicegather.sealing import unseal
from voicegather.selectors.recordings import may_listen
from voicegather.selectors.teams import AnyUser
from voicegather.services.disclosures import Kind, Way, note_view
from voicegather.services.recordings.errors import RecordingError
from voicegather.services.stored import NotStoredError, open_stored


class NotAllowedError(RecordingError):
    """Who asks may not hear this recording; nothing was opened, and nothing is on record."""


def open_sound(recording: Recording, *, user: AnyUser, way: Way) -> IO[bytes]:
    """The file for `user`; that they hear it is on record once an hour.

    Raises NotAllowedError, and RecordingError where there is no file.
    """
    if not may_listen(user, recording):
        raise NotAllowedError(_("You may not listen to this recording."))
    if not recording.is_kept:
        raise RecordingError(_("The recording is not there: its page says why."))
    note_view(user=user, kind=Kind.RECORDING, rows=[recording], way=way)
    try:
        return open_stored(recording_storage(), recording.file.name or "")
    except NotStoredError:
        raise RecordingError(_("The storage does not have the recording any more.")) from None


def read_transcripts(recordings: list[Recording], *, user: AnyUser, way: Way) -> dict[int, str]:
    """By their ids, the transcripts that `user` may read; those are on record once an hour."""
    shown = [
        each for each in recordings if each.sealed_transcript is not None and may_listen(user, each)
    ]
    if shown:
        note_view(user=user, kind=Kind.TRANSCRIPT, rows=shown, way=way)
    return {each.pk: _words_of(each) for each in shown}


def _words_of(recording: Recording) -> str:
    try:
        return str(unseal(recording.sealed_transcript or b""))
    except UnsealError as problem:
        return str(problem)
