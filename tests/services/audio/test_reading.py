"""What a file is, by its content alone."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.audio.sounds import mp3, wav, wav_encoded, with_tag
from voicegather.models import AudioFormat
from voicegather.services.audio import Sound, SoundError, doubts_of, read_sound


def read(content: bytes) -> Sound:
    return read_sound(io.BytesIO(content), size=len(content))


def test_what_a_telephone_carries_is_taken_without_a_word() -> None:
    sound = read(wav(2.5))

    assert sound == Sound(AudioFormat.WAV, 40_044, 2_500, 8_000, 1, bits=16)
    assert list(doubts_of(sound)) == []


def test_an_mp3_is_measured_by_its_frames() -> None:
    assert read(mp3(3.0)) == Sound(AudioFormat.MP3, 47_955, 2_997, 44_100, 2)


def test_an_mp3_with_a_huge_picture_is_read_past_it() -> None:
    sound = read(with_tag(mp3(3.0, channels=1), 5_000_000))

    assert (sound.duration_ms, sound.tag_bytes) == (2_997, 5_000_010)
    assert list(doubts_of(sound))[-1] == (
        "5.0 MB of it are a picture or other notes, which delay its start: save it without."
    )


@pytest.mark.parametrize(("codec", "bits"), [(6, 8), (7, 8), (0xFFFE, 16), (1, 24)])
def test_the_codecs_of_telephones_are_taken(codec: int, bits: int) -> None:
    assert read(wav_encoded(codec, bits=bits)).duration_ms == 1_000


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty"),
        (b"MZ" + bytes(500), "This is a program, not a WAV or MP3"),
        (b"OggS" + bytes(500), "This is an Ogg file, not a WAV or MP3"),
        (bytes(4) + b"ftypM4A " + bytes(99), "This is an M4A or MP4 file, not a WAV or MP3"),
        (b"hello", "This is no WAV or MP3, whatever its name says"),
        (wav()[:5_044], "The file is cut off: 31 % of its sound are there."),
        (wav()[:30], "This WAV file holds no sound"),
        (wav(0), "The file holds no sound"),
        (wav_encoded(0x11, bits=4), "This WAV file is encoded as IMA ADPCM"),
        (wav_encoded(3, bits=32), "This WAV file is encoded as 32-bit float"),
        (wav_encoded(0x7777), "This WAV file is encoded as 0x7777, 16 bits"),
        (mp3(layer=2), "This is MPEG layer 2, not MP3"),
        (with_tag(mp3(), 500_000)[:9_000], "The file is damaged"),
        (b"\xff\xfb" + bytes(5_000), "The file is damaged"),
        (b"RIFF\0\0\0\0WAVE" + b"junk\0\0\0\0" * 500, "This WAV file has too many parts"),
        (bytes(20_000_001), "The file has 20.0 MB, Telnyx takes 20 MB"),
    ],
)
def test_what_cannot_be_a_prompt_is_told_apart(content: bytes, says: str) -> None:
    with pytest.raises(SoundError) as refused:
        read(content)

    assert str(refused.value).startswith(says)
    assert ":" in str(refused.value) or "Save it again" in str(refused.value)


def test_a_recording_that_was_never_finished_is_told_apart() -> None:
    content = wav()
    at = content.index(b"data") + 4
    with pytest.raises(SoundError, match="never finished"):
        read(content[:at] + b"\xff\xff\xff\xff" + content[at + 4 :])


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (wav(rate=44_100), "It has 44,100 Hz, a telephone 8,000 or 16,000"),
        (wav(channels=2), "It has 2 channels, a telephone has one"),
        (wav(bits=24), "It has 24 bits a sample"),
        (wav(301, bits=8), "It is longer than five minutes"),
        (mp3(rate=16_000, channels=1), "An MP3 of 16,000 Hz is not played by every"),
    ],
)
def test_what_a_telephone_makes_worse_is_said(content: bytes, says: str) -> None:
    (doubt,) = doubts_of(read(content))

    assert doubt.startswith(says)


MAKERS: tuple[Callable[[], bytes], ...] = (wav, mp3, lambda: with_tag(mp3(), 400))


@given(
    made=st.sampled_from(MAKERS),
    cuts=st.lists(st.tuples(st.integers(0, 600), st.binary(max_size=12)), max_size=4),
    end=st.integers(0, 20_000),
)
def test_whatever_is_damaged_is_read_or_refused(
    made: Callable[[], bytes], cuts: list[tuple[int, bytes]], end: int
) -> None:
    content = bytearray(made()[:end])
    for at, other in cuts:
        content[at : at + len(other)] = other
    try:
        sound = read(bytes(content))
    except SoundError:
        return
    assert sound.duration_ms > 0


@given(st.binary(max_size=400))
def test_whatever_is_given_is_read_or_refused(content: bytes) -> None:
    for head in (b"", b"ID3\x04\0\0", b"\xff\xfb", b"RIFF\0\0\0\0WAVE"):
        try:
            read(head + content)
        except SoundError:
            continue
