"""The site's functions by the names that menus use for them."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from voicegather.exceptions import VoicegatherError
from voicegather.handlers.words import HandlerCall, Refusal, Result, ValidatorCall, Value

Handler = Callable[[HandlerCall], Result | Mapping[str, Value] | None]
Validator = Callable[[str, ValidatorCall], str | bool | Refusal | None]

_Handler = TypeVar("_Handler", bound=Handler)
_Validator = TypeVar("_Validator", bound=Validator)
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}")

_handlers: dict[str, Handler] = {}
_validators: dict[str, Validator] = {}
#: Names whose functions a test may replace, see `restored`.
_replaceable: set[str] = set()


class RegistrationError(VoicegatherError):
    """A handler or validator cannot be registered as it stands."""


def handler(name: str) -> Callable[[_Handler], _Handler]:
    """Register a function for ``handler`` steps that name it: ``@voicegather.handler("balance")``.

    It takes a :class:`HandlerCall` and returns a :class:`Result`, a mapping of variables, or None.
    Raises RegistrationError for a name that is taken or none.
    """
    return _registering("handler", _handlers, name)


def validator(name: str) -> Callable[[_Validator], _Validator]:
    """Register a function for entries that name it: ``@voicegather.validator("account_number")``.

    It takes the entry and a :class:`ValidatorCall`, and returns the accepted value, None or True
    to accept it as it is, or :func:`refuse`. Raises RegistrationError as :func:`handler` does.
    """
    return _registering("validator", _validators, name)


def known() -> frozenset[str]:
    """The names of all registered handlers."""
    return frozenset(_handlers)


def known_validators() -> frozenset[str]:
    """The names of all registered validators."""
    return frozenset(_validators)


def handler_named(name: str) -> Handler | None:
    """The handler of this name, None where there is none."""
    return _handlers.get(name)


def validator_named(name: str) -> Validator | None:
    """The validator of this name, None where there is none."""
    return _validators.get(name)


@contextmanager
def restored() -> Iterator[None]:
    """For tests: what is registered inside may replace what was there, until the end."""
    handlers, validators = dict(_handlers), dict(_validators)
    replaceable = set(_replaceable)
    _replaceable.update({*handlers, *validators})
    try:
        yield
    finally:
        _replaceable.intersection_update(replaceable)
        _handlers.clear()
        _handlers.update(handlers)
        _validators.clear()
        _validators.update(validators)


def _registering(sort: str, registry: dict[str, Any], name: object) -> Callable[[Any], Any]:
    if not isinstance(name, str):
        raise RegistrationError(
            f"A {sort} needs the name that menus use for it: "
            f'@voicegather.{sort}("{getattr(name, "__name__", "name")}").'
        )
    if not _NAME.fullmatch(name):
        raise RegistrationError(
            f"{name!r} is no name for a {sort}: at most 60 letters, digits and _, no digit first."
        )

    def register(function: Any) -> Any:
        _require_plain(sort, name, function)
        before = registry.get(name, function)
        if before is not function and name not in _replaceable:
            raise RegistrationError(
                f"Two {sort}s are named {name!r}: {_place(before)} and {_place(function)}. "
                "Give one of them another name."
            )
        registry[name] = function
        return function

    return register


def _require_plain(sort: str, name: str, function: object) -> None:
    if not callable(function) or inspect.isclass(function):
        raise RegistrationError(f"The {sort} {name!r} is not a function.")
    if inspect.iscoroutinefunction(function) or inspect.isgeneratorfunction(function):
        raise RegistrationError(
            f"The {sort} {name!r} ({_place(function)}) must be a plain function, without async "
            "or yield."
        )


def _place(function: Any) -> str:
    return f"{getattr(function, '__module__', '?')}.{getattr(function, '__qualname__', '?')}"
