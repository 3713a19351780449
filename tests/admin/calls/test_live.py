"""A call's page follows the call: the same words for the page and for what is new on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
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
from voicegather.admin.calls.showing import state_document
from voicegather.engine.state import Phase
from voicegather.models import Call, CallCommand, CallEvent, Disclosure
from voicegather.sealing import seal
from voicegather.selectors.entries import LiveState

AsStaff = Callable[..., Client]


def page_url(call: Call) -> str:
    return reverse("admin:voicegather_call_change", args=[call.pk])


def live_url(call: Call) -> str:
    return reverse("admin:voicegather_call_live", args=[call.pk])


def make_event(call: Call, number: int, **fields: Any) -> CallEvent:
    moment = call.started_at + timedelta(seconds=number)
    defaults = {
        "source": "telnyx",
        "external_id": str(uuid4()),
        "event_type": "call.dtmf.received",
        "occurred_at": moment,
        "received_at": moment,
        "status": "processed",
    }
    return CallEvent.objects.create(call=call, **defaults | fields)


def make_command(call: Call, seq: int, **fields: Any) -> CallCommand:
    defaults = {
        "command_id": uuid4(),
        "action": "answer",
        "sealed_params": seal({}),
        "created_at": call.started_at + timedelta(seconds=seq),
    }
    return CallCommand.objects.create(call=call, seq=seq, **defaults | fields)


def titles(document: dict[str, Any]) -> list[str]:
    return [entry["title"] for entry in document["entries"]]


def details(entry: dict[str, Any]) -> dict[str, str]:
    return dict(entry["details"])


def test_the_page_tells_what_happened_in_order_of_time(as_staff: AsStaff) -> None:
    call = make_call()
    make_event(call, 3, event_type="call.answered")
    make_command(call, 2, status="accepted", http_status=200, milliseconds=87)
    make_visit(call, "account")

    page = as_staff("view_call").get(page_url(call))

    entries = page.context["entries"]
    assert [(entry["kind"], entry["since"]) for entry in entries] == [
        ("command", "+0:02.0"),
        ("visit", "+0:02.0"),
        ("event", "+0:03.0"),
    ]
    assert "87" in details(entries[0]).values()
    for entry in entries:
        assert entry["title"] in page.content.decode()


def test_nothing_is_new_to_who_has_the_newest_cursor(as_staff: AsStaff) -> None:
    call = make_call()
    make_event(call, 1)
    client = as_staff("view_call")

    page = client.get(page_url(call))
    news = client.get(live_url(call), {"after": page.context["cursor"]}).json()

    assert news["entries"] == []
    assert news["state"]["is_over"] is False


def test_what_came_since_is_told_once(as_staff: AsStaff) -> None:
    call = make_call()
    make_event(call, 1)
    client = as_staff("view_call")
    cursor = client.get(page_url(call)).context["cursor"]
    event = make_event(call, 2, event_type="call.answered")

    news = client.get(live_url(call), {"after": cursor}).json()
    later = client.get(live_url(call), {"after": news["cursor"]}).json()

    assert [entry["key"] for entry in news["entries"]] == [f"event-{event.pk}"]
    assert later["entries"] == []


def test_a_command_is_told_again_when_telnyx_has_answered(as_staff: AsStaff) -> None:
    call = make_call()
    command = make_command(call, 1)
    client = as_staff("view_call")
    cursor = client.get(page_url(call)).context["cursor"]
    CallCommand.objects.update(status="failed", http_status=422, code="90015", attempts=1)

    entry = client.get(live_url(call), {"after": cursor}).json()["entries"][0]

    assert entry["key"] == f"command-{command.pk}"
    assert entry["is_trouble"] is True
    assert "90015" in details(entry).values()


@pytest.mark.parametrize("cursor", ["x", "0_.0_", "'; DROP TABLE", "\0", "9" * 5000])
def test_a_cursor_that_is_none_is_said_to_be_none(cursor: str, as_staff: AsStaff) -> None:
    response = as_staff("view_call").get(live_url(make_call()), {"after": cursor})

    assert response.status_code == 400
    assert "This is no cursor of a timeline" in response.json()["error"]


@pytest.mark.parametrize("key", ["9" * 30, "x", "-1", "_3D"])
def test_an_unknown_call_is_not_found(key: str, as_staff: AsStaff) -> None:
    response = as_staff("view_call").get(f"/admin/voicegather/call/{key}/live/")

    assert response.status_code == 404


def test_who_may_not_view_calls_gets_nothing(as_staff: AsStaff) -> None:
    call = make_call()

    assert as_staff("view_menu").get(live_url(call)).status_code == 403
    assert as_staff("view_call").post(live_url(call)).status_code == 405
    assert Client().get(live_url(call)).status_code == 302


def test_a_call_of_another_team_is_not_found(as_staff: AsStaff) -> None:
    menu = make_menu(team=Group.objects.create(name="theirs"))
    call = make_call(version=make_version(menu))

    assert as_staff("view_call").get(live_url(call)).status_code == 404


def test_a_transcript_is_told_as_words(as_staff: AsStaff) -> None:
    call = make_call()
    conversation = make_conversation(make_visit(call, "talk"))
    make_turn(conversation, "<script>alert(1)</script>")

    page = as_staff("view_call").get(page_url(call)).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page


def test_what_is_revealed_shows_in_the_answer_to_a_reason_and_at_no_address(
    as_staff: AsStaff,
) -> None:
    call = make_call()
    conversation = make_conversation(make_visit(call, "talk"), sensitivity="secret")
    make_turn(conversation, "My number is 4711")
    client = as_staff("view_call", "reveal_sensitive")
    reveal_url = reverse("admin:voicegather_call_reveal", args=[call.pk])

    page = client.post(reveal_url, {"reason": "Ticket 1234"})

    assert "4711" in page.content.decode()
    assert "no-store" in page["Cache-Control"]
    for address in (page_url(call), live_url(call)):
        assert "4711" not in client.get(address, {"reveal": "1"}).content.decode()
    assert client.get(reveal_url).headers["Location"] == page_url(call)
    records = Disclosure.objects.order_by("pk").values_list("kind", "model", "reason", "call")
    assert list(records) == [
        ("value", "call", "Ticket 1234", call.pk),
        ("transcript", "conversation", "", call.pk),
    ]


def test_ordinary_words_in_a_timeline_are_a_transcript_that_was_read(as_staff: AsStaff) -> None:
    call = make_call()
    make_turn(make_conversation(make_visit(call, "talk")), "How can I help?", "assistant")
    client = as_staff("view_call")

    for _look in range(2):
        client.get(page_url(call))
        client.get(live_url(call))

    assert Disclosure.objects.get().kind == "transcript"


def test_the_page_links_to_what_the_user_may_view(as_staff: AsStaff) -> None:
    call = make_call()
    event = make_event(call, 1)
    link = reverse("admin:voicegather_callevent_change", args=[event.pk])

    assert link in as_staff("view_call", "view_callevent").get(page_url(call)).content.decode()
    assert link not in as_staff("view_call").get(page_url(call)).content.decode()


def test_a_call_of_500_events_takes_as_many_queries_as_a_short_one(as_staff: AsStaff) -> None:
    client = as_staff("view_call", "control_call")
    version = make_version(make_menu(), {"account": {}})
    counts = []
    for length in (2, 500):
        call = make_call(version=version)
        visit = make_visit(call)
        make_attempt(visit, "1")
        make_result(visit, "1")
        conversation = make_conversation(visit)
        for number in range(1, length + 1):
            make_event(call, number)
        for number in range(1, length // 2 + 1):
            make_command(call, number)
            make_turn(conversation, "Hello")
        client.get(page_url(call))
        with CaptureQueriesContext(connection) as page:
            response = client.get(page_url(call))
        with CaptureQueriesContext(connection) as news:
            client.get(live_url(call), {"after": response.context["cursor"]})
        counts.append((len(page), len(news)))

    assert counts[0] == counts[1]
    assert len(response.context["entries"]) == 500 + 250 + 250 + 4


def test_a_call_that_is_over_says_how_long_it_took(as_staff: AsStaff) -> None:
    call = make_call(
        phase="ended", outcome="completed", ended_at=STARTED + timedelta(hours=1, seconds=5)
    )

    state = as_staff("view_call").get(live_url(call)).json()["state"]

    assert (state["is_over"], state["outcome"], state["duration"]) == (True, "Completed", "1:00:05")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("gather", "ask (Gather digits)"),
        ("operator_transfer", "ask (Transfer)"),
        ("operator_assistant", "ask (AI assistant)"),
        ("of_old", "ask (of_old)"),
        ("", "ask"),
    ],
)
def test_the_kind_of_the_step_is_told_in_words(kind: str, shown: str) -> None:
    state = LiveState(Phase.RUNNING, False, "", step="ask", step_kind=kind)
    assert state_document(make_call(), state)["step"] == shown
