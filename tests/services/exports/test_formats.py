from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from voicegather.models import Export
from voicegather.services.exports import ExportError, workbook
from voicegather.services.exports.cells import original_cell, spreadsheet_cell
from voicegather.services.exports.formats import TEXT_FORMATS
from voicegather.services.exports.table import Column, Row
from voicegather.services.exports.workbook import LONGEST_TEXT, Workbook

COLUMNS = (Column("caller", "caller"), Column("number", "number", is_open=False))


def text(format: Export.Format, rows: Iterable[Row]) -> str:
    made = TEXT_FORMATS[format]
    return made.header(COLUMNS) + made.text(COLUMNS, rows)


@pytest.mark.parametrize(
    ("entered", "written"),
    [
        ("=1+1", "'=1+1"),
        ("+1+cmd|' /C calc'!A0", "'+1+cmd|' /C calc'!A0"),
        ("-1+1", "'-1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1+1", "'＝1+1"),
        ("＋1+1", "'＋1+1"),
        ("－1+1", "'－1+1"),
        ("＠SUM(A1)", "'＠SUM(A1)"),
        ("＋13125550101", "'＋13125550101"),
        ("\0=1+1", "'=1+1"),
        ("+", "'+"),
        ("+0312555010", "'+0312555010"),
        ("+13125550101\n", "'+13125550101\n"),
        ("+1312555010112345", "'+1312555010112345"),
        ("-", "'-"),
        ("'=1+1", "''=1+1"),
        ("''@A", "'''@A"),
    ],
)
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(entered: str, written: str) -> None:
    assert spreadsheet_cell(entered) == written


@pytest.mark.parametrize(
    "entered",
    ["+13125550101", "-12", "-0.5", "007", "*72#", "", "a=b", "sip:anna@example.com", "é"],
)
def test_what_a_spreadsheet_shows_as_it_is_stays_as_it_is(entered: str) -> None:
    assert spreadsheet_cell(entered) == entered


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
@example("'=1")
@example("''=1")
@example("'+13125550101")
@example("\u202e=1+1")
def test_what_was_entered_can_be_read_back_exactly(entered: str) -> None:
    written = next(csv.reader(io.StringIO(text(Export.Format.CSV, [(entered, 1)]), newline="")))
    (_head, (cell, _number)) = csv.reader(
        io.StringIO(text(Export.Format.CSV, [(entered, 1)]), newline="")
    )
    assert written == ["caller", "number"]
    assert original_cell(cell) == entered


@given(st.text())
def test_no_cell_begins_as_a_formula_does(entered: str) -> None:
    cell = spreadsheet_cell(entered)
    assert cell[:1] not in "=@\t\r\n＝＠＋－" or cell == ""
    assert cell[:1] != "+" or cell[1:].isdigit()
    assert cell[:1] != "-" or cell[1:].replace(".", "").isdigit()


def sheets(rows: Iterable[Row], columns: tuple[Column, ...] = COLUMNS) -> list[list[list[Any]]]:
    """Each sheet of a workbook with these rows: its cells by their values."""
    made = io.BytesIO()
    book = Workbook(made, columns, created=datetime(2026, 3, 1, tzinfo=UTC))
    book.write(rows)
    book.close()
    read = openpyxl.load_workbook(made)
    return [[[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in read]


def test_xlsx_has_a_header_numbers_as_numbers_and_everything_else_as_text() -> None:
    assert sheets([("007", 7), ("x\n\u202eאב é", None)]) == [
        [["caller", "number"], ["007", 7], ["x\n\u202eאב é", None]]
    ]


def test_xlsx_holds_formulas_as_text_with_the_mark_that_keeps_them_so() -> None:
    made = io.BytesIO()
    book = Workbook(made, COLUMNS, created=datetime(2026, 3, 1, tzinfo=UTC))
    book.write([("=1+1", 1), ("+13125550101", 2)])
    book.close()

    sheet = openpyxl.load_workbook(made).active

    assert [
        (sheet[at].value, sheet[at].data_type, sheet[at].quotePrefix) for at in ("A2", "A3")
    ] == [
        ("=1+1", "s", True),
        ("+13125550101", "s", False),
    ]


def test_xlsx_goes_on_in_another_sheet_where_one_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_ROWS", 3)

    assert sheets([(str(number), number) for number in range(5)]) == [
        [["caller", "number"], ["0", 0], ["1", 1]],
        [["caller", "number"], ["2", 2], ["3", 3]],
        [["caller", "number"], ["4", 4]],
    ]


def test_xlsx_with_too_many_columns_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_COLUMNS", 1)

    with pytest.raises(ExportError, match="XLSX holds 1 columns, these are 2"):
        sheets([])


def test_xlsx_says_that_it_cut_what_is_too_long_for_a_cell() -> None:
    ((_head, (cut, _one), (nul, _two)),) = sheets([("a" * 40_000, 1), ("a\0b\ud800", 2)])

    assert (len(cut), cut[-1], nul) == (LONGEST_TEXT, "…", "ab\ufffd")


def test_the_same_rows_give_the_same_workbook() -> None:
    def made() -> bytes:
        file = io.BytesIO()
        book = Workbook(file, COLUMNS, created=datetime(2026, 3, 1, tzinfo=UTC))
        book.write([("1", 1)])
        book.close()
        return file.getvalue()

    assert made() == made()


def test_csv_has_a_header_and_quotes_what_needs_it() -> None:
    assert text(Export.Format.CSV, [("a,b", 1), ('say "x"', None), ("two\nlines", 3)]) == (
        'caller,number\r\n"a,b",1\r\n"say ""x""",\r\n"two\nlines",3\r\n'
    )


def test_csv_without_rows_is_its_header() -> None:
    assert text(Export.Format.CSV, []) == "caller,number\r\n"


def test_csv_reads_back_as_it_was() -> None:
    rows = [(f"caller\r{number}", number) for number in range(1, 1203)]

    found = list(csv.reader(io.StringIO(text(Export.Format.CSV, rows), newline="")))

    assert found == [["caller", "number"], *([caller, str(number)] for caller, number in rows)]


def test_jsonl_holds_one_object_a_line_with_values_as_they_are() -> None:
    written = text(Export.Format.JSONL, [("=1+1", 2), ("two\nlines \0 é", None)])

    assert written == (
        '{"caller": "=1+1", "number": 2}\n{"caller": "two\\nlines \\u0000 é", "number": null}\n'
    )


def test_jsonl_reads_back_as_it_was() -> None:
    lines = text(Export.Format.JSONL, [("x", number) for number in range(1001)]).splitlines()

    assert [json.loads(line)["number"] for line in lines] == list(range(1001))


@pytest.mark.parametrize("format", list(TEXT_FORMATS))
def test_a_lone_surrogate_is_replaced_so_that_the_file_is_utf8(format: Export.Format) -> None:
    written = text(format, [("x\ud800y", 1)])

    assert "x\ufffdy" in written.encode().decode()
