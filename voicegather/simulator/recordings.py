"""The account's recordings: listed, deleted, and fetched under addresses that die. All silence."""

from __future__ import annotations

import io
import re
import secrets
import time
import wave
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from voicegather.simulator import errors
from voicegather.simulator.paging import Query

Record = dict[str, Any]

RATE = 8000
NAME = re.compile(
    r"/recordings/(?P<id>[0-9a-f-]{36})\.(?P<format>wav|mp3)"
    r"\?X-Amz-Expires=[0-9]+&X-Amz-Signature=(?P<signature>[0-9a-f]+)"
)
RECORDINGS = "recordings"
TRANSCRIPTIONS = "recording_transcriptions"
#: Of those that Telnyx has (Telnyx docs: list all call recordings).
FILTERS = ("call_leg_id", "call_session_id", "call_control_id", "connection_id")
#: How long an address is good for, in real seconds (Telnyx docs: call.recording.saved).
ADDRESS_SECONDS = 600
#: One MPEG-1 Layer III frame, mono, 44.1 kHz at 32 kbit/s, all zero: a decoder plays silence.
SILENT_FRAME = bytes.fromhex("fffb10c4") + bytes(100)


#: Of a recording, however long it took: a decoder plays so many seconds of silence at most.
LONGEST_SECONDS = 60
_FRAMES_A_SECOND = 38
#: What `Download.GIANT` pretends to be.
GIANT_BYTES = 50 * 1024**3


class Download(StrEnum):
    """What can go wrong with the file behind an address."""

    MISSING = "missing"
    BROKEN_SERVER = "broken server"
    #: The connection ends in the middle of the file.
    TRUNCATED = "truncated"
    #: A page for people comes in its place.
    WEB_PAGE = "web page"
    #: It says that it is far too large.
    GIANT = "giant"
    #: It comes in pieces, with pauses.
    SLOW = "slow"
    #: It leads elsewhere.
    REDIRECT = "redirect"
    #: The address has died, although its time is not over.
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class File:
    """What an address is answered with over HTTP.

    `told_bytes` is the length that is announced, where it is not the content's.
    """

    status: int
    content_type: str
    content: bytes
    told_bytes: int | None = None
    slowly: bool = False
    location: str = ""


@dataclass(slots=True)
class Kept:
    """A recording as the account lists it."""

    fields: dict[str, Any]
    seconds: float
    deleted: bool = False


class Archive:
    """Recordings, each fetched under addresses that are good for ten minutes."""

    def __init__(self, address: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self._address = address
        self._clock = clock
        self._addresses: dict[str, tuple[str, float]] = {}
        self._kept: dict[str, Kept] = {}
        self._transcriptions: dict[str, Record] = {}
        self.troubles: deque[Download] = deque()

    def keep(self, recording_id: str, fields: dict[str, Any], seconds: float = 0.2) -> None:
        """Have the account list a recording, of so many seconds."""
        self._kept[recording_id] = Kept({"id": recording_id, **fields}, seconds)

    def publish(self, recording_id: str, file_format: str) -> str:
        """A new address of a recording, which is good from now on."""
        signature = secrets.token_hex(8)
        self._addresses[signature] = (recording_id, self._clock())
        name = f"{recording_id}.{file_format}"
        query = f"X-Amz-Expires={ADDRESS_SECONDS}&X-Amz-Signature={signature}"
        return f"{self._address}/recordings/{name}?{query}"

    def fetch(self, path: str) -> File | None:
        """The file of an address, or what tells that it is too late; None for other addresses."""
        name = NAME.fullmatch(path)
        if name is None or name["signature"] not in self._addresses:
            return None
        recording_id, published_at = self._addresses[name["signature"]]
        if self.troubles:
            return self._trouble(self.troubles.popleft(), name)
        kept = self._kept.get(recording_id)
        gone = kept is not None and kept.deleted
        if gone or self._clock() - published_at > ADDRESS_SECONDS or recording_id != name["id"]:
            return _DENIED
        return self._file(name, kept.seconds if kept else 0.2)

    def ids(self) -> list[str]:
        """Of all recordings that were not deleted."""
        return [name for name, each in self._kept.items() if not each.deleted]

    def write(self, transcription_id: str, recording_id: str, words: str) -> None:
        """Have the account keep what was said in a recording, by itself."""
        self._transcriptions[transcription_id] = {
            "id": transcription_id,
            "record_type": "recording_transcription",
            "recording_id": recording_id,
            "status": "completed",
            "transcription_text": words,
        }

    def transcription_ids(self) -> list[str]:
        """Of all transcriptions that were not deleted."""
        return [*self._transcriptions]

    # -- the account's recordings (Telnyx docs: call recordings) --------------------------------

    def list(self, query: str) -> Record:
        """A page of those that the filters let through, the newest first; raises `Refused`."""
        asked = Query(query)
        asked.only([f"filter[{name}]" for name in FILTERS])
        kept = [each for each in reversed(self._kept.values()) if not each.deleted]
        found = asked.page(each.fields for each in kept if _fits(each.fields, asked))
        found["data"] = [self._shown(self._kept[each["id"]]) for each in found["data"]]
        return found

    def read(self, recording_id: str) -> Record:
        """One recording, with a fresh address."""
        return {"data": self._shown(self._known(recording_id))}

    def delete(self, recording_id: str) -> Record:
        """Forget it, and tell once more what it was: its addresses die."""
        kept = self._known(recording_id)
        kept.deleted = True
        return {"data": _told(kept)}

    # -- its transcriptions (Telnyx docs: recording transcriptions) -----------------------------

    def list_transcriptions(self, query: str) -> Record:
        """A page of those of the recording that the filter names, the newest first."""
        asked = Query(query)
        asked.only(["filter[recording_id]"])
        wanted = asked.text("filter[recording_id]")
        written = reversed(self._transcriptions.values())
        return asked.page(each for each in written if wanted in ("", each["recording_id"]))

    def read_transcription(self, transcription_id: str) -> Record:
        return {"data": dict(self._known_transcription(transcription_id))}

    def delete_transcription(self, transcription_id: str) -> Record:
        """Forget what was said; its recording stays."""
        told = self._known_transcription(transcription_id)
        del self._transcriptions[transcription_id]
        return {"data": told}

    def _known_transcription(self, transcription_id: str) -> Record:
        if transcription_id not in self._transcriptions:
            raise errors.not_found(f"/v2/{TRANSCRIPTIONS}/{transcription_id}")
        return self._transcriptions[transcription_id]

    def _known(self, recording_id: str) -> Kept:
        kept = self._kept.get(recording_id)
        if kept is None or kept.deleted:
            raise errors.not_found(f"/v2/{RECORDINGS}/{recording_id}")
        return kept

    def _shown(self, kept: Kept) -> Record:
        file_format = str(kept.fields.get("format", "mp3"))
        url = self.publish(kept.fields["id"], file_format)
        return _told(kept) | {"download_urls": {file_format: url}}

    def _file(self, name: re.Match[str], seconds: float) -> File:
        seconds = min(seconds, LONGEST_SECONDS)
        if name["format"] == "mp3":
            frames = max(8, round(seconds * _FRAMES_A_SECOND))
            return File(200, "audio/mpeg", SILENT_FRAME * frames)
        return File(200, "audio/wav", _silent_wave(seconds))

    def _trouble(self, trouble: Download, name: re.Match[str]) -> File:
        whole = self._file(name, 1.0)
        match trouble:
            case Download.MISSING:
                return File(404, "application/xml", b"<Error><Code>NoSuchKey</Code></Error>")
            case Download.BROKEN_SERVER:
                return File(500, "application/xml", b"<Error><Code>InternalError</Code></Error>")
            case Download.TRUNCATED:
                half = whole.content[: len(whole.content) // 2]
                return replace(whole, content=half, told_bytes=len(whole.content))
            case Download.WEB_PAGE:
                return File(200, "text/html", b"<html><body>Please sign in.</body></html>")
            case Download.GIANT:
                return replace(whole, told_bytes=GIANT_BYTES)
            case Download.SLOW:
                return replace(whole, slowly=True)
            case Download.REDIRECT:
                return File(302, "text/plain", b"", location="http://169.254.169.254/latest/")
        return _DENIED


_DENIED = File(403, "application/xml", b"<Error><Code>AccessDenied</Code></Error>")


def _told(kept: Kept) -> Record:
    """What Telnyx tells of it besides its addresses."""
    told = {name: value for name, value in kept.fields.items() if name != "format"}
    return {"record_type": "recording", "status": "completed", **told}


def _fits(fields: Record, asked: Query) -> bool:
    return all(asked.text(f"filter[{name}]") in ("", str(fields.get(name, ""))) for name in FILTERS)


def _silent_wave(seconds: float) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(bytes(2 * round(RATE * max(0.2, seconds))))
    return buffer.getvalue()
