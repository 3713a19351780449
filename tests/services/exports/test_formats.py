from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable

import pytest

from voicegather.models import Export
from voicegather.services.exports import ExportTable, in_format
from voicegather.services.exports.cells import spreadsheet_cell
from voicegather.services.exports.table import Row


def text(format: Export.Format, rows: Iterable[Row]) -> str:
    table = ExportTable(("caller", "number")).filled_by(iter(rows))
    return "".join(in_format(table, format))


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


def test_csv_has_a_header_and_quotes_what_needs_it() -> None:
    assert text(Export.Format.CSV, [("a,b", 1), ('say "x"', None), ("two\nlines", 3)]) == (
        'caller,number\r\n"a,b",1\r\n"say ""x""",\r\n"two\nlines",3\r\n'
    )


def test_csv_without_rows_is_its_header() -> None:
    assert text(Export.Format.CSV, []) == "caller,number\r\n"


def test_csv_reads_back_as_it_was_across_chunks() -> None:
    rows = [(f"caller\r{number}", number) for number in range(1, 1203)]

    found = list(csv.reader(io.StringIO(text(Export.Format.CSV, rows), newline="")))

    assert found == [["caller", "number"], *([caller, str(number)] for caller, number in rows)]


def test_jsonl_holds_one_object_a_line_with_values_as_they_are() -> None:
    written = text(Export.Format.JSONL, [("=1+1", 2), ("two\nlines \0 é", None)])

    assert written == (
        '{"caller": "=1+1", "number": 2}\n{"caller": "two\\nlines \\u0000 é", "number": null}\n'
    )


def test_jsonl_reads_back_across_chunks() -> None:
    lines = text(Export.Format.JSONL, [("x", number) for number in range(1001)]).splitlines()

    assert [json.loads(line)["number"] for line in lines] == list(range(1001))


@pytest.mark.parametrize("format", list(Export.Format))
def test_a_lone_surrogate_is_replaced_so_that_the_file_is_utf8(format: Export.Format) -> None:
    written = text(format, [("x\ud800y", 1)])

    assert "x\ufffdy" in written.encode().decode()
