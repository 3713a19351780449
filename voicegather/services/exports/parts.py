"""An export's rows as they are written: in parts, so that another worker goes on after the last."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from voicegather.models import Export, ExportPart
from voicegather.models.exports import FOLDER, export_storage
from voicegather.services import moments
from voicegather.services.exports.formats import TEXT_FORMATS
from voicegather.services.exports.storing import reported
from voicegather.services.exports.table import Batch, ExportTable, Row
from voicegather.services.jobs import LeaseLost, Progress

#: Calls in one part: a worker's death costs as much at the most.
CALLS_A_PART = 20_000
ROWS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Piece:
    """The text of some calls' rows, and what is to be known of it."""

    text: str
    last_call: int
    calls: int
    rows: int
    gone: int
    unreadable: int
    began_at: datetime


def write_parts(export: Export, table: ExportTable, progress: Progress) -> None:
    """Write what no part has yet; each part is whole, or is not there."""
    last = export.parts.order_by("-number").first()
    number, after = (last.number + 1, last.last_call) if last else (1, 0)
    for piece in _pieces(export, table, progress, after):
        _store(export, number, piece)
        number += 1


def rewrite_part(export: Export, part: ExportPart, table: ExportTable, progress: Progress) -> None:
    """Write one part anew: calls in it were erased since."""
    before = export.parts.filter(number__lt=part.number).order_by("-number").first()
    after = before.last_call if before else 0
    piece = next(_pieces(export, table, progress, after, until=part.last_call))
    remove_parts(export, [part])
    _store(export, part.number, piece)


def rows_in(part: ExportPart) -> Iterator[list[Row]]:
    """The rows of a part that was written for a workbook, some at a time."""
    rows: list[Row] = []
    with export_storage().open(part.file) as file:
        for line in file:
            rows.append(json.loads(line))
            if len(rows) == ROWS_AT_ONCE:
                yield rows
                rows = []
    yield rows


def remove_parts(export: Export, parts: Sequence[ExportPart]) -> None:
    """Delete parts and their files."""
    storage = export_storage()
    for part in parts:
        storage.delete(part.file)
    export.parts.filter(number__in=[part.number for part in parts]).delete()


def _pieces(
    export: Export, table: ExportTable, progress: Progress, after: int, *, until: int | None = None
) -> Iterator[Piece]:
    """What follows the call `after`, a part's worth at a time; no further than the call `until`."""
    texts: list[str] = []
    batches: list[Batch] = []
    lost, began_at = table.unreadable, moments.now()
    for batch in table.batches(after=after):
        texts.append(_text(export, table, batch))
        batches.append(batch)
        progress.advance(batch.calls + batch.gone)
        is_last = until is not None and batch.last_call >= until
        if is_last or sum(each.calls + each.gone for each in batches) >= CALLS_A_PART:
            yield _piece(texts, batches, table.unreadable - lost, began_at)
            texts, batches, lost, began_at = [], [], table.unreadable, moments.now()
        if is_last:
            return
    if batches:
        yield _piece(texts, batches, table.unreadable - lost, began_at)


def _text(export: Export, table: ExportTable, batch: Batch) -> str:
    format = TEXT_FORMATS.get(export.format)
    if format is not None:
        return format.text(table.columns, batch.rows)
    # A workbook is written in one go, of rows kept as JSON until then.
    return "".join(f"{json.dumps(row)}\n" for row in batch.rows)


def _piece(texts: list[str], batches: list[Batch], unreadable: int, began_at: datetime) -> Piece:
    return Piece(
        text="".join(texts),
        last_call=batches[-1].last_call,
        calls=sum(batch.calls for batch in batches),
        rows=sum(len(batch.rows) for batch in batches),
        gone=sum(batch.gone for batch in batches),
        unreadable=unreadable,
        began_at=began_at,
    )


def _store(export: Export, number: int, piece: Piece) -> None:
    """The file first, then the row that names it: what a dead worker left is written over."""
    name = f"{FOLDER}/{export.token}/{number:05}.part"
    storage = export_storage()
    with reported(name):
        storage.delete(name)
        name = storage.save(name, ContentFile(piece.text.encode()))
    try:
        with transaction.atomic():
            ExportPart.objects.create(
                export=export,
                number=number,
                last_call=piece.last_call,
                calls=piece.calls,
                rows=piece.rows,
                gone=piece.gone,
                unreadable=piece.unreadable,
                began_at=piece.began_at,
                file=name,
            )
    except IntegrityError:
        raise LeaseLost("Another worker has written this part.") from None
