"""What is masked is revealed by a POST with a reason, to who may, and on record before."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from tests.factories import (
    STARTED,
    make_attempt,
    make_call,
    make_conversation,
    make_menu,
    make_result,
    make_turn,
    make_version,
    make_visit,
)
from voicegather.models import Disclosure, GatherResult
from voicegather.sealing import seal

AsStaff = Callable[..., Client]
PIN = "480613"
REASON = {"reason": "Ticket 1234"}
VIEWS = ("call", "gatherresult", "stepvisit", "gatherattempt", "conversation")
PAGES = pytest.mark.parametrize("name", VIEWS)


@pytest.fixture
def rows(db: None) -> dict[str, Model]:
    """By their models' names: one call's rows whose pages hold a PIN."""
    step = {"sensitivity": "masked", "shown_last": 2}
    version = make_version(make_menu(), {"pin": step})
    call = make_call(version=version, ended_at=STARTED)
    visit = make_visit(call, "pin")
    sealed = seal({"raw": PIN, "value": PIN})
    conversation = make_conversation(visit, sensitivity="secret")
    make_turn(conversation, f"It is {PIN}")
    made = (
        call,
        visit,
        make_attempt(visit, PIN),
        make_result(visit, "•••13", raw="", sensitivity="masked", sealed=sealed),
        conversation,
    )
    return {row._meta.model_name or "": row for row in made}


def address(row: Model, verb: str) -> str:
    return reverse(f"admin:voicegather_{row._meta.model_name}_{verb}", args=[row.pk])


@PAGES
def test_a_page_shows_it_after_a_reason_and_masked_before(
    name: str, rows: dict[str, Model], as_staff: AsStaff
) -> None:
    client = as_staff(f"view_{name}", "reveal_sensitive")
    row = rows[name]

    before = client.get(address(row, "change")).content.decode()
    revealed = client.post(address(row, "reveal"), REASON)
    after = client.get(address(row, "change"))

    assert (PIN in before, PIN in revealed.content.decode()) == (False, True)
    assert PIN not in after.content.decode()
    assert list(after.context["reveal"].reasons) == ["Ticket 1234"]
    assert 'data-seconds="60"' in revealed.content.decode()
    assert "no-store" in revealed["Cache-Control"]
    record = Disclosure.objects.get(reason="Ticket 1234")
    assert (record.model, record.object_id, record.way) == (name, row.pk, "admin")


@PAGES
def test_who_may_not_is_told_so_and_shown_nothing(
    name: str, rows: dict[str, Model], as_staff: AsStaff
) -> None:
    answer = as_staff(f"view_{name}").post(address(rows[name], "reveal"), REASON)

    assert answer.status_code == 403
    assert "Nothing was revealed." in answer.content.decode()
    assert "Can reveal sensitive values" in answer.content.decode()
    assert PIN not in answer.content.decode()
    assert not Disclosure.objects.exists()


@PAGES
def test_what_a_page_reveals_is_in_no_log_of_its_templates(
    name: str, rows: dict[str, Model], as_staff: AsStaff, caplog: pytest.LogCaptureFixture
) -> None:
    client = as_staff(f"view_{name}", "reveal_sensitive")

    with caplog.at_level(logging.DEBUG, "django.template"):
        revealed = client.post(address(rows[name], "reveal"), REASON)

    assert PIN in revealed.content.decode()
    assert "Exception while resolving variable" in caplog.text
    assert PIN not in caplog.text

    with caplog.at_level(logging.DEBUG, "django.template"):
        client.get(address(rows[name], "change"))
    assert "Failed lookup for key" in caplog.text


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("", "This field is required."),
        ("abc", "5 characters or more"),
        ("x" * 301, "at most 300"),
        ("a\0reason", "Null characters are not allowed."),
        ("\u202e\u202e", "Write why you need to see it"),
    ],
)
def test_a_reason_that_says_nothing_reveals_nothing(
    reason: str, told: str, rows: dict[str, Model], as_staff: AsStaff
) -> None:
    client = as_staff("view_gatherresult", "reveal_sensitive")

    answer = client.post(address(rows["gatherresult"], "reveal"), {"reason": reason})

    page = answer.content.decode()
    assert (answer.status_code, told in page, PIN in page) == (400, True, False)
    assert not Disclosure.objects.exists()


def test_no_address_reveals(rows: dict[str, Model], as_staff: AsStaff) -> None:
    client = as_staff("view_gatherresult", "reveal_sensitive")
    row = rows["gatherresult"]

    answer = client.get(address(row, "reveal"), REASON, follow=True)

    assert answer.redirect_chain == [(address(row, "change"), 302)]
    assert PIN not in answer.content.decode()
    assert PIN not in client.get(address(row, "change"), {"reveal": "1"}).content.decode()


def test_what_another_teams_callers_entered_is_not_found(
    rows: dict[str, Any], as_staff: AsStaff
) -> None:
    menu = rows["call"].menu
    menu.team = Group.objects.create(name="Nurses")
    menu.save()
    client = as_staff("view_gatherresult", "reveal_sensitive")

    for row in (address(rows["gatherresult"], "reveal"), address(GatherResult(pk=99), "reveal")):
        assert client.post(row, REASON).status_code == 404
    assert not Disclosure.objects.exists()


def test_a_value_whose_key_is_gone_says_so(rows: dict[str, Any], as_staff: AsStaff) -> None:
    GatherResult.objects.update(sealed=b"\x01gone" + bytes(60))
    client = as_staff("view_gatherresult", "reveal_sensitive")

    answer = client.post(address(rows["gatherresult"], "reveal"), REASON)

    assert "(its key is gone)" in answer.content.decode()


def test_a_reviewer_reveals_without_leaving_the_queue(
    rows: dict[str, Any], as_staff: AsStaff
) -> None:
    client = as_staff("view_gatherresult", "review_gatherresult", "reveal_sensitive")
    queue = reverse("admin:voicegather_gatherresult_queue")
    result = rows["gatherresult"].pk
    here = f"{queue}?result={result}"

    masked = client.get(queue)
    revealed = client.post(queue, {"reveal_reason": "Ticket 1234", "result": result})

    assert (PIN in masked.content.decode(), PIN in revealed.content.decode()) == (False, True)
    assert revealed.context["reveal"].page_url == here
    assert PIN not in client.get(f"{here}&reveal=1").content.decode()


def test_nothing_is_offered_where_nothing_is_masked(as_staff: AsStaff) -> None:
    result = make_result(make_visit(make_call()), "42")

    page = as_staff("view_gatherresult", "reveal_sensitive").get(address(result, "change"))

    assert "reveal" not in page.content.decode().split("</head>")[1]
