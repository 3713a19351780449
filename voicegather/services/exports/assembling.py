"""An export's parts put together to the one file that people download."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from datetime import timedelta
from typing import IO, TYPE_CHECKING, Any

from django.core.files.base import File

from voicegather.models import Export, ExportPart
from voicegather.models.exports import FOLDER, export_storage
from voicegather.services import moments
from voicegather.services.exports.formats import TEXT_FORMATS, TextFormat
from voicegather.services.exports.parts import rows_in
from voicegather.services.exports.storing import reported
from voicegather.services.exports.table import Column
from voicegather.services.exports.workbook import Workbook
from voicegather.services.jobs import Progress

if TYPE_CHECKING:
    _File = File[bytes]
else:
    _File = File

BYTES_AT_ONCE = 1024 * 1024
#: What compressing the largest workbook may take; nobody can ask for an end meanwhile.
COMPRESSING = timedelta(minutes=10)


def assemble(
    export: Export, parts: Sequence[ExportPart], columns: Sequence[Column], progress: Progress
) -> None:
    """Write the file from its parts; sets `file` and `size`, and saves neither.

    Raises StorageFailedError with nothing left behind.
    """
    name = file_path(export)
    with reported(name), tempfile.TemporaryFile() as made:
        format = TEXT_FORMATS.get(export.format)
        if format is not None:
            _join(made, format, parts, columns, progress)
        else:
            _fill(made, export, parts, columns, progress)
        export.size = made.tell()
        made.seek(0)
        storage = export_storage()
        storage.delete(name)
        export.file.name = storage.save(name, Followed(made, progress))


def file_path(export: Export) -> str:
    """Where the file is in its storage: nobody can guess the address of what they may not have."""
    if export.schedule_id and export.due_at:
        day = f"{export.due_at:%Y-%m-%d}"
        folder = f"{FOLDER}/scheduled/{export.schedule_id}"
        return f"{folder}/{day}_{export.token}.{export.format}"
    return f"{FOLDER}/{export.token}/{download_name(export)}"


def download_name(export: Export) -> str:
    """What the file is called where it is saved."""
    source = export.filters.get("list", "export")
    return f"{source}_{export.shape}_{export.as_of:%Y%m%d_%H%M%S}.{export.format}"


class Followed(_File):
    """A file whose reader keeps the job's lease, however slow the storage is."""

    def __init__(self, file: IO[bytes], progress: Progress) -> None:
        super().__init__(file)
        self._progress = progress

    def read(self, *args: Any) -> bytes:
        self._progress.advance(0)
        assert self.file is not None
        return self.file.read(*args)


def _join(
    made: IO[bytes],
    format: TextFormat,
    parts: Sequence[ExportPart],
    columns: Sequence[Column],
    progress: Progress,
) -> None:
    made.write(format.header(columns).encode())
    for part in parts:
        with export_storage().open(part.file) as file:
            while some := file.read(BYTES_AT_ONCE):
                made.write(some)
                progress.advance(0)


def _fill(
    made: IO[bytes],
    export: Export,
    parts: Sequence[ExportPart],
    columns: Sequence[Column],
    progress: Progress,
) -> None:
    book = Workbook(made, columns, created=export.as_of)
    for part in parts:
        for rows in rows_in(part):
            book.write(rows)
            progress.advance(0)
    # Compressing reports nothing, and must not be taken for death.
    owned = Export.objects.filter(pk=export.pk, lease_owner=export.lease_owner)
    owned.update(lease_until=moments.now() + COMPRESSING)
    book.close()
    made.seek(0, 2)
