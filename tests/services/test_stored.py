"""Files of storages, which are read, or told of in one way, however a storage fails."""

from __future__ import annotations

import io
from pathlib import Path
from typing import IO, Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage

from voicegather.services.stored import Chunks, NotStoredError, open_stored, size_of


class LazyStorage(FileSystemStorage):
    """Finds out at the first seek that it has nothing, as storages across a network do."""

    def open(self, name: str, mode: str = "rb") -> Any:
        return LazyFile()


class LazyFile(io.BytesIO):
    closings = 0

    def seek(self, *args: int) -> int:
        raise OSError("no such key")

    def close(self) -> None:
        LazyFile.closings += 1
        super().close()


@pytest.fixture
def storage(tmp_path: Path) -> FileSystemStorage:
    return FileSystemStorage(location=tmp_path)


def test_a_file_is_opened_at_its_beginning(storage: FileSystemStorage) -> None:
    name = storage.save("answers.csv", ContentFile(b"call,value\r\n"))

    with open_stored(storage, name) as file:
        assert size_of(file) == 12
        assert file.read() == b"call,value\r\n"


def test_a_missing_file_is_told_of(storage: FileSystemStorage) -> None:
    with pytest.raises(NotStoredError, match=r"gone\.csv"):
        open_stored(storage, "gone.csv")


def test_a_file_that_cannot_be_sought_is_told_of_and_closed(tmp_path: Path) -> None:
    before = LazyFile.closings

    with pytest.raises(NotStoredError):
        open_stored(LazyStorage(location=tmp_path), "answers.csv")
    assert LazyFile.closings > before


@pytest.mark.parametrize(
    ("first", "last", "expected"), [(0, 9, b"0123456789"), (3, 5, b"345"), (9, 9, b"9")]
)
def test_chunks_are_the_bytes_asked_for_and_close_the_file(
    first: int, last: int, expected: bytes
) -> None:
    file: IO[bytes] = io.BytesIO(b"0123456789")

    assert b"".join(Chunks(file, first, last)) == expected
    assert file.closed


def test_chunks_of_an_empty_file_are_none() -> None:
    assert list(Chunks(io.BytesIO(b""), 0, -1)) == []
