"""Frozen dataclasses to JSON values and back, driven by their type hints.

Call states and compiled menus outlive deploys: fields added later need a default, and a value that
no longer fits its hint raises :class:`CodecError` with the path of the field.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, field, fields, is_dataclass
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from voicegather.engine.secret import Secret

T = TypeVar("T")
Decoder = Callable[[Any], Any]


class CodecError(ValueError):
    """A stored document does not fit the class that reads it."""


def always_stored(default: T) -> T:
    """A dataclass field that documents hold even at its default, because defaults may change."""
    return field(default=default, metadata={"always_stored": True})


def to_json(value: Any) -> Any:
    """A JSON value of dataclasses, enums, tuples, mappings, secrets and plain values.

    Fields that equal their default are left out, which keeps stored documents small, but for
    those of :func:`always_stored`.
    """
    if value is None or isinstance(value, str | int | float | bool):
        return value.value if isinstance(value, Enum) else value
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, tuple | list):
        return [to_json(item) for item in value]
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    if is_dataclass(value) and not isinstance(value, type):
        return {
            name: to_json(item)
            for name, default in _stored_defaults(type(value))
            if (item := getattr(value, name)) != default
        }
    raise CodecError(f"{type(value).__name__} has no JSON form")


def from_json(cls: type[T], document: Any) -> T:
    """An instance of the dataclass `cls` from what :func:`to_json` made of one.

    Unknown keys are ignored, so that a worker of the previous release can read a newer document.
    Raises CodecError where a required field is missing or a value does not fit.
    """
    return typing.cast(T, _decoder(typing.cast(typing.Hashable, cls))(document))


@cache
def _stored_defaults(cls: type) -> tuple[tuple[str, Any], ...]:
    """Each field with the value at which documents leave it out (MISSING: they never do)."""
    return tuple((each.name, _left_out_at(each)) for each in fields(cls) if each.init)


def _left_out_at(each: Field[Any]) -> Any:
    if each.metadata.get("always_stored"):
        return MISSING
    return each.default_factory() if each.default_factory is not MISSING else each.default


@cache
def _decoder(hint: Any) -> Decoder:
    if hint is Any:
        return lambda value: value
    if hint is Secret:
        return lambda value: Secret(_checked(str, value))
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _optional(hint)
    if origin is tuple:
        return _tuple(get_args(hint))
    if origin in (dict, Mapping):
        item = _decoder(get_args(hint)[1])
        return lambda value: {key: item(each) for key, each in _checked(dict, value).items()}
    if origin is typing.Literal:
        return _literal(get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _enum(hint)
    if is_dataclass(hint):
        return _dataclass(typing.cast(type, hint))
    if isinstance(hint, type):
        return lambda value: _checked(hint, value)
    raise TypeError(f"no JSON form for the type hint {hint!r}")


def _checked(hint: type[T], value: Any) -> T:
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return typing.cast(T, float(value))
    if not isinstance(value, hint) or (isinstance(value, bool) and hint is int):
        raise CodecError(f"expected {hint.__name__}, found {type(value).__name__}")
    return value


def _enum(hint: type[Enum]) -> Decoder:
    def decode(value: Any) -> Any:
        try:
            return hint(value)
        except ValueError:
            allowed = ", ".join(str(member.value) for member in hint)
            raise CodecError(f"expected one of {allowed}") from None

    return decode


def _literal(allowed: tuple[Any, ...]) -> Decoder:
    def decode(value: Any) -> Any:
        if value not in allowed:
            raise CodecError(f"expected one of {', '.join(map(str, allowed))}")
        return value

    return decode


def _optional(hint: Any) -> Decoder:
    kinds = [each for each in get_args(hint) if each is not type(None)]
    if len(kinds) != 1:
        scalars = tuple(kinds)
        return lambda value: (
            value if value is None and len(kinds) < len(get_args(hint)) else _one_of(scalars, value)
        )
    inner = _decoder(kinds[0])
    return lambda value: None if value is None else inner(value)


def _one_of(kinds: tuple[type, ...], value: Any) -> Any:
    if type(value) not in kinds:
        raise CodecError(f"expected one of {', '.join(kind.__name__ for kind in kinds)}")
    return value


def _tuple(args: tuple[Any, ...]) -> Decoder:
    if len(args) == 2 and args[1] is Ellipsis:
        item = _decoder(args[0])
        return lambda value: tuple(item(each) for each in _checked(list, value))
    items = [_decoder(arg) for arg in args]

    def decode(value: Any) -> Any:
        if len(_checked(list, value)) != len(items):
            raise CodecError(f"expected {len(items)} items")
        return tuple(item(each) for item, each in zip(items, value, strict=True))

    return decode


def _dataclass(cls: type) -> Decoder:
    hints = get_type_hints(cls)
    readers = {each.name: _decoder(hints[each.name]) for each in fields(cls) if each.init}
    required = {
        each.name
        for each in fields(cls)
        if each.init and each.default is MISSING and each.default_factory is MISSING
    }

    def decode(value: Any) -> Any:
        document = _checked(dict, value)
        arguments = {}
        for name, reader in readers.items():
            if name in document:
                try:
                    arguments[name] = reader(document[name])
                except CodecError as problem:
                    raise CodecError(f"{name}: {problem}") from None
        if missing := sorted(required - arguments.keys()):
            raise CodecError(f"{cls.__name__} lacks {', '.join(missing)}")
        return cls(**arguments)

    return decode
