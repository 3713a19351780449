"""The settings of a step kind, declared once: parsed, checked, and what forms are made from.

A kind's settings are a frozen dataclass whose fields come from :func:`setting`::

    @dataclass(frozen=True)
    class MessageConfig:
        prompt: str = setting(role=Role.PROMPT, label="Prompt", help="What the caller hears.")
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields
from enum import Enum, StrEnum
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


class Role(StrEnum):
    """What a setting's text names, so that linters and forms know what to look up."""

    PLAIN = "plain"
    PROMPT = "prompt"
    MENU = "menu"
    CALENDAR = "calendar"
    VARIABLE = "variable"
    DESTINATION = "destination"


@dataclass(frozen=True, slots=True)
class SettingInfo:
    """What a form shows of one setting, and what the linter holds it to."""

    label: str
    help: str
    role: Role = Role.PLAIN
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One setting that cannot stand: its name and a message that says what to do."""

    field: str
    message: str


def setting(
    *,
    label: str,
    help: str,
    default: Any = MISSING,
    role: Role = Role.PLAIN,
    minimum: int | None = None,
    maximum: int | None = None,
) -> Any:
    """A dataclass field with what forms and the linter need; without a default it is required."""
    info = SettingInfo(label, help, role, minimum, maximum)
    return field(default=default, metadata={"setting": info})


def settings_of(config_class: type) -> dict[str, SettingInfo]:
    """Every setting of a kind by name, in the order of its class."""
    return {each.name: each.metadata["setting"] for each in fields(config_class)}


def parse_config(
    config_class: type[T], document: Mapping[str, Any]
) -> tuple[T | None, list[ConfigProblem]]:
    """Read a step's JSON settings into its kind's dataclass.

    Returns the settings and no problems, or None and every problem at once.
    """
    hints = get_type_hints(config_class)
    problems = [
        ConfigProblem(name, f"“{name}” is not a setting of this kind of step; remove it")
        for name in document
        if name not in hints
    ]
    values: dict[str, Any] = {}
    for each in fields(config_class):  # type: ignore[arg-type]
        if each.name in document:
            value, problem = _read(each, hints[each.name], document[each.name])
            if problem:
                problems.append(ConfigProblem(each.name, problem))
            else:
                values[each.name] = value
        elif each.default is MISSING:
            problems.append(ConfigProblem(each.name, "is required"))
    return (None, problems) if problems else (config_class(**values), [])


def _read(each: Field[Any], hint: Any, value: Any) -> tuple[Any, str]:
    info: SettingInfo = each.metadata["setting"]
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            return None, "must be a list of names"
        return tuple(value), ""
    if isinstance(hint, type) and issubclass(hint, Enum):
        try:
            return hint(value), ""
        except ValueError:
            return None, f"must be one of {', '.join(str(member.value) for member in hint)}"
    if value is None and type(None) in get_args(hint):
        return None, ""
    if hint is bool:
        return (value, "") if isinstance(value, bool) else (None, "must be true or false")
    if hint is int:
        return _read_int(value, info)
    if not isinstance(value, str):
        return None, "must be text"
    if not value and each.default is MISSING:
        return None, "is required"
    return value, ""


def _read_int(value: Any, info: SettingInfo) -> tuple[Any, str]:
    if not isinstance(value, int) or isinstance(value, bool):
        return None, "must be a whole number"
    if info.minimum is not None and value < info.minimum:
        return None, f"is {value}; the least is {info.minimum}"
    if info.maximum is not None and value > info.maximum:
        return None, f"is {value}; the most is {info.maximum}"
    return value, ""
