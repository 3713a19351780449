"""A handler's command becomes one event of its call, whatever the handler does."""

from __future__ import annotations

from asyncio import CancelledError
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from django.db import connection, transaction

import voicegather
from tests.services.handlers.conftest import LEG, Ask
from voicegather.handlers import HandlerCall, Result
from voicegather.models import CallEvent
from voicegather.services import dispatch
from voicegather.services.handlers import run_command

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_handler_is_told_of_the_call_and_its_return_reaches_the_call(
    ask_handler: Ask, advanced: list[str]
) -> None:
    told: list[HandlerCall] = []

    def lookup(call: HandlerCall) -> Result:
        told.append(call)
        return Result({"balance": Decimal("12.50")}, exit="vip")

    asked = ask_handler(lookup, variables={"account": "4711"}, options={"depth": 2})
    run_command(asked.command.command_id)

    (call,) = told
    assert (call.token, call.caller, call.called) == (
        asked.call.token,
        "+13125550101",
        "+13125550100",
    )
    assert (call.language, dict(call.variables), dict(call.options)) == (
        "es-US",
        {"account": "4711"},
        {"depth": "2"},
    )
    assert asked.returned() == {"values": {"balance": "12.50"}, "exit": "vip"}
    event = asked.event()
    assert (event.source, event.call_id, event.call_control_id) == ("handler", asked.call.pk, LEG)
    assert event.status == "pending"
    assert dispatch.wait_until_idle()
    assert advanced == [LEG]


def test_what_it_is_told_cannot_be_changed(ask_handler: Ask) -> None:
    def lookup(call: Any) -> None:
        call.variables["account"] = "0"

    asked = ask_handler(lookup)
    run_command(asked.command.command_id)
    assert asked.reason().startswith("handler 'lookup' raised TypeError (")


class Tier(StrEnum):
    GOLD = "gold"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("", ""),
        ("Ada", "Ada"),
        (Tier.GOLD, "gold"),
        (True, "true"),
        (False, "false"),
        (-7, "-7"),
        (0.5, "0.5"),
        (Decimal("1E+2"), "100"),
        (date(2026, 3, 1), "2026-03-01"),
        (datetime(2026, 3, 1, 9, 30, tzinfo=UTC), "2026-03-01T09:30:00+00:00"),
        ("x" * 1000, "x" * 1000),
    ],
)
def test_values_become_text(ask_handler: Ask, value: Any, text: str) -> None:
    asked = ask_handler(lambda call: {"found": value})
    run_command(asked.command.command_id)
    assert asked.returned() == {"values": {"found": text}, "exit": ""}


def test_nothing_returned_is_a_return(ask_handler: Ask) -> None:
    asked = ask_handler(lambda call: None)
    run_command(asked.command.command_id)
    assert asked.returned() == {"values": {}, "exit": ""}


NAMES = (
    "returned a variable whose name is not made of at most 60 letters, digits and _, no digit first"
)
TYPES = "for a variable: texts, whole and finite numbers, bools, dates and Decimals are allowed"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            ["4711"],
            "returned a value of the type list: a handler returns a dict of variables, "
            "voicegather.Result or None",
        ),
        ({"two words": "4711"}, NAMES),
        ({4711: "x"}, NAMES),
        ({"": "4711"}, NAMES),
        ({"a" * 61: "4711"}, NAMES),
        ({"found": None}, f"returned a value of the type NoneType {TYPES}"),
        ({"found": ["4711"]}, f"returned a value of the type list {TYPES}"),
        ({"found": b"4711"}, f"returned a value of the type bytes {TYPES}"),
        ({"found": float("nan")}, f"returned a value of the type float {TYPES}"),
        ({"found": Decimal("Infinity")}, f"returned a value of the type Decimal {TYPES}"),
        ({"found": Decimal("1E+999999")}, f"returned a value of the type Decimal {TYPES}"),
        ({"found": 10**5000}, f"returned a value of the type int {TYPES}"),
        (
            {"found": "4711" * 251},
            "returned a value of 1004 characters: 1000 at the most are allowed",
        ),
        (
            {f"v{number}": "4711" for number in range(51)},
            "returned 51 variables: 50 at the most are allowed",
        ),
        (
            Result({}, exit=4711),  # type: ignore[arg-type]
            "returned an exit that is not a text of at most 60 characters",
        ),
        (
            Result("4711"),  # type: ignore[arg-type]
            "returned a value of the type str: a handler returns a dict of variables, "
            "voicegather.Result or None",
        ),
    ],
)
def test_rubbish_fails_with_what_is_allowed_and_quotes_nothing(
    ask_handler: Ask, caplog: pytest.LogCaptureFixture, answer: Any, reason: str
) -> None:
    asked = ask_handler(lambda call: answer)
    run_command(asked.command.command_id)
    assert asked.reason() == f"handler 'lookup' {reason}"
    assert "4711" not in asked.reason() + caplog.text


def test_an_exception_is_told_by_its_class_and_place_alone(
    ask_handler: Ask, caplog: pytest.LogCaptureFixture
) -> None:
    def lookup(call: HandlerCall) -> None:
        raise LookupError(f"no account {call.variables['account']}")

    asked = ask_handler(lookup, variables={"account": "4711"})
    run_command(asked.command.command_id)

    line = lookup.__code__.co_firstlineno + 1
    assert asked.reason() == (
        f"handler 'lookup' raised LookupError (tests.services.handlers.test_handlers, line {line})"
    )
    assert "LookupError" in caplog.text
    assert "4711" not in caplog.text


def test_a_handler_may_say_itself_why_it_failed(ask_handler: Ask) -> None:
    def lookup(call: HandlerCall) -> None:
        raise voicegather.HandlerError("the order system is closed")

    asked = ask_handler(lookup)
    run_command(asked.command.command_id)
    assert asked.reason() == "handler 'lookup' failed: the order system is closed"


@pytest.mark.parametrize("ending", [SystemExit, CancelledError])
def test_a_handler_that_wants_the_process_to_end_has_failed(
    ask_handler: Ask, ending: type[BaseException]
) -> None:
    def lookup(call: HandlerCall) -> None:
        raise ending("4711")

    asked = ask_handler(lookup)
    run_command(asked.command.command_id)
    assert asked.reason().startswith(f"handler 'lookup' raised {ending.__name__} (")
    assert "4711" not in asked.reason()


def test_a_name_that_nobody_registered_fails(ask: Ask) -> None:
    asked = ask(handler="lookup", variables={}, options={})
    run_command(asked.command.command_id)
    assert asked.reason() == (
        "handler 'lookup' is not registered in this process: is its module loaded here?"
    )


def test_a_command_whose_key_is_gone_fails(ask_handler: Ask) -> None:
    asked = ask_handler(lambda call: None)
    asked.command.sealed_params = b"\x01gone" + bytes(60)
    asked.command.save()
    run_command(asked.command.command_id)
    assert asked.reason().startswith("No configured key opens this value")


def test_a_handler_runs_outside_any_transaction(ask_handler: Ask) -> None:
    inside: list[bool] = []

    def lookup(call: HandlerCall) -> None:
        inside.append(connection.in_atomic_block)

    asked = ask_handler(lookup)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        run_command(asked.command.command_id)
    assert (inside, asked.events()) == ([], [])
    run_command(asked.command.command_id)
    assert inside == [False]


def test_what_a_handler_writes_before_it_fails_stays(ask_handler: Ask) -> None:
    def lookup(call: HandlerCall) -> None:
        CallEvent.objects.filter(external_id="mine").update(error="seen")
        raise LookupError

    asked = ask_handler(lookup)
    moment = asked.command.created_at
    CallEvent.objects.create(
        source="telnyx", external_id="mine", occurred_at=moment, received_at=moment
    )
    run_command(asked.command.command_id)
    assert CallEvent.objects.get(external_id="mine").error == "seen"


def test_the_same_command_again_does_nothing(ask_handler: Ask) -> None:
    runs: list[int] = []
    asked = ask_handler(lambda call: runs.append(1))
    run_command(asked.command.command_id)
    run_command(str(asked.command.command_id))
    assert (runs, len(asked.events())) == ([1], 1)


def test_two_runs_at_once_write_one_event(ask_handler: Ask) -> None:
    runs: list[int] = []

    def lookup(call: HandlerCall) -> dict[str, int]:
        runs.append(len(runs) + 1)
        mine = runs[-1]
        if mine == 1:
            run_command(asked.command.command_id)
        return {"run": mine}

    asked = ask_handler(lookup)
    run_command(asked.command.command_id)
    assert runs == [1, 2]
    assert asked.returned()["values"] == {"run": "2"}, "the first that is kept counts"


@pytest.mark.parametrize(
    ("command", "call"),
    [
        ({"status": "superseded"}, {}),
        ({"status": "failed"}, {}),
        ({"seq": 3}, {}),
        ({}, {"phase": "ended"}),
    ],
)
def test_what_is_not_wanted_any_more_is_not_run(
    ask_handler: Ask, command: dict[str, Any], call: dict[str, Any]
) -> None:
    runs: list[int] = []
    asked = ask_handler(lambda call: runs.append(1))
    type(asked.command).objects.filter(pk=asked.command.pk).update(**command)
    type(asked.call).objects.filter(pk=asked.call.pk).update(**call)
    run_command(asked.command.command_id)
    assert (runs, asked.events()) == ([], [])


def test_a_command_for_telnyx_or_nobody_is_not_run(ask: Ask) -> None:
    asked = ask("gather_using_speak")
    run_command(asked.command.command_id)
    run_command("00000000-0000-0000-0000-000000000000")
    assert not CallEvent.objects.exists()
