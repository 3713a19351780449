"""Rows as text, a chunk of lines at a time."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from voicegather.models import Export
from voicegather.services.exports.cells import encodable, spreadsheet_cell
from voicegather.services.exports.table import Cell, ExportTable, Row

ROWS_A_CHUNK = 500


def in_format(table: ExportTable, format: Export.Format) -> Iterator[str]:
    """The table's text in chunks: CSV as RFC 4180 has it with a header, or JSON Lines."""
    return _FORMATS[format](table)


def _csv(table: ExportTable) -> Iterator[str]:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    writer.writerow(_csv_row(table.columns))
    for number, row in enumerate(table, start=1):
        writer.writerow(_csv_row(row))
        if number % ROWS_A_CHUNK == 0:
            yield buffer.getvalue()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue()


def _csv_row(row: Row) -> list[Cell]:
    return [spreadsheet_cell(cell) if isinstance(cell, str) else cell for cell in row]


def _jsonl(table: ExportTable) -> Iterator[str]:
    lines: list[str] = []
    for row in table:
        document = dict(zip(table.columns, row, strict=True))
        lines.append(encodable(json.dumps(document, ensure_ascii=False)) + "\n")
        if len(lines) == ROWS_A_CHUNK:
            yield "".join(lines)
            lines.clear()
    yield "".join(lines)


_FORMATS = {Export.Format.CSV: _csv, Export.Format.JSONL: _jsonl}
