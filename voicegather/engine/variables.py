"""Variables of a call: how they are named, and those that a menu expects a call to bring."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from voicegather.engine.config import ConfigProblem, parse_config, setting
from voicegather.engine.wording import marked as _
from voicegather.engine.wording import told

VARIABLE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
#: How many variables a call may bring, and so a menu may declare; names and texts in characters.
MOST_VARIABLES = 50
LONGEST_NAME = 50
LONGEST_VALUE = 1_000
LONGEST_HELP = 200
NAMING = told(
    _(
        "Name variables with 1 to %(longest)s letters, digits and underscores, not "
        "beginning with a digit."
    ),
    longest=LONGEST_NAME,
)


@dataclass(frozen=True, slots=True)
class DeclaredVariable:
    """A variable that a call may bring with it; `default` is its value where a call does not."""

    name: str = setting(
        label=_("Name"),
        help=_("Prompts, branches and handlers know it by this: letters, digits and underscores."),
        maximum=LONGEST_NAME,
    )
    default: str = setting(
        default="",
        label=_("Default"),
        help=_("Its text in calls that do not bring it. Empty: nothing is said in its place."),
        maximum=LONGEST_VALUE,
    )
    help: str = setting(
        default="",
        label=_("What it is"),
        help=_("Shown to whoever places a call with this menu."),
        maximum=LONGEST_HELP,
    )


@dataclass(frozen=True, slots=True)
class MenuSettings:
    """What a menu as a whole is told, besides its languages."""

    variables: tuple[DeclaredVariable, ...] = setting(
        default=(),
        label=_("What a call may bring with it"),
        help=(
            _(
                "Variables that whoever places a call can give it. In other calls, such as those "
                "that come in, each has its default."
            )
        ),
    )


def is_variable_name(name: object) -> bool:
    """Whether a call may bring, and a menu declare, a variable of this name."""
    if not isinstance(name, str) or len(name) > LONGEST_NAME:
        return False
    return VARIABLE_NAME.fullmatch(name) is not None


def read_declared(stored: Any) -> tuple[tuple[DeclaredVariable, ...], list[ConfigProblem]]:
    """A menu's declared variables from their JSON: them and no problems, or every problem.

    Problems name their place in the list as ``2.name``, counted from 0; "" is the whole list.
    """
    settings, problems = parse_config(MenuSettings, {"variables": stored})
    if settings is None:
        return (), [_within(each) for each in problems]
    found = list(_problems_of(settings.variables))
    return ((), found) if found else (settings.variables, [])


def _within(problem: ConfigProblem) -> ConfigProblem:
    return ConfigProblem(problem.field.partition(".")[2], problem.message)


def _problems_of(variables: Sequence[DeclaredVariable]) -> Iterator[ConfigProblem]:
    if len(variables) > MOST_VARIABLES:
        message = told(
            _("lists %(count)s variables; the most is %(most)s"),
            count=len(variables),
            most=MOST_VARIABLES,
        )
        yield ConfigProblem("", message)
    seen: set[str] = set()
    for index, each in enumerate(variables):
        if not is_variable_name(each.name):
            yield ConfigProblem(
                f"{index}.name",
                told(
                    _("“%(name)s” cannot be a variable. %(naming)s"), name=each.name, naming=NAMING
                ),
            )
        elif each.name in seen:
            message = told(_("%(name)s stands here twice: keep one of the two"), name=each.name)
            yield ConfigProblem(f"{index}.name", message)
        seen.add(each.name)
