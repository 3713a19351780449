"""Files of the site's storages, opened to be handed over: whole, or a part of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import IO

from django.core.files.storage import Storage

BYTES_A_CHUNK = 64 * 1024


class NotStoredError(Exception):
    """The storage has no such file, or does not give it now."""


def open_stored(storage: Storage, name: str) -> IO[bytes]:
    """The file at its beginning, known to have a size. Raises NotStoredError."""
    # Each storage raises errors of its own, some of them no sooner than at the first seek.
    try:
        file: IO[bytes] = storage.open(name)
    except Exception as problem:
        raise NotStoredError(name) from problem
    try:
        size_of(file)
    except Exception as problem:
        file.close()
        raise NotStoredError(name) from problem
    return file


def size_of(file: IO[bytes]) -> int:
    """In bytes; the file is at its beginning then."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    return size


class Chunks:
    """Bytes `first` to `last` of an open file, for a response that closes it at its end."""

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
        """Called by Django, too, where the download is cut off."""
        self._file.close()
