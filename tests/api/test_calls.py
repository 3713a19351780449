"""Calls: read, followed, placed and acted upon."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth.models import Group

from tests.api.conftest import Api, Asking
from tests.factories import make_call, make_menu, make_result, make_version, make_visit
from tests.line import CALLER, NUMBER, Wire, connect, enter, publish_by_hand, ring
from voicegather.models import Call, CallCommand, CallEvent, Disclosure, Menu, PhoneNumber
from voicegather.sealing import seal, unseal
from voicegather.services import dispatch
from voicegather.services.calls import process_call

TO = "+13125550177"
READER = ("view_call",)


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    return connect(monkeypatch)


@pytest.fixture
def enqueued(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    legs: list[str] = []
    monkeypatch.setattr(dispatch, "enqueue", legs.append)
    return legs


@pytest.fixture
def call(transactional_db: None, wire: Wire, enqueued: list[str]) -> Call:
    """A call that is being asked."""
    publish_by_hand()
    return ring()


def test_a_call_tells_who_called_and_how_it_went(db: None, api: Api) -> None:
    call = make_call(version=make_version(make_menu()), outcome="completed", phase="ended")

    told = api(*READER).ask("get", f"calls/{call.token}/").json()

    assert told == {
        "token": call.token,
        "direction": "inbound",
        "caller": "+13125550101",
        "caller_e164": "+13125550101",
        "called": "+13125550100",
        "called_e164": "+13125550100",
        "menu": "clinic",
        "version": 1,
        "connection": "default",
        "language": "en-US",
        "placed_by": None,
        "answered_by": "",
        "phase": "ended",
        "outcome": "completed",
        "reason": "",
        "started_at": "2026-03-01T09:30:00Z",
        "answered_at": None,
        "ended_at": None,
    }


@pytest.mark.parametrize("token", ["x", "0" * 32, "0" * 33, "%00"])
def test_a_call_that_is_not_there_is_not_found(token: str, db: None, api: Api) -> None:
    client = api(*READER, "control_call")

    for path in ("", "timeline/", "state/"):
        assert client.ask("get", f"calls/{token}/{path}").status_code == 404
    assert client.ask("post", f"calls/{token}/acts/", {"act": "hang_up"}).status_code == 404


def test_the_timeline_tells_everything_and_then_what_is_new(call: Call, api: Api) -> None:
    client = api(*READER)
    path = f"calls/{call.token}/timeline/"

    first = client.ask("get", path).json()
    nothing = client.ask("get", path, {"after": first["cursor"]}).json()
    enter(call, "1")
    news = client.ask("get", path, {"after": first["cursor"]}).json()

    kinds = {entry["kind"] for entry in first["entries"]}
    assert {"event", "command", "visit", "attempt", "leg"} <= kinds
    assert [each["moment"] for each in first["entries"]] == sorted(
        each["moment"] for each in first["entries"]
    )
    assert nothing["entries"] == []
    assert "result" in {entry["kind"] for entry in news["entries"]}
    assert all(set(entry) == set(first["entries"][0]) for entry in news["entries"])


@pytest.mark.parametrize("after", ["x", "\0", "0_" * 5, "é", "1" * 500])
def test_a_cursor_that_no_timeline_gave_is_refused(after: str, db: None, api: Api) -> None:
    call = make_call()

    answer = api(*READER).ask("get", f"calls/{call.token}/timeline/", {"after": after})

    assert answer.status_code == 400
    assert [each["parameter"] for each in answer.json()["errors"]] == ["after"]


def test_the_state_tells_where_the_call_stands_and_what_can_be_done(call: Call, api: Api) -> None:
    told = api(*READER).ask("get", f"calls/{call.token}/state/").json()

    assert (told["phase"], told["menu"], told["step"]) == ("running", "desk", "ask")
    assert (told["gather_runs"], told["is_over"], told["conversation"]) == (True, False, None)
    assert [each["key"] for each in told["steps"]] == ["ask", "bye"]
    assert {"hang_up", "stop_gather", "repeat_step", "jump_to_step"} <= set(told["acts"])


@pytest.fixture
def secret(db: None) -> Call:
    """A call whose caller entered a secret."""
    call = make_call(version=make_version(make_menu(), {"pin": {}}))
    sealed = seal({"raw": "4711", "value": "4711"})
    make_result(make_visit(call, "pin"), "", sensitivity="secret", sealed=sealed)
    return call


def test_what_is_sensitive_is_revealed_for_a_reason_and_that_is_on_record_once_an_hour(
    secret: Call, api: Api
) -> None:
    client = api(*READER, "reveal_sensitive")
    path = f"calls/{secret.token}/timeline/"
    asked = {"data": {"reveal": "true"}, "HTTP_REVEAL_REASON": "Ticket 1234"}

    masked = client.ask("get", path).content.decode()
    before = Disclosure.objects.count()
    revealed = client.ask("get", path, **asked).content.decode()
    client.ask("get", path, **asked)

    assert ("4711" in masked, "4711" in revealed) == (False, True)
    assert before == 0
    record = Disclosure.objects.get()
    assert (record.way, record.reason, record.call) == ("api", "Ticket 1234", secret)


@pytest.mark.parametrize(("reveal", "status"), [("true", 403), ("false", 200), ("perhaps", 400)])
@pytest.mark.parametrize("path", ["timeline", "state"])
def test_revealing_takes_its_permission(
    path: str, reveal: str, status: int, secret: Call, api: Api
) -> None:
    client = api(*READER)

    answer = client.ask(
        "get",
        f"calls/{secret.token}/{path}/",
        {"reveal": reveal},
        HTTP_REVEAL_REASON="Ticket 1234",
    )

    assert answer.status_code == status
    assert not Disclosure.objects.exists()


# Acts.


@pytest.fixture
def operator(call: Call, api: Api) -> Callable[..., Any]:
    """Acts on the call as somebody who may."""
    client = api("control_call")

    def act(act: str, **fields: Any) -> Any:
        return client.ask("post", f"calls/{call.token}/acts/", {"act": act, **fields})

    return act


def test_an_act_is_done_by_the_calls_next_turn_under_the_operators_name(
    call: Call, operator: Callable[..., Any], wire: Wire, enqueued: list[str]
) -> None:
    number = uuid4()

    answer = operator("jump_to_step", target="bye", id=str(number))

    event = CallEvent.objects.get(source="operator")
    assert (answer.status_code, answer.json()) == (
        202,
        {"act": "jump_to_step", "target": "bye", "answer_now": False, "id": str(number)},
    )
    assert (event.external_id, event.call, event.payload["act"]) == (
        str(number),
        call,
        "jump_to_step",
    )
    process_call(call.legs.get().call_control_id)
    assert CallCommand.objects.filter(author__username="user0").exists()


def test_the_same_act_again_is_one_act(operator: Callable[..., Any]) -> None:
    number = str(uuid4())

    answers = [operator("repeat_step", id=number).status_code for _ in range(2)]

    assert answers == [202, 202]
    assert CallEvent.objects.filter(source="operator").count() == 1


def test_acts_without_an_id_are_each_their_own(operator: Callable[..., Any]) -> None:
    ids = {operator("repeat_step").json()["id"] for _ in range(2)}

    assert len(ids) == 2
    assert CallEvent.objects.filter(source="operator").count() == 2


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({"act": "jump_to_step", "target": "nowhere"}, 409, "act_refused"),
        ({"act": "add_message", "text": "Hello"}, 409, "act_refused"),
        ({"act": "start_assistant", "target": "me"}, 409, "act_refused"),
        ({"act": "transfer", "target": "+4930123456"}, 409, "act_refused"),
        ({"act": "explode"}, 400, "invalid"),
        ({}, 400, "invalid"),
        ({"act": "hang_up", "id": "1"}, 400, "invalid"),
        ({"act": "hang_up", "answer_now": "perhaps"}, 400, "invalid"),
        ({"act": "add_message", "text": "x" * 2001}, 400, "invalid"),
        ({"act": "hang_up", "author": 1}, 400, "invalid"),
    ],
)
def test_an_act_that_cannot_be_done_says_so_and_nothing_is_written(
    fields: dict[str, Any], status: int, code: str, call: Call, api: Api
) -> None:
    answer = api("control_call").ask("post", f"calls/{call.token}/acts/", fields)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"]
    assert not CallEvent.objects.filter(source="operator").exists()


def test_nothing_can_be_done_to_a_call_that_is_over(
    call: Call, operator: Callable[..., Any]
) -> None:
    Call.objects.update(phase="ended")

    answer = operator("hang_up")

    assert (answer.status_code, answer.json()["code"]) == (409, "call_over")
    assert answer.json()["detail"] == "The call has ended: nothing more can be done to it."


def test_acting_takes_its_own_permission_and_team(call: Call, api: Api) -> None:
    path = f"calls/{call.token}/acts/"
    act = {"act": "hang_up"}

    without = api("view_call", "change_call", "place_call").ask("post", path, act)
    Menu.objects.update(team=Group.objects.create(name="theirs"))
    other_team = api("control_call").ask("post", path, act)

    assert (without.status_code, other_team.status_code) == (403, 404)
    assert not CallEvent.objects.filter(source="operator").exists()


# Calls that we place.


@pytest.fixture
def placing(
    transactional_db: None, wire: Wire, enqueued: list[str], settings: Any
) -> dict[str, Any]:
    """What it takes to place a call with the menu `desk`."""
    settings.VOICEGATHER = settings.VOICEGATHER | {"TELNYX_CONNECTION_ID": "7"}
    publish_by_hand()
    return {"menu": "desk", "to": TO, "from": NUMBER}


def test_a_call_is_placed(placing: dict[str, Any], enqueued: list[str], api: Api) -> None:
    more = {"variables": {"order": "R-17"}, "timeout_seconds": 20, "detect_machine": True}

    answer = api("place_call", "view_call").ask("post", "calls/", placing | more)

    call = Call.objects.get()
    told = answer.json()
    assert answer.status_code == 201
    assert (told["token"], told["direction"], told["caller"], told["called"]) == (
        call.token,
        "outbound",
        TO,
        NUMBER,
    )
    assert (told["menu"], told["version"], told["placed_by"]) == ("desk", 1, "user0")
    assert answer.headers["Location"].endswith(f"/voicegather/api/calls/{call.token}/")
    dial = unseal(CallCommand.objects.get(action="dial").sealed_params)
    assert (dial["to"], dial["from"], dial["timeout_secs"]) == (TO, NUMBER, 20)
    assert len(enqueued) == 1


def test_a_call_that_is_asked_for_twice_by_the_same_id_is_placed_once(
    placing: dict[str, Any], enqueued: list[str], api: Api
) -> None:
    client: Asking = api("place_call", "view_call")
    posted = placing | {"id": "6f0f8d5e-0a0c-4a55-8f5f-0f6f2a3c9b11"}

    first, second = (client.ask("post", "calls/", posted) for _ in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Call.objects.count() == len(enqueued) == 1


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"menu": "none"}, "#/menu"),
        ({"to": ""}, "#/to"),
        ({"to": "nobody"}, "#/to"),
        ({"to": "+4930123456"}, "#/to"),
        ({"from": "312 555 0100"}, "#/from"),
        ({"from": "+13125550109"}, "#/from"),
        ({"timeout_seconds": 4}, "#/timeout_seconds"),
        ({"timeout_seconds": 10**17}, "#/timeout_seconds"),
        ({"language": "fr-FR"}, "#/language"),
        ({"connection": "second"}, "#/connection"),
        ({"variables": {"a b": "c"}}, "#/variables"),
        ({"variables": {"order": 5}}, "#/variables/order"),
        ({"variables": []}, "#/variables"),
        ({"author": "root"}, "#/author"),
    ],
)
def test_a_call_that_cannot_be_placed_says_why_and_rings_nobody(
    changes: dict[str, Any],
    pointer: str,
    placing: dict[str, Any],
    enqueued: list[str],
    api: Api,
) -> None:
    PhoneNumber.objects.create(
        number="+13125550109", team=Group.objects.create(name="theirs"), is_active=False
    )

    answer = api("place_call").ask("post", "calls/", placing | changes)

    assert answer.status_code == 400
    assert [each["pointer"] for each in answer.json()["errors"]] == [pointer]
    assert not Call.objects.exists()
    assert enqueued == []


def test_a_destination_that_the_rules_refuse_has_its_own_code(
    placing: dict[str, Any], api: Api
) -> None:
    answer = api("place_call").ask("post", "calls/", placing | {"to": "+4930123456"})

    assert answer.json()["code"] == "destination_refused"
    assert "ALLOWED_DESTINATIONS" in answer.json()["detail"]


def test_a_menu_without_a_live_version_calls_nobody(placing: dict[str, Any], api: Api) -> None:
    make_menu("draft")

    answer = api("place_call").ask("post", "calls/", placing | {"menu": "draft"})

    assert (answer.status_code, answer.json()["code"]) == (409, "menu_not_published")


def test_placing_takes_its_own_permission(placing: dict[str, Any], api: Api) -> None:
    client = api("view_call", "add_call", "change_call", "control_call")

    assert client.ask("post", "calls/", placing).status_code == 403
    assert not Call.objects.exists()


def test_calls_are_placed_less_often_than_questions_are_asked(
    placing: dict[str, Any], settings: Any, api: Api
) -> None:
    settings.VOICEGATHER = settings.VOICEGATHER | {"API_THROTTLE_PLACING": "1/min"}
    client: Asking = api("place_call", "view_call")

    answers = [client.ask("post", "calls/", placing).status_code for _ in range(2)]

    assert answers == [201, 429]
    assert client.ask("get", "calls/").status_code == 200
    assert Call.objects.get().caller != CALLER


def test_a_cache_that_does_not_answer_keeps_nobody_out(
    settings: Any, api: Api, caplog: pytest.LogCaptureFixture
) -> None:
    settings.VOICEGATHER = settings.VOICEGATHER | {"API_THROTTLE": "1/min"}
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
    }
    client: Asking = api("view_call")

    answers = [client.ask("get", "calls/").status_code for _ in range(2)]

    assert answers == [200, 200]
    assert "requests are not counted" in caplog.text
