from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from typing import Any, cast

import pytest
from django.contrib.admin.models import LogEntry
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from tests.factories import (
    make_attempt,
    make_call,
    make_menu,
    make_result,
    make_version,
    make_visit,
)
from voicegather.models import Call, Export, GatherResult

RESULTS = reverse("admin:voicegather_gatherresult_changelist")
CALLS = reverse("admin:voicegather_call_changelist")


def gather(step: str, digits: str) -> GatherResult:
    version = make_version(make_menu(f"menu{digits}"), {step: {}})
    visit = make_visit(make_call(version=version), step)
    make_attempt(visit, digits)
    return make_result(visit, digits)


def post(client: Client, url: str, action: str, rows: Iterable[Any], **data: Any) -> Any:
    chosen = [row.pk for row in rows]
    return client.post(url, {"action": action, "_selected_action": chosen, **data})


def table(response: Any) -> list[dict[str, str]]:
    text = b"".join(cast(StreamingHttpResponse, response)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.fixture
def analyst(as_staff: Callable[..., Client]) -> Client:
    return as_staff("view_gatherresult", "view_call", "export_gatherresult")


def test_selected_results_come_as_a_csv_file(analyst: Client) -> None:
    chosen, _other = gather("account", "1"), gather("account", "2")

    response = post(analyst, RESULTS, "export_long", [chosen])

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"].startswith('attachment; filename="gatherresult_long_')
    assert "no-store" in response["Cache-Control"]
    assert [row["digits"] for row in table(response)] == ["1"]


def test_selected_calls_come_wide_with_all_their_results(analyst: Client) -> None:
    result = gather("account", "1")
    make_result(make_visit(result.call, "department"), "7")
    gather("account", "2")

    response = post(analyst, CALLS, "export_wide", [result.call])

    (row,) = table(response)
    assert (row["call"], row["menu1/account.digits"], row["menu1/department.digits"]) == (
        str(result.call_id),
        "1",
        "7",
    )


def test_everything_filtered_is_exported_however_many_pages_it_has(
    analyst: Client,
) -> None:
    results = [gather("account", str(number)) for number in range(4)]
    gather("pin", "9")
    url = f"{RESULTS}?step_key=account"

    response = post(analyst, url, "export_long", results[:1], select_across="1")

    assert [row["digits"] for row in table(response)] == ["0", "1", "2", "3"]


def test_what_a_search_finds_is_exported(analyst: Client) -> None:
    found, _other = gather("account", "123"), gather("account", "999")

    response = post(analyst, f"{RESULTS}?q=12", "export_wide", [found], select_across="1")

    assert [row["menu123/account.digits"] for row in table(response)] == ["123"]


def test_an_export_is_on_record_with_who_took_what(analyst: Client) -> None:
    result = gather("account", "1")

    post(analyst, f"{RESULTS}?step_key=account", "export_long", [result]).getvalue()

    export = Export.objects.get()
    described = {
        "list": "gatherresult",
        "filter": "step_key=account",
        "all_filtered": False,
        "selected": 1,
    }
    assert (export.state, export.rows, export.shape, export.format, export.filters) == (
        "done",
        1,
        "long",
        "csv",
        described,
    )
    assert not export.file
    entry = LogEntry.objects.get()
    assert entry.user == export.owner
    assert entry.get_edited_object() == export
    assert entry.change_message == (
        'Exported long csv: {"list": "gatherresult", "filter": "step_key=account", '
        '"all_filtered": false, "selected": 1}'
    )


def test_a_small_export_is_whole_before_it_leaves(analyst: Client, monkeypatch: Any) -> None:
    """What fails is told on the list, not by a file that ends too early."""
    result = gather("account", "1")

    def breaks(*args: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("voicegather.services.exports.delivering.in_format", breaks)
    response = analyst.post(
        RESULTS, {"action": "export_long", "_selected_action": [result.pk]}, follow=True
    )

    assert "Content-Disposition" not in response
    assert "This machine has no room for the file" in response.content.decode()
    assert Export.objects.get().state == "failed"


def test_nothing_that_matches_is_told_and_makes_no_file(analyst: Client) -> None:
    result = gather("account", "1")
    page = analyst.post(
        RESULTS,
        {
            "action": "export_as",
            "_selected_action": [result.pk],
            "export": "Export",
            "shape": "wide",
            "format": "csv",
            "reviews": "accepted",
        },
    )

    assert "Nothing matches: there would be no row in the file." in page.content.decode()
    assert not Export.objects.exists()


def test_without_permission_the_actions_are_absent(as_staff: Callable[..., Client]) -> None:
    client = as_staff("view_gatherresult", "view_call")
    gather("account", "1")

    for url in (RESULTS, CALLS):
        assert "export_long" not in client.get(url).content.decode()


def test_without_permission_a_posted_action_is_refused(as_staff: Callable[..., Client]) -> None:
    client = as_staff("view_gatherresult", "view_call")
    result = gather("account", "1")

    response = post(client, RESULTS, "export_long", [result])

    assert "Content-Disposition" not in response
    assert not Export.objects.exists()


def test_only_calls_and_results_can_be_exported(admin_client: Client) -> None:
    visit = make_visit(make_call())
    url = reverse("admin:voicegather_stepvisit_changelist")

    assert "export_long" not in admin_client.get(url).content.decode()
    assert "Content-Disposition" not in post(admin_client, url, "export_long", [visit])


def test_calls_are_erased_which_reaches_files_too_and_not_deleted(admin_client: Client) -> None:
    call = gather("account", "1").call
    url = reverse("admin:voicegather_call_delete", args=[call.pk])

    assert admin_client.post(url, {"post": "yes"}).status_code == 403

    page = admin_client.get(reverse("admin:voicegather_call_change", args=[call.pk]))
    assert f"{reverse('admin:voicegather_erasure_add')}?call={call.pk}" in page.content.decode()
    assert Call.objects.exists()
