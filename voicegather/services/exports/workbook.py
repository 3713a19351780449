"""XLSX: rows written straight through to the disk, a further sheet where one is full."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _

from voicegather.services.exports.cells import encodable, looks_like_formula
from voicegather.services.exports.ranges import ExportError
from voicegather.services.exports.table import Column, Row

#: Excel's own limits (Microsoft: Excel specifications and limits).
MOST_ROWS, MOST_COLUMNS, LONGEST_TEXT = 1_048_576, 16_384, 32_767
WIDTH = 18


class Workbook:
    """A workbook that is written row by row into an open file."""

    def __init__(self, file: IO[bytes], columns: Sequence[Column], *, created: Any) -> None:
        # Here: few processes ever write one.
        import xlsxwriter

        if len(columns) > MOST_COLUMNS:
            raise ExportError(
                _("XLSX holds %(most)d columns, these are %(count)d: take CSV, or a profile.")
                % {"most": MOST_COLUMNS, "count": len(columns)}
            )
        self._book = xlsxwriter.Workbook(
            file, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        )
        # The same rows give the same file, whenever they are written.
        self._book.set_properties({"created": created.replace(tzinfo=None)})
        self._head = self._book.add_format({"bold": True})
        self._text = self._book.add_format({"quote_prefix": True})
        self._columns = columns
        self._sheet: Any = None
        self._at = MOST_ROWS
        self._add_sheet()

    def write(self, rows: Iterable[Row]) -> None:
        """Append rows: numbers as numbers, all else as text that no spreadsheet runs."""
        for row in rows:
            if self._at == MOST_ROWS:
                self._add_sheet()
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    self._put(column, cell)
                elif cell is not None:
                    self._sheet.write_number(self._at, column, cell)
            self._at += 1

    def close(self) -> None:
        """Finish the file."""
        self._book.close()

    def _put(self, column: int, text: str) -> None:
        if not text:
            return
        text = encodable(text.replace("\0", ""))
        if len(text) > LONGEST_TEXT:
            text = text[: LONGEST_TEXT - 1] + "…"
        # The mark that Excel itself keeps for what was typed after an apostrophe.
        style = self._text if looks_like_formula(text) else None
        self._sheet.write_string(self._at, column, text, style)

    def _add_sheet(self) -> None:
        self._sheet = self._book.add_worksheet()
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, len(self._columns) - 1, WIDTH)
        for at, column in enumerate(self._columns):
            self._sheet.write_string(0, at, encodable(column.heading.replace("\0", "")), self._head)
        self._at = 1
