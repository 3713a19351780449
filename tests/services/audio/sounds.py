"""Real WAV and MP3 files, made on the spot."""

from __future__ import annotations

import io
import struct
import wave


def wav(
    seconds: float = 1.0, *, rate: int = 8_000, channels: int = 1, bits: int = 16, fill: int = 0
) -> bytes:
    """An uncompressed WAV file; `fill` is the value of every byte of its samples."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(bits // 8)
        file.setframerate(rate)
        file.writeframes(bytes([fill]) * (int(seconds * rate) * channels * bits // 8))
    return made.getvalue()


def wav_encoded(codec: int, *, bits: int = 16, samples: int = 8_000) -> bytes:
    """A WAV file whose header names the codec."""
    block = max(1, bits // 8)
    form = struct.pack("<HHIIHH", codec, 1, 8_000, 8_000 * block, block, bits)
    data = b"\x7f" * (samples * block)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", len(data)) + data
    return b"RIFF" + struct.pack("<I", len(body)) + body


def mp3(seconds: float = 1.0, *, rate: int = 44_100, channels: int = 2, layer: int = 3) -> bytes:
    """Silent frames of 128 kbit/s (MPEG 1) or 64 kbit/s (MPEG 2)."""
    is_first = rate >= 32_000
    rates = (44_100, 48_000, 32_000) if is_first else (22_050, 24_000, 16_000)
    version, kilobits, index = (3, 128, 9) if is_first else (2, 64, 8)
    if layer == 2:
        kilobits = 160 if is_first else 64
    header = (0x7FF << 21) | (version << 19) | ((4 - layer) << 17) | (1 << 16)
    header |= (index << 12) | (rates.index(rate) << 10) | ((0 if channels == 2 else 3) << 6)
    samples = 1152 if is_first or layer == 2 else 576
    length = samples // 8 * kilobits * 1000 // rate
    frame = header.to_bytes(4, "big") + bytes(length - 4)
    return frame * max(1, round(seconds * rate / samples))


def with_tag(sound: bytes, size: int) -> bytes:
    """The MP3 after an ID3 tag of `size` bytes, such as a picture makes."""
    marks = bytes((size >> shift) & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00\x00" + marks + bytes(size) + sound
