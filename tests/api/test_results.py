"""What callers entered, and who sees it whole."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group

from tests.api.conftest import Api
from tests.factories import STARTED, make_call, make_menu, make_result, make_version, make_visit
from voicegather.models import Disclosure, GatherResult
from voicegather.sealing import seal

REVEAL = {"reveal": "true"}
BECAUSE = {"HTTP_REVEAL_REASON": "Ticket 1234"}


@pytest.fixture
def results(db: None) -> dict[str, GatherResult]:
    """A normal, a masked and a secret result of one call, by their steps."""
    call = make_call(version=make_version(make_menu(), {"account": {}}))
    sealed = seal({"raw": "987654", "value": "987654"})
    shown = {
        "normal": ("1", "1", None),
        "masked": ("", "•••7654", sealed),
        "secret": ("", "", sealed),
    }
    return {
        sensitivity: make_result(
            make_visit(call, sensitivity), value, raw=raw, sensitivity=sensitivity, sealed=hidden
        )
        for sensitivity, (raw, value, hidden) in shown.items()
    }


def test_a_result_tells_where_it_comes_from(results: dict[str, GatherResult], api: Api) -> None:
    result = results["normal"]

    told = api("view_gatherresult").ask("get", f"results/{result.pk}/").json()

    assert told == {
        "id": result.pk,
        "call": result.call.token,
        "caller": "+13125550101",
        "menu": "clinic",
        "visit": 1,
        "step": "normal",
        "field": "digits",
        "outcome": "valid",
        "raw": "1",
        "value": "1",
        "is_masked": False,
        "choice": "any",
        "sensitivity": "normal",
        "gathered_at": "2026-03-01T09:30:03.500000Z",
        "review_state": "unreviewed",
        "review": None,
    }


@pytest.mark.parametrize(
    ("permissions", "entries"),
    [
        (
            (),
            {
                "normal": ("1", "1", False),
                "masked": ("", "•••7654", True),
                "secret": ("", "", True),
            },
        ),
        (
            ("reveal_sensitive",),
            {
                "normal": ("1", "1", False),
                "masked": ("987654", "987654", False),
                "secret": ("987654", "987654", False),
            },
        ),
    ],
    ids=["masked", "revealed"],
)
def test_sensitive_values_are_for_those_who_may_reveal_them(
    permissions: tuple[str, ...],
    entries: dict[str, tuple[str, str, bool]],
    results: dict[str, GatherResult],
    api: Api,
) -> None:
    client = api("view_gatherresult", *permissions)
    asked = REVEAL if permissions else {}

    rows = client.ask("get", "results/", asked, **BECAUSE).json()["results"]
    one = client.ask("get", f"results/{results['secret'].pk}/", asked, **BECAUSE).json()

    told = {row["step"]: (row["raw"], row["value"], row["is_masked"]) for row in rows}
    assert told == entries
    assert (one["raw"], one["value"], one["is_masked"]) == entries["secret"]


def test_what_no_key_opens_any_more_reads_as_null(
    results: dict[str, GatherResult], api: Api
) -> None:
    GatherResult.objects.filter(pk=results["secret"].pk).update(sealed=b"\x01xxxx" + b"y" * 50)
    client = api("view_gatherresult", "reveal_sensitive")

    told = client.ask("get", f"results/{results['secret'].pk}/", REVEAL, **BECAUSE).json()

    assert (told["raw"], told["value"]) == (None, None)


def test_a_value_longer_than_its_column_is_told_whole(db: None, api: Api) -> None:
    visit = make_visit(make_call(version=make_version(make_menu(), {"account": {}})))
    long = "word " * 100
    result = make_result(visit, long[:254] + "…", sealed=seal({"raw": long, "value": long}))
    client = api("view_gatherresult", "reveal_sensitive")

    told = client.ask("get", f"results/{result.pk}/", REVEAL, **BECAUSE).json()

    assert (told["raw"], told["value"], told["is_masked"]) == (long, long, False)
    assert not Disclosure.objects.exists()


def test_each_sensitive_value_that_was_revealed_is_on_record_once_an_hour_and_reason(
    results: dict[str, GatherResult], api: Api
) -> None:
    client = api("view_gatherresult", "reveal_sensitive")

    client.ask("get", "results/")
    client.ask("get", f"results/{results['masked'].pk}/", REVEAL, **BECAUSE)
    client.ask("get", "results/", REVEAL, **BECAUSE)
    client.ask("get", f"results/{results['secret'].pk}/", REVEAL, HTTP_REVEAL_REASON="Another")

    assert list(Disclosure.objects.order_by("pk").values_list("object_id", "reason", "way")) == [
        (results["masked"].pk, "Ticket 1234", "api"),
        (results["secret"].pk, "Ticket 1234", "api"),
        (results["secret"].pk, "Another", "api"),
    ]


@pytest.mark.parametrize("reason", ["", "abc", "\u202e", "x" * 301])
def test_nothing_is_revealed_without_a_reason(
    reason: str, results: dict[str, GatherResult], api: Api
) -> None:
    client = api("view_gatherresult", "reveal_sensitive")

    answer = client.ask("get", "results/", REVEAL, HTTP_REVEAL_REASON=reason)

    assert (answer.status_code, answer.json()["code"]) == (400, "reason_required")
    assert "Reveal-Reason" in answer.json()["detail"]
    assert not Disclosure.objects.exists()


def test_a_reason_is_read_as_utf_8(results: dict[str, GatherResult], api: Api) -> None:
    client = api("view_gatherresult", "reveal_sensitive")
    header = "Reclamación 7".encode().decode("latin-1")

    client.ask("get", "results/", REVEAL, HTTP_REVEAL_REASON=header)

    assert {each.reason for each in Disclosure.objects.all()} == {"Reclamación 7"}


@pytest.mark.parametrize(("reveal", "status"), [("true", 403), ("false", 200), ("1", 400)])
def test_revealing_takes_its_permission(reveal: str, status: int, api: Api) -> None:
    answer = api("view_gatherresult").ask("get", "results/", {"reveal": reveal}, **BECAUSE)

    assert answer.status_code == status


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_results_cannot_be_written(method: str, results: dict[str, GatherResult], api: Api) -> None:
    client = api("view_gatherresult", "add_gatherresult", "change_gatherresult")

    assert client.ask(method, f"results/{results['normal'].pk}/", {}).status_code == 405


@pytest.fixture
def ended(db: None) -> GatherResult:
    """A result of a call that is over."""
    version = make_version(make_menu(), {"account": {}})
    return make_result(make_visit(make_call(version=version, ended_at=STARTED)), "123456")


def test_a_result_is_reviewed_and_tells_what_was_decided_last(
    ended: GatherResult, api: Api
) -> None:
    client = api("view_gatherresult", "review_gatherresult")
    ruling = {"decision": "corrected", "value": "654321", "note": "She said so.", "seen": None}

    made = client.ask("post", f"results/{ended.pk}/reviews/", ruling)

    assert made.status_code == 201
    told = client.ask("get", f"results/{ended.pk}/").json()
    assert (told["review_state"], told["review"]) == ("corrected", made.json())
    assert told["review"] | {"reviewed_at": ""} == {
        "id": ended.reviews.get().pk,
        "decision": "corrected",
        "value": "654321",
        "note": "She said so.",
        "reviewer": "user0",
        "reviewed_at": "",
    }
    listed = client.ask("get", "results/", {"review_state": "corrected"}).json()["results"]
    assert [row["review"] for row in listed] == [made.json()]
    assert client.ask("get", f"results/{ended.pk}/reviews/").json() == [made.json()]
    assert client.ask("get", "results/", {"review_state": "accepted"}).json()["results"] == []


def test_who_decides_upon_an_older_review_gets_a_conflict(ended: GatherResult, api: Api) -> None:
    client = api("view_gatherresult", "review_gatherresult")
    path = f"results/{ended.pk}/reviews/"
    client.ask("post", path, {"decision": "accepted", "seen": None})

    late = client.ask("post", path, {"decision": "rejected", "seen": None})

    assert (late.status_code, late.json()["code"]) == (409, "review_moved")
    assert "was faster" in late.json()["detail"]
    assert ended.reviews.count() == 1


@pytest.mark.parametrize(
    ("ruling", "pointer"),
    [
        ({"decision": "accepted"}, "#/seen"),
        ({"decision": "perhaps", "seen": None}, "#/decision"),
        ({"decision": "corrected", "value": "", "seen": None}, "#/value"),
        ({"decision": "accepted", "note": "x" * 2001, "seen": None}, "#/note"),
        ({"decision": "accepted", "seen": 0}, "#/seen"),
        ({"decision": "reopened", "seen": None}, "#"),
    ],
)
def test_a_ruling_that_cannot_be_kept_says_where(
    ruling: dict[str, Any], pointer: str, ended: GatherResult, api: Api
) -> None:
    client = api("view_gatherresult", "review_gatherresult")

    answer = client.ask("post", f"results/{ended.pk}/reviews/", ruling)

    assert answer.status_code == 400
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert not ended.reviews.exists()


def test_reviewing_takes_its_permission_and_a_result_of_ones_own(
    ended: GatherResult, api: Api
) -> None:
    ruling = {"decision": "accepted", "seen": None}
    path = f"results/{ended.pk}/reviews/"
    for permission in ("view_gatherresult", "review_gatherresult"):
        assert api(permission).ask("post", path, ruling).status_code == 403
    ended.menu.team = Group.objects.create(name="Others")  # type: ignore[union-attr]
    ended.menu.save()  # type: ignore[union-attr]
    client = api("view_gatherresult", "review_gatherresult")

    assert client.ask("post", path, ruling).status_code == 404
    assert client.ask("get", path).status_code == 404
