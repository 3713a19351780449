"""Telnyx media storage: files that calls play by name until their time is over."""

from __future__ import annotations

import io
import re
import wave
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from voicegather.simulator import errors
from voicegather.simulator.errors import Refused
from voicegather.simulator.media_tables import DEFAULT_TTL, UPDATE_MEDIA, UPLOAD_MEDIA
from voicegather.simulator.validation import problem_with, validate

MEDIA = "media"
#: Where a file's length cannot be read from it.
UNKNOWN_SECONDS = 3.0
_TYPES = {b"RIFF": "audio/wav", b"ID3": "audio/mpeg", b"\xff": "audio/mpeg"}
_FIELD = re.compile(rb'name="([^"]*)"')

Record = dict[str, Any]


@dataclass(slots=True)
class File:
    """One stored file; `content` is empty where it was given by its address."""

    name: str
    content_type: str
    content: bytes
    created_at: datetime
    updated_at: datetime
    expires_at: datetime

    @property
    def seconds(self) -> float:
        """How long it plays."""
        try:
            with wave.open(io.BytesIO(self.content)) as sound:
                return float(sound.getnframes() / sound.getframerate())
        except (wave.Error, EOFError):
            return UNKNOWN_SECONDS


class Library:
    """The account's media by name. Call every method with the exchange's lock held.

    Addresses are kept as they were written: the simulator fetches nothing.
    """

    def __init__(self, moment: Callable[[], datetime]) -> None:
        self._moment = moment
        self._files: dict[str, File] = {}

    def keep(self, name: str, content: bytes = b"", *, ttl_secs: int = DEFAULT_TTL) -> None:
        """Have the account own a file, as if it had been uploaded a moment ago."""
        made = self._moment()
        ends = made + timedelta(seconds=ttl_secs)
        self._files[name] = File(name, _type_of(content), content, made, made, ends)

    def expire(self, name: str) -> None:
        """End a file's time now."""
        self._files[name].expires_at = self._moment()

    def content(self, name: str) -> bytes | None:
        """What is stored under `name`, None for nothing and for what has expired."""
        file = self.find(name)
        return file.content if file is not None else None

    def find(self, name: str) -> File | None:
        """The file, unless its time is over."""
        file = self._files.get(name)
        return file if file is not None and file.expires_at > self._moment() else None

    def list(self) -> Record:
        """All files, the newest first (Telnyx docs: list uploaded media)."""
        found = [self._shown(each) for each in self._files.values() if self.find(each.name)]
        meta = {"page_number": 1, "page_size": len(found), "total_pages": 1}
        return {"data": found[::-1], "meta": meta | {"total_results": len(found)}}

    def read(self, name: str) -> Record:
        """One file's facts (Telnyx docs: retrieve stored media)."""
        return {"data": self._shown(self._known(name))}

    def upload(self, params: Record) -> Record:
        """A new file, by its address or its content (Telnyx docs: upload media)."""
        given = validate(UPLOAD_MEDIA, (_one_source,), params)
        name = given.get("media_name") or f"media-{len(self._files) + 1}"
        if self.find(name) is not None:
            raise _refusal("media_name", "has already been taken")
        content = given.get("media", b"")
        self.keep(name, content, ttl_secs=given.get("ttl_secs", DEFAULT_TTL))
        return self.read(name)

    def update(self, name: str, params: Record) -> Record:
        """Another content, or a new time to live from now on (Telnyx docs: update stored media)."""
        file = self._known(name)
        given = validate(UPDATE_MEDIA, (), params)
        file.content = given.get("media", file.content)
        file.updated_at = self._moment()
        file.expires_at = file.updated_at + timedelta(seconds=given.get("ttl_secs", DEFAULT_TTL))
        return self.read(name)

    def delete(self, name: str) -> Record:
        """Forget a file (Telnyx docs: delete stored media)."""
        del self._files[self._known(name).name]
        return {}

    def _known(self, name: str) -> File:
        file = self.find(name)
        if file is None:
            raise errors.not_found(f"/v2/{MEDIA}/{name}")
        return file

    def _shown(self, file: File) -> Record:
        return {
            "media_name": file.name,
            "content_type": file.content_type,
            "created_at": file.created_at.isoformat(),
            "updated_at": file.updated_at.isoformat(),
            "expires_at": file.expires_at.isoformat(),
        }


def parse_form(body: bytes, headers: Mapping[str, str]) -> Record | None:
    """The fields of a multipart form: `media` as bytes, numbers as such; None for other bodies."""
    kind, _, rest = headers.get("content-type", "").partition(";")
    if kind.strip().lower() != "multipart/form-data":
        return None
    boundary = rest.partition("boundary=")[2].strip().strip('"')
    if not boundary:
        raise errors.malformed("The multipart form has no boundary.")
    fields: Record = {}
    for part in (b"\r\n" + body).split(b"\r\n--" + boundary.encode())[1:-1]:
        head, _, content = part.partition(b"\r\n\r\n")
        named = _FIELD.search(head)
        if named is None:
            raise errors.malformed("A part of the multipart form has no name.")
        name = named[1].decode()
        text = content if name == MEDIA else content.decode()
        is_number = isinstance(text, str) and name == "ttl_secs" and text.isdecimal()
        fields[name] = int(text) if is_number else text
    return fields


def _one_source(given: Record) -> errors.Problem | None:
    if ("media" in given) == ("media_url" in given):
        return problem_with("media_url", errors.MISSING_PARAMETER, "or media must be given")
    return None


def _refusal(name: str, detail: str) -> Refused:
    return Refused(422, problem_with(name, errors.BAD_REQUEST, detail))


def _type_of(content: bytes) -> str:
    found = (kind for mark, kind in _TYPES.items() if content.startswith(mark))
    return next(found, "application/octet-stream")
