"""An export handed to somebody: on record before the first row leaves."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from voicegather.models import Export
from voicegather.selectors.collected import ExportFilters
from voicegather.services.exports.formats import in_format
from voicegather.services.exports.shapes import export_in_shape
from voicegather.services.exports.table import ExportTable

logger = logging.getLogger(__name__)


def deliver_export(
    *,
    owner: AbstractBaseUser,
    shape: Export.Shape,
    format: Export.Format,
    filters: ExportFilters,
    described: dict[str, Any],
) -> RecordedExport:
    """Text chunks of an export that `owner` takes now.

    The Export row and the LogEntry are written first; `described` (JSON) says in both what was
    filtered and how many were selected. The row is done when the last chunk was taken, and failed
    when the reader went away or an error cut it off.
    """
    # Here, so that sites without the admin can export by command.
    from django.contrib.admin.models import ADDITION, LogEntry

    export = Export.objects.create(owner_id=owner.pk, shape=shape, format=format, filters=described)
    LogEntry.objects.log_actions(
        user_id=owner.pk,
        queryset=[export],
        action_flag=ADDITION,
        change_message=f"Exported {shape} {format}: {json.dumps(described, ensure_ascii=False)}",
        single_object=True,
    )
    return RecordedExport(export, export_in_shape(shape, filters=filters))


class RecordedExport:
    """Chunks of text that keep their Export row up to date; an iterator with ``close()``."""

    def __init__(self, export: Export, table: ExportTable) -> None:
        self.export = export
        self._table = table
        self._chunks = in_format(table, Export.Format(export.format))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            return next(self._chunks)
        except StopIteration:
            self._finish(Export.Status.DONE)
            raise
        except Exception:
            self._finish(Export.Status.FAILED)
            raise

    def close(self) -> None:
        """The reader is gone: what was not taken by now never will be."""
        self._finish(Export.Status.FAILED)

    def _finish(self, status: Export.Status) -> None:
        if self.export.status != Export.Status.RUNNING:
            return
        self.export.status = status
        self.export.rows = self._table.count
        self.export.finished_at = timezone.now()
        self.export.save(update_fields=["status", "rows", "finished_at"])
        if self._table.unreadable:
            logger.warning(
                "export %s: %d cells have no key; put the keys that sealed them back into "
                "VOICEGATHER_ENCRYPTION_KEYS, after the newest",
                self.export.pk,
                self._table.unreadable,
            )
