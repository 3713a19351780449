"""Rows as text: CSV as RFC 4180 has it, or JSON Lines."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from operator import itemgetter
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

    def text(self, columns: Sequence[Column], rows: Sequence[Row]) -> str:
        """These rows."""


class CsvFormat:
    """Commas and CRLF; see spreadsheet_cell for what becomes of formulas."""

    def header(self, columns: Sequence[Column]) -> str:
        return _csv([[spreadsheet_cell(column.heading) for column in columns]])

    def text(self, columns: Sequence[Column], rows: Sequence[Row]) -> str:
        return _csv(_safe(columns, rows))


class JsonLinesFormat:
    """One object a row, by the columns' headings, with values as they are."""

    def header(self, columns: Sequence[Column]) -> str:
        return ""

    def text(self, columns: Sequence[Column], rows: Sequence[Row]) -> str:
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


def _safe(columns: Sequence[Column], rows: Sequence[Row]) -> Sequence[Row]:
    """The rows as a spreadsheet may see them: mostly the same, for it is rare that a cell is not.

    Looked at column by column, where the same text comes again and again.
    """
    for at, column in enumerate(columns):
        if not column.is_open:
            continue
        found = set(map(itemgetter(at), rows))
        changed: dict[Cell, str] = {
            text: safe
            for text in found
            if isinstance(text, str) and (safe := spreadsheet_cell(text)) is not text
        }
        if changed:
            rows = [
                (*row[:at], changed[row[at]], *row[at + 1 :]) if row[at] in changed else row
                for row in rows
            ]
    return rows
