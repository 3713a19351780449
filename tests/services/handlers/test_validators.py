"""Validators judge entries: accept, accept otherwise, or refuse for a reason."""

from __future__ import annotations

from typing import Any

import pytest

import voicegather
from tests.services.handlers.conftest import Ask, Asked
from voicegather.handlers import Refusal, ValidatorCall
from voicegather.services.handlers import run_command

pytestmark = pytest.mark.django_db(transaction=True)


def judge(ask: Ask, function: Any, value: str = "4711") -> Asked:
    voicegather.validator("account_number")(function)
    entry = {"field": "digits", "validator": "account_number", "value": value}
    asked = ask("run_validators", entries=[entry])
    run_command(asked.command.command_id)
    return asked


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (None, {"accepted": True, "value": "4711", "reason": ""}),
        (True, {"accepted": True, "value": "4711", "reason": ""}),
        ("DE-4711", {"accepted": True, "value": "DE-4711", "reason": ""}),
        (False, {"accepted": False, "value": "4711", "reason": ""}),
        (voicegather.refuse(), {"accepted": False, "value": "4711", "reason": ""}),
        (voicegather.refuse("unknown"), {"accepted": False, "value": "4711", "reason": "unknown"}),
    ],
)
def test_a_return_is_a_verdict(ask: Ask, answer: Any, verdict: dict[str, Any]) -> None:
    assert judge(ask, lambda value, call: answer).verdicts() == {"digits": verdict}


def test_a_validator_is_told_of_the_entry_and_the_call(ask: Ask) -> None:
    told: list[Any] = []
    asked = judge(ask, lambda value, call: told.append((value, call)))
    assert told == [
        (
            "4711",
            ValidatorCall(
                token=asked.call.token,
                caller="+13125550101",
                called="+13125550100",
                language="es-US",
                field="digits",
            ),
        )
    ]


def test_every_entry_has_its_own_validator(ask: Ask) -> None:
    voicegather.validator("upper")(lambda value, call: value.upper())
    voicegather.validator("never")(lambda value, call: voicegather.refuse(call.field))
    asked = ask(
        "run_validators",
        entries=[
            {"field": "name", "validator": "upper", "value": "ada"},
            {"field": "town", "validator": "never", "value": "Wien"},
            {"field": "street", "validator": "upper", "value": "ring"},
        ],
    )
    run_command(asked.command.command_id)
    assert asked.verdicts() == {
        "name": {"accepted": True, "value": "ADA", "reason": ""},
        "town": {"accepted": False, "value": "Wien", "reason": "town"},
        "street": {"accepted": True, "value": "RING", "reason": ""},
    }


def test_an_exception_in_one_fails_them_all(ask: Ask, caplog: pytest.LogCaptureFixture) -> None:
    def fails(value: str, call: ValidatorCall) -> str:
        raise ValueError(value)

    asked = judge(ask, fails)
    line = fails.__code__.co_firstlineno + 1
    assert asked.reason() == (
        "validator 'account_number' raised ValueError "
        f"(tests.services.handlers.test_validators, line {line})"
    )
    assert "4711" not in caplog.text


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (
            4711,
            "returned a value of the type int: a validator returns a text, None, True, False or "
            "voicegather.refuse(...)",
        ),
        (
            "x" * 1001,
            "returned a value of 1001 characters: 1000 at the most are allowed",
        ),
        (
            Refusal("x" * 61),
            "refused for a reason that is not a word of at most 60 characters",
        ),
    ],
)
def test_rubbish_fails_with_what_is_allowed(ask: Ask, answer: Any, reason: str) -> None:
    asked = judge(ask, lambda value, call: answer)
    assert asked.reason() == f"validator 'account_number' {reason}"


def test_a_name_that_nobody_registered_fails(ask: Ask) -> None:
    asked = ask(
        "run_validators",
        entries=[{"field": "digits", "validator": "nobody", "value": "4711"}],
    )
    run_command(asked.command.command_id)
    assert asked.reason() == (
        "validator 'nobody' is not registered in this process: is its module loaded here?"
    )
