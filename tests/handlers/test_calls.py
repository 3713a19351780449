"""Calls whose menus ask the site's own code, from the caller's webhook to what is said then."""

from __future__ import annotations

from typing import Any

import pytest

import voicegather
from tests import line
from voicegather.handlers import HandlerCall, ValidatorCall
from voicegather.models import Call, CallCommand, CallEvent
from voicegather.services import dispatch, handlers
from voicegather.services.calls import process_call

pytestmark = pytest.mark.django_db(transaction=True)
LEG = "v3:a"
SECONDS = 10


def ends(*names: str, at: str = "bye") -> list[dict[str, str]]:
    return [{"match": "exit", "value": name, "target": at} for name in names]


def menu(**ask: Any) -> dict[str, Any]:
    """An account number, what it owes by a handler, and that said."""
    config = {"prompt": "question", "variable": "account", "maximum_digits": 4} | ask
    return line.document(
        steps={
            "ask": {
                "key": "ask",
                "kind": "gather",
                "config": config,
                "edges": [
                    {"match": "any", "target": "look"},
                    *ends("no_input", "invalid", "failure"),
                ],
            },
            "look": {
                "key": "look",
                "kind": "handler",
                "config": {"handler": "balance", "variables": ["owed"], "timeout_seconds": 1},
                "edges": [*ends("done", at="tell"), *ends("blocked"), *ends("failure", at="sorry")],
            },
            "tell": {
                "key": "tell",
                "kind": "message",
                "config": {"prompt": "told"},
                "edges": ends("done", "failure"),
            },
            "sorry": {
                "key": "sorry",
                "kind": "message",
                "config": {"prompt": "sorry"},
                "edges": ends("done", "failure"),
            },
            "bye": {"key": "bye", "kind": "hangup", "config": {}},
        },
        prompts={
            "question": line.words("Your account?"),
            "told": line.words("You owe {{ owed }}."),
            "sorry": line.words("We cannot tell."),
            "closed": line.words("That account is closed."),
        },
    )


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> line.Wire:
    return line.connect(monkeypatch)


def said(wire: line.Wire) -> str:
    """What was last spoken to the caller."""
    return str([params["payload"] for *_, params in wire.sent if "payload" in params][-1])


def call_with(compiled: dict[str, Any], digits: str) -> Call:
    """A caller who enters these digits; the site is at rest again."""
    line.publish_by_hand(compiled)
    call = line.ring(LEG)
    enter(call, digits)
    return call


def enter(call: Call, digits: str) -> None:
    line.enter(call, digits)
    assert dispatch.wait_until_idle(SECONDS)
    process_call(LEG)


def visited(call: Call) -> list[str]:
    return list(call.visits.order_by("number").values_list("step_key", flat=True))


def test_what_a_handler_returns_is_said(wire: line.Wire) -> None:
    @voicegather.handler("balance")
    def balance(call: HandlerCall) -> dict[str, str]:
        return {"owed": f"{call.variables['account']} dollars"}

    call = call_with(menu(), "4711")
    assert said(wire) == "You owe 4711 dollars."
    assert visited(call) == ["ask", "look", "tell"]


def test_a_handler_may_take_its_own_exit(wire: line.Wire) -> None:
    voicegather.handler("balance")(lambda call: voicegather.Result(exit="blocked"))
    call = call_with(menu(), "4711")
    assert visited(call) == ["ask", "look", "bye"]
    assert wire.actions[-1] == "hangup"


def test_a_handler_that_raises_takes_the_exit_failure_and_the_timeline_says_why(
    wire: line.Wire,
) -> None:
    voicegather.handler("balance")(lambda call: {"owed": 1 / 0})
    call = call_with(menu(), "4711")
    assert said(wire) == "We cannot tell."
    detail = line.last(call, "run_handler").detail
    assert detail.startswith(
        "handler 'balance' raised ZeroDivisionError (tests.handlers.test_calls, line "
    )


def test_a_handler_that_has_failed_before_its_start_is_noted_keeps_its_reason(
    wire: line.Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    voicegather.handler("balance")(lambda call: {"owed": 1 / 0})

    def start_and_finish(command: CallCommand, start: Any = handlers.start) -> None:
        start(command)
        assert dispatch.wait_until_idle(SECONDS)
        process_call(LEG)

    monkeypatch.setattr(handlers, "start", start_and_finish)
    call = call_with(menu(), "4711")
    assert said(wire) == "We cannot tell."
    command = line.last(call, "run_handler")
    assert command.status == "accepted"
    assert "ZeroDivisionError" in command.detail


def test_a_handler_of_a_caller_who_hung_up_changes_nothing_any_more(wire: line.Wire) -> None:
    @voicegather.handler("balance")
    def balance(call: HandlerCall) -> dict[str, str]:
        line.feed(LEG, "call.hangup", hangup_cause="normal_clearing", hangup_source="caller")
        return {"owed": "late"}

    call = call_with(menu(), "4711")
    call.refresh_from_db()
    assert (call.phase, call.outcome) == ("ended", "caller_hung_up")
    assert visited(call) == ["ask", "look"]
    assert CallEvent.objects.get(source="handler").status in ("processed", "ignored")


def test_a_validator_refuses_with_its_own_prompt_and_may_change_what_it_accepts(
    wire: line.Wire,
) -> None:
    told: list[str] = []

    @voicegather.validator("account_number")
    def account_number(value: str, call: ValidatorCall) -> str | voicegather.Refusal:
        return voicegather.refuse("closed") if value == "4712" else value.lstrip("0")

    voicegather.handler("balance")(lambda call: told.append(call.variables["account"]))
    compiled = menu(
        validator="account_number",
        refusal_prompts={"closed": "closed"},
        invalid_prompts=["question"],
        maximum_digits=4,
    )
    call = call_with(compiled, "4712")
    assert said(wire) == "That account is closed."
    enter(call, "0711")
    assert dispatch.wait_until_idle(SECONDS)
    assert told == ["711"]
    assert [attempt.outcome for attempt in call.visits.get(number=1).attempts.order_by("pk")] == [
        "invalid",
        "valid",
    ]
