"""The settings of a step kind, declared once: parsed, checked, and what forms are made from.

A kind's settings are a frozen dataclass whose fields come from :func:`setting`::

    @dataclass(frozen=True)
    class MessageConfig:
        prompt: str = setting(role=Role.PROMPT, label="Prompt", help="What the caller hears.")

A setting is text, a whole number, a boolean, an enum, a list of names (``tuple[str, ...]``), texts
by name (``Mapping[str, str]``), or rows (``tuple[Row, ...]``, where `Row` is a dataclass of
settings, too).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from enum import Enum, StrEnum
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from voicegather.engine.wording import marked as _
from voicegather.engine.wording import told

T = TypeVar("T")

#: Of a setting that has no default and is not there; it follows the setting's name.
REQUIRED = _("is required")


class Role(StrEnum):
    """What a setting's text names, so that linters and forms know what to look up."""

    PLAIN = "plain"
    PROMPT = "prompt"
    MENU = "menu"
    CALENDAR = "calendar"
    VARIABLE = "variable"
    DESTINATION = "destination"
    #: Words with ``{{ variables }}`` of the call.
    TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class SettingInfo:
    """What a form shows of one setting, and what the linter holds it to.

    `minimum` and `maximum` bound a number; of text `maximum` is the most characters.
    """

    label: str
    help: str
    role: Role = Role.PLAIN
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One setting that cannot stand: its name and a message that says what to do.

    In rows the name is a path, counted from 0: ``fields.2.name``; of texts by name, too:
    ``variables.plan``.
    """

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
    metadata = {"setting": SettingInfo(label, help, role, minimum, maximum)}
    if isinstance(default, Mapping):
        return field(default_factory=lambda: dict(default), metadata=metadata)
    return field(default=default, metadata=metadata)


def settings_of(config_class: type) -> dict[str, SettingInfo]:
    """Every setting of a kind by name, in the order of its class."""
    return {each.name: each.metadata["setting"] for each in fields(config_class)}


def default_of(declared: Field[Any]) -> Any:
    """The value of a setting that is not given, MISSING where it is required."""
    if declared.default_factory is not MISSING:
        return declared.default_factory()
    return declared.default


def row_class(hint: Any) -> type | None:
    """The dataclass of a setting that is a list of rows, None for any other setting."""
    item = get_args(hint)[0] if get_origin(hint) is tuple else None
    return item if isinstance(item, type) and is_dataclass(item) else None


def is_text_by_name(hint: Any) -> bool:
    """Whether a setting is texts by name (``Mapping[str, str]``)."""
    return get_origin(hint) is Mapping


def parse_config(
    config_class: type[T], document: Mapping[str, Any]
) -> tuple[T | None, list[ConfigProblem]]:
    """Read a step's JSON settings into its kind's dataclass.

    Returns the settings and no problems, or None and every problem at once.
    """
    hints = get_type_hints(config_class)
    problems = [
        ConfigProblem(
            name, told(_("“%(name)s” is not a setting of this kind of step; remove it"), name=name)
        )
        for name in document
        if name not in hints
    ]
    values: dict[str, Any] = {}
    for each in fields(config_class):  # type: ignore[arg-type]
        if each.name in document:
            value, found = _read(each, hints[each.name], document[each.name])
            values[each.name] = value
            problems += [_inside(each.name, problem) for problem in found]
        elif default_of(each) is MISSING:
            problems.append(ConfigProblem(each.name, REQUIRED))
    return (None, problems) if problems else (config_class(**values), [])


def _inside(name: str, problem: ConfigProblem) -> ConfigProblem:
    return ConfigProblem(f"{name}.{problem.field}" if problem.field else name, problem.message)


def _read(each: Field[Any], hint: Any, value: Any) -> tuple[Any, list[ConfigProblem]]:
    row = row_class(hint)
    if row is not None:
        return _read_rows(each, row, value)
    if is_text_by_name(hint):
        return _read_texts(value)
    read, message = _read_one(each, hint, value)
    return read, [ConfigProblem("", message)] if message else []


def _read_rows(each: Field[Any], row: type, value: Any) -> tuple[Any, list[ConfigProblem]]:
    if not isinstance(value, list | tuple):
        return None, [ConfigProblem("", _("must be a list of rows"))]
    if not value and default_of(each) is MISSING:
        return None, [ConfigProblem("", _("needs at least one row"))]
    rows: list[Any] = []
    problems: list[ConfigProblem] = []
    for index, item in enumerate(value):
        if not isinstance(item, Mapping):
            found = [ConfigProblem("", _("must be a mapping of names to values"))]
        else:
            read, found = parse_config(row, item)
            rows.append(read)
        problems += [_inside(str(index), problem) for problem in found]
    return tuple(rows), problems


def _read_texts(value: Any) -> tuple[Any, list[ConfigProblem]]:
    if not isinstance(value, Mapping):
        return None, [ConfigProblem("", _("must be a mapping of names to texts"))]
    problems = [
        ConfigProblem(str(name), _("must be text"))
        for name, text in value.items()
        if not isinstance(name, str) or not isinstance(text, str)
    ]
    return dict(value), problems


def _read_one(each: Field[Any], hint: Any, value: Any) -> tuple[Any, str]:
    info: SettingInfo = each.metadata["setting"]
    if get_origin(hint) is tuple:
        if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
            return None, _("must be a list of names")
        return tuple(value), ""
    if isinstance(hint, type) and issubclass(hint, Enum):
        try:
            return hint(value), ""
        except ValueError:
            return None, told(
                _("must be one of %(known)s"), known=", ".join(str(member.value) for member in hint)
            )
    if value is None and type(None) in get_args(hint):
        return None, ""
    if hint is bool:
        return (value, "") if isinstance(value, bool) else (None, _("must be true or false"))
    if hint is int:
        return _read_int(value, info)
    if not isinstance(value, str):
        return None, _("must be text")
    if not value and each.default is MISSING:
        return None, REQUIRED
    if info.maximum is not None and len(value) > info.maximum:
        return None, told(
            _("has %(count)s characters; the most is %(maximum)s"),
            count=len(value),
            maximum=info.maximum,
        )
    return value, ""


def _read_int(value: Any, info: SettingInfo) -> tuple[Any, str]:
    if not isinstance(value, int) or isinstance(value, bool):
        return None, _("must be a whole number")
    if info.minimum is not None and value < info.minimum:
        return None, told(
            _("is %(value)s; the least is %(minimum)s"), value=value, minimum=info.minimum
        )
    if info.maximum is not None and value > info.maximum:
        return None, told(
            _("is %(value)s; the most is %(maximum)s"), value=value, maximum=info.maximum
        )
    return value, ""
