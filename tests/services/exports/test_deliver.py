from __future__ import annotations

import logging

import pytest
from django.contrib.auth.models import User
from django.test import override_settings

from tests.factories import make_attempt, make_call, make_result, make_visit
from voicegather.models import Export
from voicegather.services.exports import ExportFilters, deliver_export, formats
from voicegather.services.exports.deliver import RecordedExport

pytestmark = pytest.mark.django_db
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
OTHER_KEY = "MTEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


@pytest.fixture(autouse=True)
def a_row_a_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "ROWS_A_CHUNK", 1)


def delivered() -> RecordedExport:
    return deliver_export(
        owner=User.objects.create_user("analyst"),
        shape=Export.Shape.LONG,
        format=Export.Format.JSONL,
        filters=ExportFilters(),
        described={},
    )


def gather(*entries: str) -> None:
    for digits in entries:
        visit = make_visit(make_call())
        make_attempt(visit, digits)
        make_result(visit, digits)


def test_an_export_is_running_until_its_last_chunk_was_taken() -> None:
    gather("1", "2")
    chunks = delivered()

    next(chunks)
    assert Export.objects.get().status == "running"
    list(chunks)

    export = Export.objects.get()
    assert (export.status, export.rows) == ("done", 2)
    assert export.finished_at is not None


def test_an_export_whose_reader_went_away_failed_with_the_rows_that_were_read() -> None:
    gather("1", "2", "3")
    chunks = delivered()

    next(chunks)
    chunks.close()

    export = Export.objects.get()
    assert (export.status, export.rows) == ("failed", 1)


def test_closing_after_the_end_changes_nothing() -> None:
    chunks = delivered()
    list(chunks)

    chunks.close()

    assert Export.objects.get().status == "done"


def test_an_export_that_an_error_cut_off_failed(monkeypatch: pytest.MonkeyPatch) -> None:
    gather("1", "2")
    chunks = delivered()
    next(chunks)

    def broken(_text: str) -> str:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(formats, "encodable", broken)
    with pytest.raises(RuntimeError):
        next(chunks)

    assert Export.objects.get().status == "failed"


def test_cells_without_a_key_are_warned_of_once_at_the_end(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with override_settings(VOICEGATHER={"ENCRYPTION_KEYS": [KEY]}):
        gather("1", "2")

    with override_settings(VOICEGATHER={"ENCRYPTION_KEYS": [OTHER_KEY]}):
        list(delivered())

    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert "2 cells have no key" in record.getMessage()
