from __future__ import annotations

from typing import Any

import pytest

from tests.factories import long_result, make_call, make_menu, make_result, make_version, make_visit
from voicegather.models import Call, GatherResult
from voicegather.selectors.collected import pages
from voicegather.services.exports import ExportFilters, ExportTable, export_in_shape

pytestmark = pytest.mark.django_db
FIXED = ("call", "started", "ended", "caller", "called", "menu", "version", "language", "outcome")


def headings(table: ExportTable) -> tuple[str, ...]:
    return tuple(column.heading for column in table.columns)


def answers(**filters: Any) -> list[dict[str, Any]]:
    """Each call's columns beyond the fixed ones; of no menu where none is named."""
    table = export_in_shape("wide", filters=ExportFilters(**filters))
    names = headings(table)
    assert names[:9] == FIXED
    return [
        dict(zip((n.removeprefix("deleted menu/") for n in names[9:]), row[9:], strict=True))
        for row in table
    ]


def test_a_call_becomes_a_row_with_a_column_for_each_field() -> None:
    version = make_version(
        make_menu(), {"account": {}, "department": {}, "bye": {"kind": "hangup"}}
    )
    call = make_call(version=version, outcome="completed")
    make_result(make_visit(call, "account"), "123456")
    make_result(make_visit(call, "department"), "2")

    table = export_in_shape("wide", filters=ExportFilters())

    assert headings(table) == (*FIXED, "clinic/account.digits", "clinic/department.digits")
    assert [tuple(row) for row in table] == [
        (
            call.pk,
            "2026-03-01T09:30:00.000Z",
            None,
            "+13125550101",
            "+13125550100",
            "clinic",
            1,
            "en-US",
            "completed",
            "123456",
            "2",
        )
    ]


def test_a_call_without_any_input_has_a_row() -> None:
    call = make_call()

    assert [row[0] for row in export_in_shape("wide", filters=ExportFilters())] == [call.pk]


def test_columns_stay_where_they_are_when_a_later_version_adds_and_removes_steps() -> None:
    menu = make_menu()
    first = make_version(menu, {"pin": {}, "account": {}})
    make_result(make_visit(make_call(version=first), "pin"), "1")
    make_version(menu, {"account": {}, "aardvark": {}})

    assert list(answers()[0]) == [
        "clinic/account.digits",
        "clinic/pin.digits",
        "clinic/aardvark.digits",
    ]


def test_a_step_that_only_results_still_know_keeps_its_column() -> None:
    make_version(make_menu(), {"zip": {}})
    make_result(make_visit(make_call(), "gone", version=None), "7", field="name")

    assert answers() == [{"clinic/zip.digits": "", "gone.name": "7"}]


def test_columns_of_other_menus_are_left_out_and_those_of_submenus_kept() -> None:
    clinic = make_version(make_menu("clinic"), {"account": {}})
    hours = make_version(make_menu("hours"), {"day": {}, "never_asked": {}})
    make_version(make_menu("shop"), {"order": {}})
    make_result(make_visit(make_call(version=clinic), "day", version=hours), "1")

    assert answers(menu="clinic") == [{"account.digits": "", "hours/day.digits": "1"}]


def test_steps_of_the_same_key_in_two_menus_have_a_column_each() -> None:
    for slug, entered in (("clinic", "1"), ("shop", "2")):
        version = make_version(make_menu(slug), {"account": {}})
        make_result(make_visit(make_call(version=version)), entered)

    assert answers() == [
        {"clinic/account.digits": "1", "shop/account.digits": ""},
        {"clinic/account.digits": "", "shop/account.digits": "2"},
    ]
    assert answers(menu="clinic") == [{"account.digits": "1"}]


def test_a_submenus_step_of_the_same_key_is_not_taken_for_the_menus_own() -> None:
    clinic = make_version(make_menu("clinic"), {"account": {}})
    hours = make_version(make_menu("hours"), {"account": {}})
    call = make_call(version=clinic)
    make_result(make_visit(call), "1")
    make_result(make_visit(call, version=hours), "2")

    assert answers(menu="clinic") == [{"account.digits": "1", "hours/account.digits": "2"}]


def test_the_last_valid_value_of_a_repeated_step_wins() -> None:
    call = make_call()
    make_result(make_visit(call), "111111")
    make_result(make_visit(call), "222222")
    make_result(make_visit(call), "333333", outcome="invalid")
    make_result(make_visit(call), "", choice="#")

    assert answers() == [{"account.digits": "222222"}]


def test_masked_values_are_masked_and_secret_ones_empty() -> None:
    call = make_call()
    make_result(make_visit(call, "card"), "•••7766", sensitivity="masked")
    make_result(make_visit(call, "pin"), "", sensitivity="secret")

    assert answers() == [{"card.digits": "•••7766", "pin.digits": ""}]


def test_an_ai_gather_has_a_column_for_each_field_in_the_order_of_asking() -> None:
    fields = [{"name": "name"}, {"name": "age"}]
    steps = {"account": {}, "about": {"kind": "ai_gather", "config": {"fields": fields}}}
    visit = make_visit(make_call(version=make_version(make_menu(), steps)), "about")
    make_result(visit, "Zoë", field="name")

    assert answers() == [
        {"clinic/about.name": "Zoë", "clinic/about.age": "", "clinic/account.digits": ""}
    ]


def test_a_long_value_is_written_whole() -> None:
    long_result(make_visit(make_call(), "about"), "a" * 400, field="story")

    assert answers() == [{"about.story": "a" * 400}]


def test_a_masked_value_is_never_written_whole() -> None:
    visit = make_visit(make_call(), "about")
    long_result(visit, "a" * 400, field="story", value="•••aa", sensitivity="masked")

    assert answers() == [{"about.story": "•••aa"}]


def test_of_a_long_value_whose_key_is_gone_the_beginning_is_written_and_it_is_counted() -> None:
    result = long_result(make_visit(make_call(), "about"), "a" * 400)
    GatherResult.objects.update(sealed=b"\x01gone" + bytes(40))

    table = export_in_shape("wide", filters=ExportFilters())

    assert [row[-1] for row in table] == [result.value]
    assert result.value == "a" * 254 + "…"
    assert table.unreadable == 1


def test_a_field_that_only_test_calls_know_has_no_column() -> None:
    for name, is_test in (("member", False), ("tried", True)):
        make_result(make_visit(make_call(is_test=is_test), name), "1")
    assert answers() == [{"member.digits": "1"}]
    assert [*answers(test_calls=True)[0]] == ["member.digits", "tried.digits"]


def test_chosen_calls_bring_all_their_results() -> None:
    chosen, other = make_call(), make_call()
    make_result(make_visit(chosen, "account"), "1")
    make_result(make_visit(chosen, "department"), "2")
    make_result(make_visit(other, "unseen"), "3")

    assert answers(calls=Call.objects.filter(pk=chosen.pk)) == [
        {"account.digits": "1", "department.digits": "2"}
    ]


def test_chosen_results_bring_their_calls_and_no_other_result_of_them() -> None:
    call = make_call()
    make_result(make_visit(call, "account"), "1")
    make_result(make_visit(call, "department"), "2")
    make_call()

    assert answers(results=GatherResult.objects.filter(step_key="department")) == [
        {"department.digits": "2"}
    ]


def test_queries_grow_by_two_a_page(
    monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    monkeypatch.setattr(pages, "CALLS_A_PAGE", 4)
    for _ in range(10):
        make_result(make_visit(make_call()), "1")

    # The highest ids of four tables, ids, fields, menus and versions, then three pages.
    with django_assert_num_queries(4 + 2 + 2 + 3 * 2):
        assert len(answers()) == 10
