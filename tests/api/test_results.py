"""What callers entered, and who sees it whole."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry

from tests.api.conftest import Api
from tests.factories import make_call, make_menu, make_result, make_version, make_visit
from voicegather.models import GatherResult
from voicegather.sealing import seal


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
    asked = {"reveal": "true"} if permissions else {}

    rows = client.ask("get", "results/", asked).json()["results"]
    one = client.ask("get", f"results/{results['secret'].pk}/", asked).json()

    told = {row["step"]: (row["raw"], row["value"], row["is_masked"]) for row in rows}
    assert told == entries
    assert (one["raw"], one["value"], one["is_masked"]) == entries["secret"]


def test_what_no_key_opens_any_more_reads_as_null(
    results: dict[str, GatherResult], api: Api
) -> None:
    GatherResult.objects.filter(pk=results["secret"].pk).update(sealed=b"\x01xxxx" + b"y" * 50)
    client = api("view_gatherresult", "reveal_sensitive")

    told = client.ask("get", f"results/{results['secret'].pk}/", {"reveal": "true"}).json()

    assert (told["raw"], told["value"]) == (None, None)


def test_a_value_longer_than_its_column_is_told_whole(db: None, api: Api) -> None:
    visit = make_visit(make_call(version=make_version(make_menu(), {"account": {}})))
    long = "word " * 100
    result = make_result(visit, long[:254] + "…", sealed=seal({"raw": long, "value": long}))
    client = api("view_gatherresult", "reveal_sensitive")

    told = client.ask("get", f"results/{result.pk}/", {"reveal": "true"}).json()

    assert (told["raw"], told["value"], told["is_masked"]) == (long, long, False)
    assert not LogEntry.objects.exists()


def test_each_sensitive_value_that_was_revealed_is_noted_once(
    results: dict[str, GatherResult], api: Api
) -> None:
    client = api("view_gatherresult", "reveal_sensitive")

    client.ask("get", "results/")
    client.ask("get", f"results/{results['masked'].pk}/", {"reveal": "true"})
    client.ask("get", "results/", {"reveal": "true"})

    assert list(LogEntry.objects.order_by("pk").values_list("object_id", "change_message")) == [
        (str(results[name].pk), "Revealed what is sensitive, over the API.")
        for name in ("masked", "secret")
    ]


def test_a_cache_that_does_not_answer_hides_nothing_and_everything_is_noted(
    results: dict[str, GatherResult], api: Api, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    client = api("view_gatherresult", "reveal_sensitive")
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
    }
    path = f"results/{results['secret'].pk}/"

    answers = [client.ask("get", path, {"reveal": "true"}) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["is_masked"] is False
    assert LogEntry.objects.count() == 2
    assert "what was revealed is not remembered" in caplog.text


@pytest.mark.parametrize(("reveal", "status"), [("true", 403), ("false", 200), ("1", 400)])
def test_revealing_takes_its_permission(reveal: str, status: int, api: Api) -> None:
    answer = api("view_gatherresult").ask("get", "results/", {"reveal": reveal})

    assert answer.status_code == status


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_results_cannot_be_written(method: str, results: dict[str, GatherResult], api: Api) -> None:
    client = api("view_gatherresult", "add_gatherresult", "change_gatherresult")

    assert client.ask(method, f"results/{results['normal'].pk}/", {}).status_code == 405
