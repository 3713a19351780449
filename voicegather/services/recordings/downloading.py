"""One recording read from its address: bounded in size and time, and checked for what it is."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO, Any

from django.utils.translation import gettext as _

from voicegather import conf
from voicegather.models import AudioFormat
from voicegather.services.audio import read_sound
from voicegather.services.audio.sounds import MOST_BYTES, SoundError
from voicegather.services.recordings.errors import NotNowError, RecordingError
from voicegather.services.recordings.hosts import host_of, may_fetch

CONNECT_SECONDS = 5.0
#: Between two pieces; well below the lease of the job.
READ_SECONDS = 20.0
WHOLE_SECONDS = 8 * 60.0
PIECE_BYTES = 64 * 1024
#: What a link that has died answers: 403 of a signature that is over, 404, 410, or 400.
DEAD = (400, 403, 404, 410)


class LinkDeadError(RecordingError):
    """The address is not good any more: a fresh one may be."""


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A whole recording in a temporary file, from its beginning."""

    content: IO[bytes]
    size: int
    sha256: str
    format: AudioFormat
    #: None for one that is too large to be looked at.
    milliseconds: int | None


@contextmanager
def downloaded(
    address: str, *, base_url: str, progress: Callable[[int, int], None]
) -> Iterator[Downloaded]:
    """Read it; `progress` is told of each piece, and of the whole size where that is known.

    Raises LinkDeadError, NotNowError, and RecordingError for what no other try will change.
    """
    if not may_fetch(address, base_url=base_url):
        raise RecordingError(
            _(
                "Telnyx's address leads to %s, from where this site does not fetch: if your "
                "account stores recordings there, add it to RECORDING_HOSTS, then try again."
            )
            % (host_of(address) or _("nowhere"))
        )
    with TemporaryFile() as file:
        digest = _read(address, file, progress)
        size = file.tell()
        file.seek(0)
        format_, milliseconds = _checked(file, size)
        file.seek(0)
        yield Downloaded(file, size, digest, format_, milliseconds)


def _read(address: str, file: IO[bytes], progress: Callable[[int, int], None]) -> str:
    # Here: web processes never need it.
    import httpx

    made = sha256()
    deadline = time.monotonic() + WHOLE_SECONDS
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    try:
        with (
            httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False) as client,
            client.stream("GET", address, headers={"Accept-Encoding": "identity"}) as answer,
        ):
            _mind_status(answer.status_code)
            told = _told_size(answer)
            for piece in answer.iter_raw(PIECE_BYTES):
                file.write(piece)
                made.update(piece)
                _mind_size(file.tell())
                if time.monotonic() > deadline:
                    raise NotNowError(_("Telnyx sends the recording too slowly."))
                progress(file.tell(), told)
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as problem:
        # Its text may quote the address.
        raise NotNowError(
            _("The recording could not be fetched (%s).") % type(problem).__name__
        ) from None
    if told and file.tell() != told:
        raise NotNowError(_("The recording broke off before its end."))
    return made.hexdigest()


def _mind_status(status: int) -> None:
    if status == 200:
        return
    if status in DEAD:
        raise LinkDeadError(_("The address of the recording has died (%d).") % status)
    raise NotNowError(_("The recording could not be fetched (%d).") % status)


def _told_size(answer: Any) -> int:
    length = answer.headers.get("content-length", "")
    size = int(length) if length.isascii() and length.isdecimal() and len(length) < 16 else 0
    _mind_size(size)
    return size


def _mind_size(size: int) -> None:
    most = conf.get("RECORDING_MAX_BYTES")
    if size > most:
        raise RecordingError(
            _(
                "The recording is larger than RECORDING_MAX_BYTES (%d): raise that setting, then "
                "try again."
            )
            % most
        )


def _checked(file: IO[bytes], size: int) -> tuple[AudioFormat, int | None]:
    """Its format and length. What is too large for a prompt is known by its beginning alone."""
    if size <= MOST_BYTES:
        try:
            sound = read_sound(file, size=size)
        except SoundError:
            raise NotNowError(_("What came in place of the recording is no sound.")) from None
        return sound.format, sound.duration_ms
    head = file.read(12)
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return AudioFormat.WAV, None
    if head[:3] == b"ID3" or (head[:1] == b"\xff" and head[1] & 0xE0 == 0xE0):
        return AudioFormat.MP3, None
    raise NotNowError(_("What came in place of the recording is no sound."))
