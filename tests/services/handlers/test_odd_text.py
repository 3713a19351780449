"""Text that no database stores, from functions of the site: it hurts neither them nor the call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import voicegather
from tests.services.handlers.conftest import Ask
from voicegather.handlers import HandlerCall, HandlerError, Refusal, Result
from voicegather.services.handlers import run_command

pytestmark = pytest.mark.django_db(transaction=True)

ODD = pytest.mark.parametrize("odd", ["a\0b", "a\ud800b"], ids=["NUL", "half a surrogate pair"])
TAMED = "a\ufffdb"


@ODD
def test_what_a_handler_returns_is_made_storable(ask_handler: Ask, odd: str) -> None:
    asked = ask_handler(lambda call: Result({"name": odd}, exit=odd))
    run_command(asked.command.command_id)
    assert asked.returned() == {"values": {"name": TAMED}, "exit": TAMED}


@ODD
@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (str, {"accepted": True, "value": TAMED, "reason": ""}),
        (Refusal, {"accepted": False, "value": "4711", "reason": TAMED}),
    ],
    ids=["a value", "a refusal"],
)
def test_what_a_validator_returns_is_made_storable(
    ask: Ask, odd: str, answer: Callable[[str], Any], verdict: dict[str, Any]
) -> None:
    voicegather.validator("account_number")(lambda value, call: answer(odd))
    entry = {"field": "digits", "validator": "account_number", "value": "4711"}
    asked = ask("run_validators", entries=[entry])
    run_command(asked.command.command_id)
    assert asked.verdicts() == {"digits": verdict}


@ODD
def test_a_handler_may_fail_in_any_words_and_the_call_goes_on_at_once(
    ask_handler: Ask, odd: str
) -> None:
    def lookup(call: HandlerCall) -> None:
        raise HandlerError(odd)

    asked = ask_handler(lookup)
    run_command(asked.command.command_id)
    assert asked.reason() == f"handler 'lookup' failed: {TAMED}"
