"""Sites register their functions by name; what cannot work is said at import."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import voicegather
from tests.wheel import ROOT
from voicegather import handlers
from voicegather.handlers import HandlerCall, RegistrationError, ValidatorCall


def balance(call: HandlerCall) -> dict[str, str]:
    return {"balance": "7"}


def account_number(value: str, call: ValidatorCall) -> str:
    return value


def test_a_function_is_found_under_its_name_and_stays_what_it_was() -> None:
    assert voicegather.handler("balance")(balance) is balance
    assert voicegather.validator("account_number")(account_number) is account_number

    assert handlers.handler_named("balance") is balance
    assert handlers.validator_named("account_number") is account_number
    assert "balance" in handlers.known()
    assert "account_number" in handlers.known_validators()


def test_handlers_and_validators_do_not_share_names() -> None:
    voicegather.handler("account_number")(balance)
    voicegather.validator("account_number")(account_number)

    assert handlers.handler_named("account_number") is balance
    assert handlers.validator_named("account_number") is account_number


def test_a_name_that_nobody_registered_is_unknown() -> None:
    assert handlers.handler_named("nobody") is None
    assert handlers.validator_named("nobody") is None


def test_a_name_is_taken_once() -> None:
    def other(call: HandlerCall) -> None: ...

    voicegather.handler("balance")(balance)
    with pytest.raises(RegistrationError) as refused:
        voicegather.handler("balance")(other)

    here = "tests.handlers.test_registry"
    assert str(refused.value) == (
        f"Two handlers are named 'balance': {here}.balance and {here}."
        "test_a_name_is_taken_once.<locals>.other. Give one of them another name."
    )
    assert handlers.handler_named("balance") is balance


def test_the_same_function_may_be_registered_again() -> None:
    voicegather.handler("balance")(balance)
    voicegather.handler("balance")(balance)

    assert handlers.handler_named("balance") is balance


def test_a_decorator_without_a_name_says_how_to_write_it() -> None:
    without: Any = voicegather.validator
    with pytest.raises(RegistrationError, match=r'@voicegather\.validator\("account_number"\)'):
        without(account_number)


@pytest.mark.parametrize("name", ["", "order status", "7up", "a" * 61, "größe", "a\n"])
def test_what_menus_could_not_name_is_refused(name: str) -> None:
    with pytest.raises(RegistrationError, match="is no name for a handler"):
        voicegather.handler(name)


async def later(call: HandlerCall) -> None: ...


def in_pieces(call: HandlerCall) -> Iterator[None]:
    yield


@pytest.mark.parametrize(
    ("function", "trouble"),
    [
        (later, "must be a plain function"),
        (in_pieces, "must be a plain function"),
        (HandlerCall, "is not a function"),
        ("balance", "is not a function"),
    ],
)
def test_what_cannot_be_called_with_a_call_is_refused(function: Any, trouble: str) -> None:
    with pytest.raises(RegistrationError, match=trouble):
        voicegather.handler("balance")(function)
    assert handlers.handler_named("balance") is None


@pytest.mark.parametrize("reason", ["a" * 61, None, 7, "two\nlines"])
def test_a_reason_is_one_word(reason: Any) -> None:
    with pytest.raises(ValueError, match="at most 60 characters"):
        voicegather.refuse(reason)


def test_what_callers_entered_is_not_shown_by_a_repr() -> None:
    filled = {"url": "https://api.example.com/?pin=4711"}
    call = HandlerCall("t", "+13125550101", "+13125550100", "en-US", {"pin": "4711"}, filled)

    assert "4711" not in repr(call) + repr(voicegather.Result({"pin": "4711"}, "done"))
    assert call.variables["pin"] == "4711"


def test_nothing_else_is_an_attribute_of_the_package() -> None:
    with pytest.raises(AttributeError, match="no attribute 'handle'"):
        voicegather.handle  # noqa: B018
    assert {"handler", "validator", "refuse", "Result"} <= set(dir(voicegather))


Run = Callable[[str], str]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs lines in a process of their own, in a folder with the app `bakery`."""
    (tmp_path / "bakery").mkdir()
    (tmp_path / "bakery" / "__init__.py").touch()

    def run(script: str) -> str:
        finished = subprocess.run(
            [sys.executable, "-c", script],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return finished.stdout.strip() or finished.stderr.strip().splitlines()[-1]

    return run


def test_importing_the_package_loads_neither_django_nor_the_registry(run: Run) -> None:
    loaded = run(
        "import sys, voicegather\n"
        "print(voicegather.__version__, {'django', 'voicegather.handlers'} & sys.modules.keys())"
    )
    assert loaded == f"{voicegather.__version__} set()"


def test_using_the_decorators_loads_no_models_and_needs_no_settings(run: Run) -> None:
    loaded = run(
        "import sys, voicegather\n"
        "voicegather.handler('balance')(lambda call: None)\n"
        "print([name for name in ('django', 'voicegather.models') if name in sys.modules])"
    )
    assert loaded == "[]"


SITE = """
import django
from django.conf import settings
settings.configure(
    INSTALLED_APPS=[
        "django.contrib.auth", "django.contrib.contenttypes", "bakery", "voicegather",
    ],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
)
django.setup()
from voicegather import handlers
print(sorted(handlers.known()), sorted(handlers.known_validators()))
"""


def test_handlers_of_installed_apps_are_found(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bakery" / "voicegather_handlers.py").write_text(
        "import voicegather\n"
        "@voicegather.handler('bread')\n"
        "def bread(call): return {'bread': 'rye'}\n"
        "@voicegather.validator('loaf')\n"
        "def loaf(value, call): return voicegather.refuse('eaten')\n"
    )
    assert run(SITE) == "['bread', 'http'] ['loaf']"


def test_a_name_that_is_taken_twice_stops_the_site_with_its_reason(
    run: Run, tmp_path: Path
) -> None:
    (tmp_path / "bakery" / "voicegather_handlers.py").write_text(
        "import voicegather\n"
        "@voicegather.handler('bread')\n"
        "def bread(call): ...\n"
        "@voicegather.handler('bread')\n"
        "def rolls(call): ...\n"
    )
    assert run(SITE).endswith(
        "Two handlers are named 'bread': bakery.voicegather_handlers.bread and "
        "bakery.voicegather_handlers.rolls. Give one of them another name."
    )


def test_a_test_may_replace_what_the_site_registered_until_its_end() -> None:
    def ours(call: HandlerCall) -> None: ...

    def theirs(call: HandlerCall) -> None: ...

    handlers.handler("order")(ours)

    with handlers.restored():
        handlers.handler("order")(theirs)
        assert handlers.handler_named("order") is theirs
    assert handlers.handler_named("order") is ours
