"""Rows as text: CSV as RFC 4180 has it, or JSON Lines."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

from voicegather.models import Export
from voicegather.services.exports.cells import encodable, spreadsheet_cell
from voicegather.services.exports.table import Cell, Column, ExportTable, Row
from voicegather.services.exports.workbook import Workbook

ROWS_A_CHUNK = 2000
BYTES_A_CHUNK = 1024 * 1024


class TextFormat(Protocol):
    """Files of this sort are their header, then the texts of any batches after each other."""

    def header(self, columns: Sequence[Column]) -> str:
        """What the file begins with."""

    def text(self, columns: Sequence[Column], rows: Iterable[Row]) -> str:
        """These rows."""


class CsvFormat:
    """Commas and CRLF; see spreadsheet_cell for what becomes of formulas."""

    def header(self, columns: Sequence[Column]) -> str:
        return _csv([[spreadsheet_cell(column.heading) for column in columns]])

    def text(self, columns: Sequence[Column], rows: Iterable[Row]) -> str:
        opened = [at for at, column in enumerate(columns) if column.is_open]
        return _csv(_safe(row, opened) for row in rows)


class JsonLinesFormat:
    """One object a row, by the columns' headings, with values as they are."""

    def header(self, columns: Sequence[Column]) -> str:
        return ""

    def text(self, columns: Sequence[Column], rows: Iterable[Row]) -> str:
        names = [column.heading for column in columns]
        lines = (json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False) for row in rows)
        return encodable("".join(f"{line}\n" for line in lines))


TEXT_FORMATS: dict[str, TextFormat] = {
    Export.Format.CSV: CsvFormat(),
    Export.Format.JSONL: JsonLinesFormat(),
}


def in_format(table: ExportTable, format: str) -> Iterator[bytes]:
    """The table's file in chunks. A workbook is whole before its first chunk."""
    text = TEXT_FORMATS.get(format)
    return _in_text(table, text) if text else _in_workbook(table)


def _in_text(table: ExportTable, format: TextFormat) -> Iterator[bytes]:
    yield format.header(table.columns).encode()
    for batch in table.batches():
        for at in range(0, len(batch.rows), ROWS_A_CHUNK):
            yield format.text(table.columns, batch.rows[at : at + ROWS_A_CHUNK]).encode()


def _in_workbook(table: ExportTable) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as made:
        book = Workbook(made, table.columns, created=table.moment)
        for batch in table.batches():
            book.write(batch.rows)
        book.close()
        made.seek(0)
        while some := made.read(BYTES_A_CHUNK):
            yield some


def _csv(rows: Iterable[Row]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(rows)
    return buffer.getvalue()


def _safe(row: Row, opened: list[int]) -> Row:
    made: list[Cell] | None = None
    for at in opened:
        cell = row[at]
        if not isinstance(cell, str) or cell.isalnum() or not cell:
            continue
        safe = spreadsheet_cell(cell)
        if safe is not cell:
            made = made or list(row)
            made[at] = safe
    return made or row
