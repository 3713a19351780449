from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import override_settings

from tests.factories import (
    STARTED,
    long_result,
    make_attempt,
    make_call,
    make_menu,
    make_result,
    make_version,
    make_visit,
)
from voicegather.models import GatherResult
from voicegather.selectors.collected import pages
from voicegather.services.exports import ExportFilters, export_in_shape
from voicegather.services.exports.long import COLUMNS

pytestmark = pytest.mark.django_db
KEY = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
OTHER_KEY = "MTEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


def rows(**filters: Any) -> list[dict[str, Any]]:
    table = export_in_shape("long", filters=ExportFilters(**filters))
    names = [column.heading for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in table]


def test_an_attempt_becomes_a_row_with_everything_known_of_it() -> None:
    version = make_version(make_menu(), {"account": {}})
    call = make_call(version=version)
    visit = make_visit(call)
    make_attempt(visit, "123456")
    make_result(visit, "123456", choice="any")

    assert rows() == [
        {
            "call": call.pk,
            "call_started": "2026-03-01T09:30:00.000Z",
            "called": "+13125550100",
            "caller": "+13125550101",
            "menu": "clinic",
            "version": 1,
            "step": "account",
            "field": "digits",
            "visit": 1,
            "attempt": 1,
            "purpose": "entry",
            "language": "en-US",
            "outcome": "valid",
            "telnyx_status": "valid",
            "digits": "123456",
            "visit_choice": "any",
            "visit_result": "valid",
            "visit_value": "123456",
            "began": "2026-03-01T09:30:02.000Z",
            "ended": "2026-03-01T09:30:03.500Z",
            "milliseconds": 1500,
            "visit_review": "",
            "visit_corrected": "",
            "visit_reviewer": "",
            "visit_reviewed": "",
            "visit_review_note": "",
        }
    ]


def test_every_attempt_has_its_row_in_the_order_of_the_callers_way() -> None:
    call = make_call()
    first, second = make_visit(call, "account"), make_visit(call, "department")
    make_attempt(second, "2")
    make_attempt(first)
    make_attempt(first, "123456")
    other = make_visit(make_call())
    make_attempt(other)

    found = [(row["visit"], row["step"], row["attempt"], row["outcome"]) for row in rows()]

    assert found == [
        (1, "account", 1, "no_input"),
        (1, "account", 2, "valid"),
        (2, "department", 1, "valid"),
        (1, "account", 1, "no_input"),
    ]


def test_an_attempt_under_way_has_no_end() -> None:
    visit = make_visit(make_call())
    make_attempt(visit, outcome="", status="", ended_at=None, milliseconds=None)

    (row,) = rows()

    assert (row["outcome"], row["ended"], row["milliseconds"]) == ("", None, None)


def test_the_step_of_a_submenu_names_the_submenu_and_its_version() -> None:
    clinic = make_version(make_menu("clinic"))
    hours = make_menu("hours")
    make_version(hours)
    newer = make_version(hours)
    visit = make_visit(make_call(version=clinic), version=newer)
    make_attempt(visit, "1")

    (row,) = rows()

    assert (row["menu"], row["version"]) == ("hours", 2)


def test_a_masked_step_shows_as_many_last_characters_as_its_version_says() -> None:
    version = make_version(make_menu(), {"card": {"sensitivity": "masked", "shown_last": 2}})
    visit = make_visit(make_call(version=version), "card")
    make_attempt(visit, "99887766")
    make_result(visit, "•••66", sensitivity="masked")

    assert [row["digits"] for row in rows()] == ["•••66"]


def test_a_masked_step_of_an_unknown_version_shows_nothing_but_the_mask() -> None:
    visit = make_visit(make_call(), "card")
    make_attempt(visit, "99887766")
    make_result(visit, "•••7766", sensitivity="masked")

    assert [row["digits"] for row in rows()] == ["•••"]


def test_a_secret_step_shows_nothing() -> None:
    visit = make_visit(make_call(), "pin")
    make_attempt(visit, "4711")
    make_result(visit, "", sensitivity="secret")

    assert [row["digits"] for row in rows()] == [""]


def test_an_attempt_without_a_result_yet_is_treated_as_secret() -> None:
    make_attempt(make_visit(make_call()), "4711")

    assert [(row["digits"], row["field"]) for row in rows()] == [("", "")]


def test_the_strictest_field_of_a_visit_governs_its_attempts() -> None:
    visit = make_visit(make_call())
    make_attempt(visit, "4711")
    make_result(visit, "4711")
    make_result(visit, "", field="pin", sensitivity="secret", outcome="invalid", choice="")

    (row,) = rows()

    assert (row["digits"], row["field"]) == ("", "digits; pin")
    assert row["visit_result"] == "valid; invalid"


def test_a_visits_value_may_be_other_than_what_was_entered() -> None:
    visit = make_visit(make_call())
    make_attempt(visit, "04711")
    make_result(visit, "4711", raw="04711")

    (row,) = rows()

    assert (row["digits"], row["visit_value"]) == ("04711", "4711")


def test_the_values_of_an_ai_gather_are_written_by_their_fields() -> None:
    visit = make_visit(make_call(), "about")
    make_attempt(visit, sealed_digits=None, outcome="valid")
    make_result(visit, "29", field="age")
    make_result(visit, "Zoë; “Zo”", field="name")

    (row,) = rows()

    assert row["field"] == "age; name"
    assert row["visit_value"] == '{"age": "29", "name": "Zoë; “Zo”"}'


def test_a_long_value_is_written_whole() -> None:
    visit = make_visit(make_call(), "about")
    make_attempt(visit, sealed_digits=None, outcome="valid")
    long_result(visit, "a" * 400)

    assert [row["visit_value"] for row in rows()] == ["a" * 400]


def test_a_masked_or_secret_value_is_never_written_whole() -> None:
    for sensitivity, shown in (("masked", "•••aa"), ("secret", "")):
        visit = make_visit(make_call(), "about")
        make_attempt(visit, sealed_digits=None, outcome="valid")
        long_result(visit, "a" * 400, value=shown, sensitivity=sensitivity)

    assert [row["visit_value"] for row in rows()] == ["•••aa", ""]


def test_a_lost_key_is_said_in_the_cell_and_the_export_goes_on() -> None:
    lost, kept = make_visit(make_call()), make_visit(make_call())
    for visit, key in ((lost, KEY), (kept, OTHER_KEY)):
        with override_settings(VOICEGATHER={"ENCRYPTION_KEYS": [key]}):
            make_attempt(visit, "4711")
            make_result(visit, "4711")

    with override_settings(VOICEGATHER={"ENCRYPTION_KEYS": [OTHER_KEY]}):
        table = export_in_shape("long", filters=ExportFilters())
        digits = [row[COLUMNS.index("digits")] for row in table]

    assert digits == ["(key missing)", "4711"]
    assert table.unreadable == 1


def test_calls_are_chosen_by_the_menu_that_answered_and_by_their_start() -> None:
    clinic = make_version(make_menu("clinic"))
    shop = make_version(make_menu("shop"))
    for version, day in ((clinic, 0), (clinic, 1), (clinic, 2), (shop, 1)):
        call = make_call(version=version, started_at=STARTED + timedelta(days=day))
        make_attempt(make_visit(call))
    day = timedelta(days=1)

    found = rows(menu="clinic", since=STARTED + day, until=STARTED + 2 * day)

    assert [(row["menu"], row["call_started"]) for row in found] == [
        ("clinic", "2026-03-02T09:30:00.000Z")
    ]


def test_chosen_results_bring_the_attempts_of_their_visits_alone() -> None:
    call = make_call()
    account, department = make_visit(call, "account"), make_visit(call, "department")
    for visit in (account, department):
        make_attempt(visit, "2")
        make_result(visit, "2")
    make_attempt(make_visit(make_call()), "3")

    found = rows(results=GatherResult.objects.filter(step_key="department"))

    assert [(row["call"], row["step"]) for row in found] == [(call.pk, "department")]


def test_pages_meet_without_loss_or_repetition(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "CALLS_A_PAGE", 2)
    calls = [make_call() for _ in range(5)]
    for call in calls:
        make_attempt(make_visit(call))

    assert [row["call"] for row in rows()] == [call.pk for call in calls]


def test_calls_that_come_in_while_rows_are_read_are_left_for_the_next_export(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pages, "CALLS_A_PAGE", 1)
    early = make_visit(make_call())
    make_attempt(early)
    table = export_in_shape("long", filters=ExportFilters())
    reader = iter(table)

    next(reader)
    make_attempt(early)
    make_attempt(make_visit(make_call()))

    assert list(reader) == []
    assert table.count == 1


def test_queries_do_not_depend_on_how_much_was_gathered(
    django_assert_num_queries: Any,
) -> None:
    version = make_version(make_menu(), {"account": {}})
    for _ in range(12):
        call = make_call(version=version)
        for _ in range(3):
            visit = make_visit(call)
            make_attempt(visit)
            make_attempt(visit, "123456")
            make_result(visit, "123456")

    # The highest ids of four tables, the ids, menus and versions (twice), and a page of four.
    with django_assert_num_queries(4 + 1 + 3 + 4):
        assert len(rows()) == 72
