"""What reviewers decided, in files: their words, their corrections, and whom they limit it to."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import User

from tests.factories import make_attempt, make_call, make_result, make_visit
from voicegather.models import GatherResult, ResultReview
from voicegather.sealing import seal
from voicegather.services.exports import (
    ExportFilters,
    Reviews,
    Sight,
    export_in_shape,
    in_format,
)

pytestmark = pytest.mark.django_db


def rows(shape: str = "long", sight: Sight = Sight.MASKED, **filters: Any) -> list[dict[str, Any]]:
    table = export_in_shape(shape, filters=ExportFilters(**filters), sight=sight)
    names = [column.heading for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table]


def result_of(value: str, **fields: Any) -> GatherResult:
    visit = make_visit(make_call())
    make_attempt(visit, "123456")
    return make_result(visit, value, **fields)


def test_a_row_says_what_was_decided_by_whom_when_and_why() -> None:
    ana = User.objects.create_user("ana")
    row = result_of("123456").reviews.create(
        decision="corrected", value="654321", reviewer=ana, note="=1+1"
    )

    # With a fraction that every database writes alike.
    ResultReview.objects.filter(pk=row.pk).update(
        created_at=datetime(2026, 3, 1, 9, 0, 0, 250_000, tzinfo=UTC)
    )

    (told,) = rows()

    assert {name: told[name] for name in told if name.startswith("visit_rev")} == {
        "visit_review": "corrected",
        "visit_reviewer": "ana",
        "visit_reviewed": "2026-03-01T09:00:00.250Z",
        "visit_review_note": "=1+1",
    }
    assert told["visit_corrected"] == "654321"
    table = export_in_shape("long", filters=ExportFilters())
    (line,) = csv.DictReader(io.StringIO(b"".join(in_format(table, "csv")).decode()))
    assert line["visit_review_note"] == "'=1+1"


def test_of_several_fields_each_has_its_own() -> None:
    first = result_of("1", field="one")
    second = make_result(first.visit, "2", field="two")
    first.reviews.create(decision="accepted", note="Heard.")
    second.reviews.create(decision="corrected", value="3")

    (told,) = rows()

    assert told["visit_review"] == "accepted; corrected"
    assert told["visit_review_note"] == '{"one": "Heard."}'
    assert told["visit_corrected"] == '{"two": "3"}'


def test_what_was_reopened_counts_as_not_reviewed() -> None:
    result = result_of("123456")
    result.reviews.create(decision="corrected", value="654321")
    result.reviews.create(decision="reopened")

    (told,) = rows()

    assert (told["visit_review"], told["visit_corrected"]) == ("", "")
    assert [row["deleted menu/account.digits"] for row in rows("wide")] == ["123456"]
    for limit in (Reviews.REVIEWED, Reviews.ACCEPTED):
        assert rows(reviews=limit) == []


def test_corrections_of_masked_steps_show_the_last_characters_until_revealed() -> None:
    sealed = seal({"raw": "123456", "value": "123456"})
    result = result_of("•••56", raw="", sensitivity="masked", sealed=sealed)
    ResultReview.objects.create(
        result=result, decision="corrected", value="•••98", sealed=seal({"value": "654398"})
    )

    for sight, value in ((Sight.MASKED, "•••98"), (Sight.REVEALED, "654398")):
        assert [row["visit_corrected"] for row in rows(sight=sight)] == [value]
        wide = rows("wide", sight)
        assert [row["deleted menu/account.digits"] for row in wide] == [value]


def test_a_correction_longer_than_its_column_is_written_whole() -> None:
    whole = "word " * 100
    result_of("x").reviews.create(
        decision="corrected", value=whole[:254] + "…", sealed=seal({"value": whole})
    )

    assert [row["visit_corrected"] for row in rows()] == [whole]
