"""What an uploaded file really is, whatever its name says: within bounds of time and memory."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from mutagen import MutagenError
from mutagen.mp3 import BitrateMode, MPEGInfo
from mutagen.wave import WaveStreamInfo

from voicegather.models import AudioFormat
from voicegather.services.audio.sounds import MOST_BYTES, Sound, SoundError

#: More parts than any recorder writes; each costs memory to look at.
MOST_CHUNKS = 200
MOST_CHANNELS = 8
#: RFC 2361, and the headers of Windows' multimedia library.
_PCM, _FLOAT, _A_LAW, _MU_LAW, _EXTENSIBLE = 0x0001, 0x0003, 0x0006, 0x0007, 0xFFFE
#: What programs that stream write for a length that they do not know yet.
_UNFINISHED = 0x7FFFFFF0
_CODECS = {
    0x0002: "Microsoft ADPCM",
    _FLOAT: gettext_lazy("32-bit float"),
    0x0011: "IMA ADPCM",
    0x0031: "GSM 6.10",
    0x0055: "MP3",
    0x0161: "Windows Media Audio",
}
_OTHERS = (
    (b"MZ", gettext_lazy("a program")),
    (b"\x7fELF", gettext_lazy("a program")),
    (b"PK\x03\x04", gettext_lazy("an archive")),
    (b"Rar!", gettext_lazy("an archive")),
    (b"%PDF", gettext_lazy("a PDF")),
    (b"OggS", gettext_lazy("an Ogg file")),
    (b"fLaC", gettext_lazy("a FLAC file")),
    (b"FORM", gettext_lazy("an AIFF file")),
    (b"#!AMR", gettext_lazy("an AMR file")),
    (b"\x1aE\xdf\xa3", gettext_lazy("a WebM file")),
    (b"0&\xb2u", gettext_lazy("a Windows Media file")),
    (b"\x89PNG", gettext_lazy("a picture")),
    (b"\xff\xd8\xff", gettext_lazy("a picture")),
    (b"GIF8", gettext_lazy("a picture")),
)


def read_sound(file: IO[bytes], *, size: int) -> Sound:
    """What `file`, of `size` bytes, holds. Raises SoundError where it cannot be a prompt.

    Its content alone decides. Headers are read, and an MP3's first megabyte at most.
    """
    if size == 0:
        raise SoundError(_("The file is empty: record or save it again, then upload it."))
    if size > MOST_BYTES:
        raise SoundError(
            _(
                "The file has %(size)s, Telnyx takes 20 MB: save it as mono with 8,000 Hz, "
                "or cut it into parts."
            )
            % {"size": f"{size / 1_000_000:.1f} MB"}
        )
    file.seek(0)
    head = file.read(12)
    try:
        if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
            return _read_wav(file, size)
        if head[:3] == b"ID3" or _is_frame(head):
            return _read_mp3(file, size)
    except (MutagenError, struct.error, OSError, ValueError, OverflowError) as problem:
        raise SoundError(
            _("The file is damaged: no sound can be read from it. Save it again, and upload that.")
        ) from problem
    finally:
        file.seek(0)
    raise SoundError(_unknown(head))


def _read_wav(file: IO[bytes], size: int) -> Sound:
    chunks = dict(_chunks(file, size))
    if b"fmt " not in chunks or b"data" not in chunks:
        raise SoundError(_("This WAV file holds no sound: save it again, and upload that."))
    there, declared = chunks[b"data"]
    if declared > there + 1:
        raise SoundError(_cut_off(there, declared))
    info = WaveStreamInfo(file)
    codec = info.audio_format
    bits = info.bits_per_sample
    widths = (8,) if codec in (_A_LAW, _MU_LAW) else (8, 16, 24, 32)
    if codec not in (_PCM, _A_LAW, _MU_LAW, _EXTENSIBLE) or bits not in widths:
        named = _CODECS.get(codec, f"0x{codec:04x}, {bits} bits")
        raise SoundError(
            _(
                "This WAV file is encoded as %(codec)s, which telephone networks do not play: "
                "save it as PCM, 16 bits, 8,000 Hz, mono."
            )
            % {"codec": named}
        )
    return _sound(info, AudioFormat.WAV, size, bits=bits)


def _chunks(file: IO[bytes], size: int) -> Iterator[tuple[bytes, tuple[int, int]]]:
    """The parts of a RIFF file: name, bytes that are there, and bytes that there should be."""
    at = 12
    for _number in range(MOST_CHUNKS):
        if at + 8 > size:
            return
        file.seek(at)
        name, length = struct.unpack("<4sI", file.read(8))
        yield name, (min(length, size - at - 8), length)
        at += 8 + length + length % 2
    raise SoundError(_("This WAV file has too many parts: save it again, and upload that."))


def _read_mp3(file: IO[bytes], size: int) -> Sound:
    # Not mutagen's MP3: that reads tags, which may hold a picture, or unpack without end.
    info = MPEGInfo(file)
    if info.sketchy:
        raise ValueError("no row of frames")
    if info.layer != 3:
        raise SoundError(
            _("This is MPEG layer %(layer)d, not MP3: save it as MP3, or as WAV.")
            % {"layer": info.layer}
        )
    there = size - info.frame_offset
    if info.bitrate_mode is not BitrateMode.UNKNOWN:
        declared = int(info.bitrate / 8 * info.length)
        if there < declared * 0.9:
            raise SoundError(_cut_off(there, declared))
    return _sound(info, AudioFormat.MP3, size, tag_bytes=info.frame_offset)


def _sound(info: Any, format: AudioFormat, size: int, **more: int) -> Sound:
    duration_ms = round(info.length * 1000)
    if duration_ms < 1:
        raise SoundError(_("The file holds no sound: record or save it again, then upload it."))
    if not 1 <= info.channels <= MOST_CHANNELS or not 4_000 <= info.sample_rate <= 192_000:
        raise ValueError("channels or rate")
    return Sound(format, size, duration_ms, info.sample_rate, info.channels, **more)


def _is_frame(head: bytes) -> bool:
    """Whether these are the first bytes of MPEG audio: eleven bits set, and a layer."""
    return len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06 != 0


def _cut_off(there: int, declared: int) -> str:
    if declared >= _UNFINISHED:
        return _("The recording was never finished: save it again, and upload that.")
    return _(
        "The file is cut off: %(part)d %% of its sound are there. Save it again, and upload that."
    ) % {"part": there * 100 // declared}


def _unknown(head: bytes) -> str:
    if head[4:8] == b"ftyp":
        what = "an M4A or MP4 file"
    else:
        what = next((str(name) for mark, name in _OTHERS if head.startswith(mark)), "")
    if what:
        return _("This is %(what)s, not a WAV or MP3: save the sound as WAV or MP3.") % {
            "what": what
        }
    return _("This is no WAV or MP3, whatever its name says: save the sound as WAV or MP3.")
