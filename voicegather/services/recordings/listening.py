"""Recordings heard and transcripts read: on record before the first byte."""

from __future__ import annotations

from collections.abc import Iterator
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

BYTES_A_CHUNK = 64 * 1024


class NotAllowedError(RecordingError):
    """Who asks may not hear this recording; nothing was opened, and nothing is on record."""


class Chunks:
    """Bytes `first` to `last` of an open file, for a response that closes it."""

    def __init__(self, file: IO[bytes], first: int, last: int) -> None:
        self._file = file
        self._left = last - first + 1
        file.seek(first)

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        wanted = min(BYTES_A_CHUNK, self._left)
        some = b"" if self._file.closed or not wanted else self._file.read(wanted)
        if not some:
            self.close()
            raise StopIteration
        self._left -= len(some)
        return some

    def close(self) -> None:
        self._file.close()


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
        opened: IO[bytes] = recording_storage().open(recording.file.name or "")
    except Exception:
        # Each storage raises errors of its own.
        raise RecordingError(_("The storage does not have the recording any more.")) from None
    return opened


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
