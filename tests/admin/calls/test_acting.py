"""Live control: each act once, by whom it was, with a clear word where it cannot be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from tests import line
from voicegather.models import Call, CallCommand, CallEvent

AsStaff = Callable[..., Client]
ASSISTANT = "assistant-00000000-0000-4000-8000-000000000001"
JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> line.Wire:
    return line.connect(monkeypatch)


@pytest.fixture
def call(transactional_db: None, wire: line.Wire) -> Call:
    """A call that is being asked its first question."""
    line.publish_by_hand()
    return line.ring()


@pytest.fixture
def operator(as_staff: AsStaff) -> Client:
    return as_staff("view_call", "control_call")


def page_url(call: Call) -> str:
    return reverse("admin:voicegather_call_change", args=[call.pk])


def act_url(call: Call) -> str:
    return reverse("admin:voicegather_call_act", args=[call.pk])


def form(act: str, **fields: Any) -> dict[str, Any]:
    return {"act": act, "act_id": str(uuid4()), **fields}


def acts_of(call: Call) -> list[dict[str, Any]]:
    events = CallEvent.objects.filter(call=call, source="operator").order_by("pk")
    return [event.payload for event in events]


def test_the_page_offers_the_acts_that_make_sense_now(call: Call, operator: Client) -> None:
    page = operator.get(page_url(call))

    offers = page.context["offers"]
    assert [str(offer.control.act) for offer in offers if offer.is_enabled] == [
        "repeat_step",
        "stop_gather",
        "jump_to_step",
        "start_assistant",
        "transfer",
        "hang_up",
    ]
    ids = {offer.form["act_id"].value() for offer in offers}
    assert len(ids) == len(offers)


def test_who_may_not_control_calls_sees_no_buttons_and_is_refused(
    call: Call, as_staff: AsStaff
) -> None:
    client = as_staff("view_call")

    assert client.get(page_url(call)).context["offers"] == []
    assert client.post(act_url(call), form("hang_up")).status_code == 403
    assert as_staff("control_call").post(act_url(call), form("hang_up")).status_code == 403
    assert acts_of(call) == []


@pytest.mark.parametrize(
    ("act", "fields"),
    [
        ("hang_up", {}),
        ("stop_gather", {}),
        ("repeat_step", {}),
        ("jump_to_step", {"target": "bye"}),
        ("start_assistant", {"target": ASSISTANT}),
        ("transfer", {"target": "+13125550123"}),
    ],
)
def test_an_act_without_script_leads_back_with_a_message(
    act: str, fields: dict[str, str], call: Call, operator: Client
) -> None:
    response = operator.post(act_url(call), form(act, **fields), follow=True)

    assert response.redirect_chain == [(page_url(call), 302)]
    assert [str(message.level_tag) for message in response.context["messages"]] == ["success"]
    assert [(each["act"], each["target"]) for each in acts_of(call)] == [
        (act, fields.get("target", ""))
    ]


def test_the_author_of_an_act_is_kept(call: Call, operator: Client) -> None:
    operator.post(act_url(call), form("hang_up"), **JSON)

    author = int(operator.session["_auth_user_id"])
    assert [each["author"] for each in acts_of(call)] == [author]
    entry = LogEntry.objects.get()
    assert (entry.user_id, entry.get_change_message()) == (author, "Hung up.")
    line.process_call("v3:a")
    assert CallCommand.objects.get(call=call, action="hangup").author_id == author


def test_a_double_click_is_one_act(call: Call, operator: Client) -> None:
    posted = form("repeat_step")

    answers = [operator.post(act_url(call), posted, **JSON) for _click in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(acts_of(call)) == 1


def test_an_act_by_script_is_answered_in_words(call: Call, operator: Client) -> None:
    posted = form("repeat_step")

    answer = operator.post(act_url(call), posted, **JSON).json()

    assert (answer["message"], answer["errors"]) == ("The step is repeated.", {})
    assert answer["act_id"] != posted["act_id"]


def test_a_refusal_by_script_is_said_in_words(call: Call, operator: Client) -> None:
    answer = operator.post(act_url(call), form("add_message", text="Hello"), **JSON)

    assert answer.status_code == 409
    assert answer.json()["errors"] == {
        "__all__": ["No assistant is running in this call: start one first."]
    }


def test_a_refusal_without_script_stands_beside_the_form_with_what_was_typed(
    call: Call, operator: Client
) -> None:
    posted = form("transfer", target="+4420")

    page = operator.post(act_url(call), posted)

    assert page.status_code == 409
    refused = next(o for o in page.context["offers"] if str(o.control.act) == "transfer")
    assert "This is no number that can be rung" in str(refused.form.errors)
    assert refused.form["target"].value() == "+4420"
    assert refused.form["act_id"].value() != posted["act_id"]
    assert 'value="+4420"' in page.content.decode()


def test_a_call_that_ended_meanwhile_says_so(call: Call, operator: Client) -> None:
    line.feed("v3:a", "call.hangup", hangup_cause="normal_clearing", hangup_source="caller")

    answer = operator.post(act_url(call), form("hang_up"), **JSON)

    assert answer.status_code == 409
    assert answer.json()["errors"] == {
        "__all__": ["The call has ended: nothing more can be done to it."]
    }
    page = operator.get(page_url(call))
    assert [offer for offer in page.context["offers"] if offer.is_enabled] == []


@pytest.mark.parametrize(
    "posted",
    [
        {"act": "hang_up"},
        {"act": "hang_up", "act_id": "x"},
        {"act": "jump_to_step", "act_id": str(uuid4())},
        {"act": "jump_to_step", "act_id": str(uuid4()), "target": "nowhere"},
        {"act": "add_message", "act_id": str(uuid4()), "text": "x" * 5000},
        {"act": "transfer", "act_id": str(uuid4()), "target": "\0"},
    ],
)
def test_odd_forms_are_refused_and_change_nothing(
    posted: dict[str, str], call: Call, operator: Client
) -> None:
    assert operator.post(act_url(call), posted, **JSON).status_code == 409
    assert operator.post(act_url(call), posted).status_code == 409
    assert acts_of(call) == []


def test_an_unknown_act_is_not_found(call: Call, operator: Client) -> None:
    assert operator.post(act_url(call), form("explode")).status_code == 404
    assert operator.get(act_url(call)).status_code == 405


def test_an_act_needs_the_token_of_its_page(call: Call, operator: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = operator.cookies

    assert strict.post(act_url(call), form("hang_up")).status_code == 403
    assert acts_of(call) == []
