"""Lists: filters, and pages by cursor with a constant number of queries and none that counts."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import Api, Asking
from tests.factories import (
    STARTED,
    make_call,
    make_menu,
    make_result,
    make_version,
    make_visit,
)
from voicegather.models import MenuVersion, PhoneNumber, Prompt, PromptVariant

PERMISSIONS = (
    "view_menu",
    "view_menuversion",
    "view_prompt",
    "view_phonenumber",
    "view_call",
    "view_gatherresult",
)


@pytest.fixture
def reader(api: Api) -> Asking:
    return api(*PERMISSIONS)


def all_pages(client: Asking, path: str, parameters: dict[str, Any]) -> list[list[Any]]:
    answer = client.ask("get", path, parameters)
    pages = [answer.json()["results"]]
    while following := answer.json()["next"]:
        answer = client.get(following, HTTP_ACCEPT="application/json")
        pages.append(answer.json()["results"])
    return pages


@pytest.fixture
def version(db: None) -> MenuVersion:
    return make_version(make_menu(), {"account": {}})


def test_pages_hold_every_result_once_also_where_many_came_at_the_same_moment(
    version: MenuVersion, reader: Asking
) -> None:
    moments = [STARTED + timedelta(seconds=second) for second in (0, 1, 1, 1, 1, 2, 3)]
    for index, moment in enumerate(moments):
        visit = make_visit(make_call(version=version))
        make_result(visit, str(index), gathered_at=moment)

    pages = all_pages(reader, "results/", {"limit": "2"})

    assert [[row["value"] for row in page] for page in pages] == [
        ["6", "5"],
        ["4", "3"],
        ["2", "1"],
        ["0"],
    ]


def test_what_comes_in_meanwhile_moves_nothing(version: MenuVersion, reader: Asking) -> None:
    for index in range(3):
        visit = make_visit(make_call(version=version))
        make_result(visit, str(index), gathered_at=STARTED + timedelta(seconds=index))
    first = reader.ask("get", "results/", {"limit": "2"}).json()

    make_result(
        make_visit(make_call(version=version)), "new", gathered_at=STARTED + timedelta(hours=1)
    )
    second = reader.get(first["next"], HTTP_ACCEPT="application/json").json()

    assert [row["value"] for row in (*first["results"], *second["results"])] == ["2", "1", "0"]


def test_pages_of_named_things_are_in_order_of_their_names(db: None, reader: Asking) -> None:
    for key in ("b", "a", "c"):
        Prompt.objects.create(key=key)

    pages = all_pages(reader, "prompts/", {"limit": "1"})

    assert [row["key"] for (row,) in pages] == ["a", "b", "c"]


def cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "bad",
    [
        "x",
        "é",
        "\0",
        "====",
        "a" * 600,
        cursor(),
        cursor(1, 2),
        cursor("now", 1),
        cursor("2026-03-01", 1),
        cursor("2026-03-01T00:00:00", 1),
        cursor("0001-01-01T00:00:00+14:00", 1),
        cursor("2026-03-01T00:00:00+00:00", "1"),
        cursor("2026-03-01T00:00:00+00:00", 2**63),
        cursor("2026-03-01T00:00:00+00:00", -1),
        cursor("2026-03-01T00:00:00+00:00", True),
        cursor("2026-03-01T00:00:00+00:00", 1.5),
        cursor("2026-03-01T00:00:00+00:00", 1, 1),
        base64.urlsafe_b64encode(b"\xff\xff").decode(),
    ],
)
def test_a_cursor_that_is_none_of_ours_is_refused(bad: str, reader: Asking) -> None:
    answer = reader.ask("get", "results/", {"cursor": bad})

    assert (answer.status_code, answer.json()["errors"]) == (
        400,
        [
            {
                "parameter": "cursor",
                "detail": "Take it as it stands in the `next` of the page before.",
            }
        ],
    )


@pytest.mark.parametrize("bad", [cursor("\0"), cursor("\ud800"), cursor(1), cursor(None)])
def test_so_is_one_of_names(bad: str, reader: Asking) -> None:
    assert reader.ask("get", "menus/", {"cursor": bad}).status_code == 400


@pytest.mark.parametrize("limit", ["0", "201", "-1", "x", "", "1.5", "9" * 30, "٣"])
def test_a_limit_out_of_its_range_is_refused(limit: str, reader: Asking) -> None:
    answer = reader.ask("get", "menus/", {"limit": limit})

    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (400, "limit")


@pytest.mark.parametrize(
    ("parameters", "named"),
    [
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-13-01"}, "since"),
        ({"since": "2026-03-01T10:00:00"}, "since"),
        ({"until": "0001-01-01T00:00:00+14:00"}, "until"),
        ({"since": "\0"}, "since"),
        ({"menu": "\0"}, "menu"),
        ({"caller": "a\0b"}, "caller"),
        ({"caller_prefix": "1" * 300}, "caller_prefix"),
        ({"outcome": "great"}, "outcome"),
        ({"manu": "clinic"}, "manu"),
    ],
)
def test_a_filter_that_cannot_be_is_named(
    parameters: dict[str, str], named: str, reader: Asking
) -> None:
    for path in ("calls/", "results/"):
        answer = reader.ask("get", path, parameters)

        assert answer.status_code == 400
        assert [each["parameter"] for each in answer.json()["errors"]] == [named]


@pytest.mark.parametrize(
    ("path", "parameters", "says"),
    [
        ("calls/", {"direction": "up"}, "Choose one of inbound, outbound."),
        (
            "results/",
            {"outcome": "great"},
            "Choose one of valid, invalid, no_input, cancelled, hangup, error.",
        ),
    ],
)
def test_a_filter_of_few_words_names_them(
    path: str, parameters: dict[str, str], says: str, reader: Asking
) -> None:
    (error,) = reader.ask("get", path, parameters).json()["errors"]

    assert error["detail"] == says


CALLS = [
    ({"menu": "clinic"}, {"one", "two"}),
    ({"menu": "other"}, {"three"}),
    ({"menu": "none"}, set()),
    ({"outcome": "completed"}, {"one"}),
    ({"phase": "ended"}, {"one"}),
    ({"direction": "outbound"}, {"three"}),
    ({"since": "2026-03-02"}, {"two", "three"}),
    ({"since": "2026-03-02T09:30:00%2B00:00"}, {"two", "three"}),
    ({"until": "2026-03-02T10:30:00%2B01:00"}, {"one"}),
    ({"since": "2026-03-02", "until": "2026-03-03"}, {"two"}),
    ({"caller": "%2B13125550101"}, {"one", "two"}),
    ({"caller": "+13125550101"}, {"one", "two"}),
    ({"caller": "anonymous"}, {"three"}),
    ({"caller": "1312"}, set()),
    ({"caller_prefix": "+1312"}, {"one", "two"}),
    ({"caller_prefix": "anon"}, {"three"}),
    ({"caller_prefix": "%"}, set()),
]


@pytest.mark.parametrize(("parameters", "found"), CALLS)
def test_calls_are_filtered(
    parameters: dict[str, str], found: set[str], version: MenuVersion, reader: Asking
) -> None:
    other = make_version(make_menu("other"))
    make_call(version=version, reason="one", outcome="completed", phase="ended")
    make_call(version=version, reason="two", started_at=STARTED + timedelta(days=1))
    make_call(
        version=other,
        reason="three",
        caller="anonymous",
        caller_e164=None,
        direction="outbound",
        started_at=STARTED + timedelta(days=2),
    )
    query = "&".join(f"{name}={value}" for name, value in parameters.items())

    rows = reader.ask("get", f"calls/?{query}").json()["results"]

    assert {row["reason"] for row in rows} == found


RESULTS = [
    ({"menu": "clinic"}, {"1", "2"}),
    ({"step": "account"}, {"1", "3"}),
    ({"field": "day"}, {"2"}),
    ({"outcome": "invalid"}, {"3"}),
    ({"since": "2026-03-02"}, {"3"}),
    ({"until": "2026-03-02"}, {"1", "2"}),
    ({"caller": "+13125550102"}, {"3"}),
    ({"caller_prefix": "+1312555010"}, {"1", "2", "3"}),
    ({"caller_prefix": "+1312555010", "menu": "clinic", "step": "account"}, {"1"}),
]


@pytest.mark.parametrize(("parameters", "found"), RESULTS)
def test_results_are_filtered(
    parameters: dict[str, str], found: set[str], version: MenuVersion, reader: Asking
) -> None:
    call = make_call(version=version)
    make_result(make_visit(call), "1")
    make_result(make_visit(call, "visit"), "2", field="day")
    later = make_call(
        version=make_version(make_menu("other")), caller="+13125550102", caller_e164="+13125550102"
    )
    day = STARTED + timedelta(days=1)
    make_result(make_visit(later), "3", outcome="invalid", gathered_at=day)

    rows = reader.ask("get", "results/", parameters).json()["results"]

    assert {row["value"] for row in rows} == found


def fill(version: MenuVersion, beginning: int, count: int) -> None:
    for index in range(beginning, beginning + count):
        menu = make_menu(f"menu-{index}")
        of_menu = make_version(menu)
        make_version(version.menu, note=str(index))
        make_result(make_visit(make_call(version=of_menu)), "1")
        prompt = Prompt.objects.create(key=f"prompt_{index}")
        PromptVariant.objects.create(prompt=prompt, language="en-US", text="Hello")
        PhoneNumber.objects.create(number=f"+131255501{index:02}", menu=menu)


@pytest.mark.parametrize(
    "path", ["menus/", "menus/clinic/versions/", "prompts/", "numbers/", "calls/", "results/"]
)
def test_a_list_takes_as_many_queries_for_many_rows_as_for_one_and_counts_nothing(
    path: str, version: MenuVersion, reader: Asking
) -> None:
    fill(version, 0, 1)
    with CaptureQueriesContext(connection) as few:
        one = len(reader.ask("get", path).json()["results"])
    fill(version, 1, 10)

    with CaptureQueriesContext(connection) as many:
        rows = len(reader.ask("get", path).json()["results"])

    assert rows == one + 10
    assert len(many) == len(few)
    assert not [each["sql"] for each in many if "COUNT(" in each["sql"].upper()]
