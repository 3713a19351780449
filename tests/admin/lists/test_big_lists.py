from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import STARTED, make_call, make_result, make_visit
from voicegather.admin.lists import counting, searching
from voicegather.models import Call, CallCommand, CallEvent, CallLeg
from voicegather.sealing import seal

CALLS = reverse("admin:voicegather_call_changelist")


@pytest.fixture
def many_calls(db: None, monkeypatch: pytest.MonkeyPatch) -> list[Call]:
    """Seven calls where up to five are counted."""
    monkeypatch.setattr(counting, "COUNTED", 5)
    return [make_call(language="en-US" if number else "fr-FR") for number in range(7)]


def test_few_rows_are_counted(admin_client: Client) -> None:
    for _ in range(3):
        make_call()

    response = admin_client.get(CALLS)

    assert response.context["cl"].result_count == 3
    assert "estimate" not in response.content.decode()


def test_many_rows_are_estimated_and_the_page_says_so(
    many_calls: list[Call], admin_client: Client
) -> None:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE voicegather_call")

    response = admin_client.get(CALLS)

    assert response.context["cl"].result_count == 7
    assert "The number is an estimate." in response.content.decode()


def test_a_filtered_list_of_many_ends_and_says_so(
    many_calls: list[Call], admin_client: Client
) -> None:
    response = admin_client.get(f"{CALLS}?language=en-US")

    assert response.context["cl"].result_count == 5
    assert "There are more than 5; only these are listed." in response.content.decode()


def test_no_query_counts_the_whole_table(many_calls: list[Call], admin_client: Client) -> None:
    with CaptureQueriesContext(connection) as captured:
        admin_client.get(CALLS)

    counts = [query["sql"] for query in captured if "COUNT(*)" in query["sql"]]
    assert len(counts) == 1
    assert "LIMIT 6" in counts[0]


def found(client: Client, model: str, term: str) -> list[int]:
    response = client.get(reverse(f"admin:voicegather_{model}_changelist"), {"q": term})
    return sorted(row.pk for row in response.context["cl"].result_list)


@pytest.mark.parametrize("term", ["+13125550101", " +1312 ", "leg-1", "token-1"])
def test_a_call_is_found_by_its_callers_beginning_its_leg_or_its_token(
    term: str, admin_client: Client
) -> None:
    call = make_call(token="token-1")
    CallLeg.objects.create(call=call, call_control_id="leg-1", role="caller")
    make_call(caller="anonymous", caller_e164=None)

    assert found(admin_client, "call", term) == [call.pk]


@pytest.mark.parametrize("term", ["%", "_", "1312", "+1312555010x", "leg", "' OR 1=1"])
def test_a_search_finds_nothing_else(term: str, admin_client: Client) -> None:
    call = make_call()
    CallLeg.objects.create(call=call, call_control_id="leg-1", role="caller")

    assert found(admin_client, "call", term) == []


def test_a_result_is_found_by_its_value_or_by_its_caller(admin_client: Client) -> None:
    first = make_result(make_visit(make_call()), "123456")
    second = make_result(make_visit(make_call(caller="anonymous", caller_e164=None)), "987")

    assert found(admin_client, "gatherresult", "123") == [first.pk]
    assert found(admin_client, "gatherresult", "anon") == [second.pk]


def test_callers_that_are_many_are_found_as_those_that_are_few(
    admin_client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in ("+13125550101", "+13125550102", "+13125550150"):
        make_result(make_visit(make_call(caller=number, caller_e164=number)), "7")

    few = found(admin_client, "gatherresult", "+131255501")
    narrowed = found(admin_client, "gatherresult", "+1312555010")
    monkeypatch.setattr(searching, "MOST_NAMED", 1)

    assert found(admin_client, "gatherresult", "+131255501") == few
    assert found(admin_client, "gatherresult", "+1312555010") == narrowed
    assert (len(few), len(narrowed)) == (3, 2)


def test_an_event_is_found_by_its_type_its_id_or_its_leg(admin_client: Client) -> None:
    event = CallEvent.objects.create(
        source="telnyx",
        external_id="event-1",
        event_type="call.initiated",
        call_control_id="leg-1",
        occurred_at=STARTED,
        received_at=STARTED,
    )

    for term in ("call.init", "event-1", "leg-1"):
        assert found(admin_client, "callevent", term) == [event.pk]
    assert found(admin_client, "callevent", "event") == []


def test_a_command_is_found_by_its_action_or_its_id(admin_client: Client) -> None:
    command = CallCommand.objects.create(
        call=make_call(),
        seq=1,
        command_id=UUID(int=7),
        action="gather_using_speak",
        sealed_params=seal({}),
        created_at=STARTED,
    )

    for term in ("gather", str(UUID(int=7)), "+1312"):
        assert found(admin_client, "callcommand", term) == [command.pk]


def test_searches_use_an_index(admin_client: Client) -> None:
    """On SQLite the plan says so whatever is stored; PostgreSQL scans tables as small as these."""
    make_result(make_visit(make_call()), "123456")
    response = admin_client.get(reverse("admin:voicegather_gatherresult_changelist"), {"q": "123"})

    plan = response.context["cl"].queryset.explain()

    assert connection.vendor != "sqlite" or "SCAN voicegather_gatherresult\n" not in f"{plan}\n"


def test_the_page_of_a_call_takes_the_same_queries_however_long_it_was(
    admin_client: Client,
) -> None:
    call = make_call()
    url = reverse("admin:voicegather_call_change", args=[call.pk])
    make_result(make_visit(call), "1")
    admin_client.get(url)
    with CaptureQueriesContext(connection) as short:
        admin_client.get(url)
    for number in range(5):
        make_result(make_visit(call), str(number))
    with CaptureQueriesContext(connection) as long:
        admin_client.get(url)

    assert len(long) == len(short)
