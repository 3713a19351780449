"""What is known of a sound, and what becomes of it on its way into a telephone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from voicegather.exceptions import VoicegatherError
from voicegather.models import AudioFormat
from voicegather.services.display import grouped

#: What Telnyx stores (Telnyx docs: upload media), and what callers should not be made to wait for.
MOST_BYTES = 20_000_000
#: What a telephone carries, narrow and wide band.
PHONE_RATES = (8_000, 16_000)
LONG_MS = 5 * 60 * 1000
#: A tag larger than this is a picture, and no caller sees it.
LARGE_TAG_BYTES = 200_000


class SoundError(VoicegatherError):
    """A file that cannot be a prompt; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Sound:
    """What a WAV or MP3 file holds. `bits` is 0 where samples have none, as in MP3."""

    format: AudioFormat
    size: int
    duration_ms: int
    sample_rate: int
    channels: int
    bits: int = 0
    #: Of what stands before an MP3's sound: title, picture and the like.
    tag_bytes: int = 0


def doubts_of(sound: Sound) -> Iterator[str]:
    """What will make a caller hear it worse or later than it could be, and how to mend it."""
    if sound.channels > 1:
        yield ngettext(
            "It has %(number)d channel, a telephone has one: save it as mono.",
            "It has %(number)d channels, a telephone has one: save it as mono.",
            sound.channels,
        ) % {"number": sound.channels}
    if sound.format is AudioFormat.MP3 and sound.sample_rate < 32_000:
        # Seen with 16 kHz: a gather ended at once, as if the caller had entered something wrong.
        yield _(
            "An MP3 of %(rate)s Hz is not played by every telephone network: "
            "save it as WAV, 8,000 Hz, 16 bits, mono."
        ) % {"rate": grouped(sound.sample_rate)}
    elif sound.sample_rate not in PHONE_RATES:
        yield _(
            "It has %(rate)s Hz, a telephone 8,000 or 16,000: the network converts it. "
            "How it will sound you hear best from a WAV of 8,000 Hz, 16 bits, mono."
        ) % {"rate": grouped(sound.sample_rate)}
    if sound.bits > 16:
        yield _("It has %(bits)d bits a sample, the network converts it: save it with 16 bits.") % {
            "bits": sound.bits
        }
    if sound.duration_ms > LONG_MS:
        yield _("It is longer than five minutes: few callers listen so long.")
    if sound.tag_bytes > LARGE_TAG_BYTES:
        yield _(
            "%(size)s of it are a picture or other notes, which delay its start: save it without."
        ) % {"size": f"{sound.tag_bytes / 1_000_000:.1f} MB"}
