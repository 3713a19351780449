"""The list of what callers entered: its pages, its filters, and what it can be searched for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import (
    STARTED,
    make_attempt,
    make_call,
    make_menu,
    make_result,
    make_version,
    make_visit,
)
from voicegather.admin.results.results import GatherResultAdmin
from voicegather.models import GatherResult, PhoneNumber
from voicegather.sealing import seal

RESULTS = reverse("admin:voicegather_gatherresult_changelist")


def listed(client: Client, **asked: Any) -> list[int]:
    response = client.get(RESULTS, asked)
    assert response.status_code == 200
    return [row.pk for row in response.context["cl"].result_list]


def text_of(client: Client, address: str = RESULTS, **asked: Any) -> str:
    return client.get(address, asked).content.decode()


@pytest.fixture
def seven(db: None, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Seven results where a page has three; two of one moment. The newest first."""
    monkeypatch.setattr(GatherResultAdmin, "list_per_page", 3)
    moments = [0, 1, 2, 2, 3, 4, 5]
    made = [
        make_result(make_visit(make_call()), str(n), gathered_at=STARTED + timedelta(minutes=at))
        for n, at in enumerate(moments)
    ]
    return [each.pk for each in reversed(made)]


def test_pages_lead_to_the_oldest_result_and_back(seven: list[int], admin_client: Client) -> None:
    address, pages = RESULTS, []
    while address:
        changelist = admin_client.get(address).context["cl"]
        pages.append([row.pk for row in changelist.result_list])
        address = changelist.older_link and RESULTS + changelist.older_link
    assert pages == [seven[:3], seven[3:6], seven[6:]]

    back = admin_client.get(RESULTS + changelist.newer_link).context["cl"]
    assert [row.pk for row in back.result_list] == seven[3:6]
    first = admin_client.get(RESULTS + back.newer_link).context["cl"]
    assert [row.pk for row in first.result_list] == seven[:3]
    assert first.newer_link == ""


def test_a_page_has_what_came_meanwhile_nowhere(seven: list[int], admin_client: Client) -> None:
    older = admin_client.get(RESULTS).context["cl"].older_link
    make_result(make_visit(make_call()), "8", gathered_at=STARTED + timedelta(hours=1))

    page = admin_client.get(RESULTS + older).context["cl"]

    assert [row.pk for row in page.result_list] == seven[3:6]


def test_searches_and_filters_are_paged_too(seven: list[int], admin_client: Client) -> None:
    asked = {"q": "+1312", "outcome__exact": "valid"}
    page = admin_client.get(RESULTS, asked).context["cl"]
    older = admin_client.get(RESULTS + page.older_link).context["cl"]

    assert [row.pk for row in page.result_list] == seven[:3]
    assert [row.pk for row in older.result_list] == seven[3:6]


def test_no_more_than_a_page_is_counted_exactly(db: None, admin_client: Client) -> None:
    make_result(make_visit(make_call()), "1")

    assert "1 result</span>" in text_of(admin_client)


def test_the_count_of_more_is_an_estimate_and_says_so(
    seven: list[int], admin_client: Client
) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE voicegather_gatherresult")

    assert "About 7 results, an estimate" in text_of(admin_client)


def test_nothing_is_counted_over_the_table(seven: list[int], admin_client: Client) -> None:
    with CaptureQueriesContext(connection) as captured:
        listed(admin_client, q="+1312")

    counts = [each["sql"] for each in captured if "COUNT(*)" in each["sql"].upper()]
    assert all("LIMIT 1000" in sql for sql in counts)
    assert connection.vendor != "postgresql" or counts == []


def test_a_page_takes_as_many_queries_for_many_rows_as_for_few(admin_client: Client) -> None:
    for number in range(2):
        make_attempt(make_result(make_visit(make_call()), str(number)).visit, "1")
    listed(admin_client)
    with CaptureQueriesContext(connection) as few:
        listed(admin_client)
    for number in range(20):
        make_attempt(make_result(make_visit(make_call()), str(number)).visit, "1")
    with CaptureQueriesContext(connection) as many:
        listed(admin_client)

    assert len(many) == len(few)


@pytest.mark.parametrize(
    "place", ["x", "1-", "-1", "1", "9" * 30 + "-1", f"1-{2**63}", "\0", "٣-٣", "1-1-1", "\ud800"]
)
def test_what_is_no_place_in_the_list_leads_to_its_beginning(
    place: str, admin_client: Client
) -> None:
    make_result(make_visit(make_call()), "1")
    for name in ("after", "before"):
        query = f"{name}={place.encode('utf-8', 'surrogatepass').decode('latin-1')}"
        response = admin_client.get(f"{RESULTS}?{query}", follow=True)

        assert response.status_code == 200


def test_a_row_tells_where_it_comes_from_and_how_long_it_took(admin_client: Client) -> None:
    visit = make_visit(make_call(version=make_version(make_menu(), {"account": {}})))
    make_attempt(visit)
    make_attempt(visit, "12")
    make_result(visit, "12", raw="12#", gathered_at=visit.entered_at + timedelta(seconds=9))

    row = admin_client.get(RESULTS).content.decode()

    for cell in (
        '<td class="field-step">account.digits</td>',
        '<td class="field-attempts">2</td>',
        '<td class="field-raw_shown">12#</td>',
        '<td class="field-value_shown">12</td>',
        '<td class="field-language">en-US</td>',
        '<td class="field-seconds">9</td>',
    ):
        assert cell in row


def sensitive(sensitivity: str, shown: str) -> GatherResult:
    return make_result(
        make_visit(make_call()),
        shown,
        raw="",
        sensitivity=sensitivity,
        sealed=seal({"raw": "987654", "value": "987654"}),
    )


def test_sensitive_values_are_masked_and_never_searched_for(admin_client: Client) -> None:
    sensitive("masked", "•••54")
    sensitive("secret", "")

    page = text_of(admin_client)

    assert "987654" not in page
    assert '<td class="field-value_shown">•••54</td>' in page
    assert '<td class="field-value_shown">•••</td>' in page
    for term in ("987654", "98", "•••", "•••54", '"•••54"', '"987654"'):
        assert listed(admin_client, q=term) == []


def test_quotes_find_exactly_what_is_in_them(admin_client: Client) -> None:
    short = make_result(make_visit(make_call()), "123")
    long = make_result(make_visit(make_call(caller="sip:a", caller_e164=None)), "1234")

    assert listed(admin_client, q="123") == [long.pk, short.pk]
    assert listed(admin_client, q='"123"') == [short.pk]
    assert listed(admin_client, q='"sip:a"') == [long.pk]


@pytest.fixture
def days(db: None, settings: Any) -> Callable[[int, int], GatherResult]:
    """Makes a result on a day of March at an hour in UTC; the site's clocks are New York's."""
    settings.TIME_ZONE = "America/New_York"

    def make(day: int, hour: int) -> GatherResult:
        at = datetime(2026, 3, day, hour, tzinfo=UTC)
        return make_result(make_visit(make_call()), "1", gathered_at=at)

    return make


def test_days_are_those_of_the_sites_zone_and_the_last_one_is_included(
    days: Callable[[int, int], GatherResult], admin_client: Client
) -> None:
    days(3, 4)
    late, early = days(4, 4), days(3, 6)
    days(4, 6)

    assert listed(admin_client, since="2026-03-03", until="2026-03-03") == [late.pk, early.pk]


def test_a_range_backwards_says_so_and_shows_nothing(
    days: Callable[[int, int], GatherResult], admin_client: Client
) -> None:
    days(3, 6)

    page = text_of(admin_client, since="2026-03-04", until="2026-03-03")

    assert "The last day is before the first one: exchange them." in page
    assert 'value="2026-03-04"' in page
    assert listed(admin_client, since="2026-03-04", until="2026-03-03") == []


@pytest.mark.parametrize("text", ["yesterday", "2026-02-30", "0001-01-01", "9999-12-31", "<b>"])
def test_what_is_no_date_is_told_and_kept(text: str, admin_client: Client) -> None:
    page = text_of(admin_client, since=text)

    assert "Write dates as 2026-12-24." in page
    assert "<b>" not in page.partition("result-dates")[2].partition("</form>")[0]


def test_the_form_of_days_keeps_the_other_filters(admin_client: Client) -> None:
    page = text_of(admin_client, outcome__exact="valid", q="1")

    form = page.partition('class="result-dates"')[2].partition("</form>")[0]
    assert '<input type="hidden" name="outcome__exact" value="valid">' in form
    assert '<input type="hidden" name="q" value="1">' in form


def test_results_are_filtered_by_menu_version_step_outcome_and_number(
    admin_client: Client,
) -> None:
    menu = make_menu()
    old = make_version(menu, {"account": {}})
    new = make_version(menu, {"account": {}})
    number = PhoneNumber.objects.create(number="+13125550100", name="Front desk", menu=menu)
    first = make_result(make_visit(make_call(version=old)), "1")
    second = make_result(
        make_visit(make_call(version=new, number=number), "pin"), outcome="no_input"
    )

    both = [second.pk, first.pk]
    assert listed(admin_client, menu__id__exact=menu.pk) == both
    assert listed(admin_client, menu__id__exact=menu.pk, version=old.pk) == [first.pk]
    assert listed(admin_client, version=new.pk) == [second.pk]
    assert listed(admin_client, step_key="pin") == [second.pk]
    assert listed(admin_client, outcome__exact="no_input") == [second.pk]
    assert listed(admin_client, number=number.pk) == [second.pk]
    assert listed(admin_client, review_state__exact="unreviewed") == both
    assert listed(admin_client, review_state__exact="accepted") == []
    page = text_of(admin_client, menu__id__exact=menu.pk)
    assert f"version={old.pk}" in page


@pytest.mark.parametrize("name", ["version", "number", "menu__id__exact"])
@pytest.mark.parametrize("value", ["x", "9" * 40, "-1", "", "1 OR 1=1"])
def test_a_filter_by_nothing_that_exists_is_no_error(
    name: str, value: str, admin_client: Client
) -> None:
    assert admin_client.get(RESULTS, {name: value}, follow=True).status_code == 200


def test_filters_and_searches_use_an_index(admin_client: Client) -> None:
    """On SQLite the plan says so whatever is stored; PostgreSQL scans tables as small as these."""
    version = make_version(make_menu(), {"account": {}})
    make_result(make_visit(make_call(version=version)), "123456")
    for asked in (
        {},
        {"since": "2026-03-01"},
        {"menu__id__exact": version.menu_id},
        {"step_key": "account"},
        {"outcome__exact": "valid"},
        {"review_state__exact": "accepted"},
    ):
        rows = admin_client.get(RESULTS, asked).context["cl"].queryset[:51]
        plan = f"{rows.explain()}\n"
        assert connection.vendor != "sqlite" or "SCAN voicegather_gatherresult\n" not in plan
        assert connection.vendor != "sqlite" or "TEMP B-TREE FOR ORDER BY" not in plan


def test_all_that_is_filtered_is_exported_wherever_the_page_begins(
    seven: list[int], admin_client: Client
) -> None:
    older = admin_client.get(RESULTS).context["cl"].older_link
    response = admin_client.post(
        RESULTS + older,
        {"action": "export_wide", "select_across": "1", "index": "0", "_selected_action": seven[4]},
    )

    lines = b"".join(response.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert response["Content-Type"].startswith("text/csv")
    assert len(lines) == 8


def test_what_was_entered_is_among_the_first_columns(
    seven: list[int], admin_client: Client
) -> None:
    columns = admin_client.get(RESULTS).context["cl"].list_display

    assert columns[:6] == [
        "action_checkbox",
        "gathered_at",
        "caller",
        "step",
        "value_shown",
        "review_shown",
    ]
