"""The examples of README.md and docs/handlers.md do what they say."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from tests.wheel import ROOT
from voicegather import conf, handlers
from voicegather.handlers import HandlerCall, Refusal, Result, ValidatorCall
from voicegather.handlers.http.options import read_options
from voicegather.services.handlers.returns import judged, returned

DOCUMENT = (ROOT / "docs" / "handlers.md").read_text(encoding="utf-8")
TODAY = timezone.localdate()
ORDERS = {
    "7": SimpleNamespace(status="sent", due=TODAY),
    "8": SimpleNamespace(status="packed", due=TODAY - timedelta(days=1)),
}
ACCOUNTS = {"4711": SimpleNamespace(closed=False), "4712": SimpleNamespace(closed=True)}


def table(rows: dict[str, Any]) -> Any:
    """A model, as far as the examples use one."""

    def find(number: str) -> Any:
        return SimpleNamespace(first=lambda: rows.get(number), exists=lambda: number in rows)

    return SimpleNamespace(objects=SimpleNamespace(filter=find))


@pytest.fixture(autouse=True)
def shop(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    models: Any = ModuleType("shop.models")
    models.Order, models.Account = table(ORDERS), table(ACCOUNTS)
    monkeypatch.setitem(sys.modules, "shop", ModuleType("shop"))
    monkeypatch.setitem(sys.modules, "shop.models", models)
    with handlers.restored():
        yield


def examples(document: str) -> list[str]:
    """Its pieces of Python that register something."""
    pieces = re.findall(r"```python\n(.*?)```", document, re.DOTALL)
    return [piece for piece in pieces if "@voicegather." in piece]


def look_up(order: str) -> Result | Any:
    function = handlers.handler_named("order_status")
    assert function is not None
    parties = ("+13125550101", "+13125550100")
    return function(HandlerCall("t", *parties, "en-US", {"order": order}))


def judge(account: str) -> Any:
    function = handlers.validator_named("account_number")
    assert function is not None
    parties = ("+13125550101", "+13125550100")
    return function(account, ValidatorCall("t", *parties, "en-US", "digits"))


def test_the_handler_and_the_validator_of_the_readme_have_ten_lines_and_work() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pieces = examples(readme)
    for piece in pieces:
        assert len([line for line in piece.splitlines() if line]) <= 10
        exec(compile(piece, "README.md", "exec"), {})
    assert len(pieces) == 2

    assert returned(look_up("7")).values == {"status": "sent", "due": TODAY.isoformat()}
    assert look_up("9") == Result(exit="unknown")
    assert judge("004711") == "4711"
    assert judge("4713") == Refusal("unknown")


def test_the_functions_of_the_documentation_work() -> None:
    (piece,) = examples(DOCUMENT)
    exec(compile(piece, "handlers.md", "exec"), {})

    assert look_up("7") == Result({"status": "sent", "due": TODAY})
    assert look_up("8").exit == "late"
    assert look_up("9") == Result(exit="unknown")
    assert judged("04711", judge("04711")).value == "4711"
    assert judge("4712") == Refusal("closed")
    assert judge("4713") == Refusal("unknown")


def test_every_option_of_http_is_documented_and_the_example_can_be_read(settings: Any) -> None:
    settings.VOICEGATHER = {"HTTP_HANDLER_HOSTS": ["api.example.com"]}
    section = DOCUMENT.partition("## Asking another system")[2]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == ["url", "method", "send", "take"]
    found = re.search(r"options:\n((?:      .*\n)+)", section)
    assert found is not None
    lines = [line.strip().partition(": ") for line in found[1].splitlines()]
    options = read_options({name: value for name, _, value in lines})
    assert (options.target.host, options.method) == ("api.example.com", "POST")
    assert options.send == ("order",)
    assert options.take == (("status", ("order", "status")), ("due", ("order", "due")))


def test_every_setting_of_http_is_documented() -> None:
    named = {name for name in conf.DEFAULTS if name.startswith("HTTP_HANDLER_")}
    assert {name for name in named if f"`{name}`" not in DOCUMENT} == set()
