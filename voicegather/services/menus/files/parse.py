"""A menu file to the values it describes, with every problem of it at once."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from voicegather.engine.variables import DeclaredVariable, read_declared
from voicegather.models import Menu
from voicegather.services.menus.errors import MenuFileError, Problem
from voicegather.services.menus.files.common import read_team, text_at
from voicegather.services.menus.files.form import (
    FORMAT,
    LANGUAGE_PATTERN,
    MOST_LANGUAGE,
    MenuForm,
    longest,
)
from voicegather.services.menus.files.parse_prompts import read_prompts
from voicegather.services.menus.files.parse_steps import (
    read_choices,
    read_rows,
    read_step,
    tell,
)
from voicegather.services.menus.files.reading import Place
from voicegather.services.menus.files.yamltree import parse_yaml

TOP_KEYS = (
    "format",
    "menu",
    "name",
    "description",
    "team",
    "requires_tests",
    "languages",
    "variables",
    "entry",
    "choices",
    "steps",
    "prompts",
)
REQUIRED = ("format", "menu", "name", "languages", "entry", "steps")
SLUG_PATTERN = r"[-a-zA-Z0-9_]+"


def parse_menu(text: str) -> MenuForm:
    """The menu that the YAML `text` describes; raises MenuFileError with every problem."""
    problems: list[Problem] = []
    form = _read_menu(Place(parse_yaml(text), "", problems))
    if problems:
        raise MenuFileError(tuple(problems))
    return form


def _read_menu(top: Place) -> MenuForm:
    found = top.fields(TOP_KEYS, REQUIRED)
    if "format" in found and found["format"].json() != FORMAT:
        found["format"].fail(
            _("must be %(format)s, the format that this release reads") % {"format": FORMAT}
        )
    steps = found["steps"].mapping() if "steps" in found else {}
    return MenuForm(
        slug=text_at(found, "menu", lambda at: at.name(SLUG_PATTERN, "clinic", _most("slug"))),
        name=text_at(found, "name", lambda at: at.words(_most("name"))),
        description=text_at(found, "description"),
        team=read_team(found),
        requires_tests=found["requires_tests"].boolean() if "requires_tests" in found else None,
        languages=_read_languages(found["languages"]) if "languages" in found else (),
        variables=_read_variables(found["variables"]) if "variables" in found else (),
        entry=_read_entry(found, steps),
        choices=read_choices(found["choices"], steps) if "choices" in found else (),
        steps=tuple(read_step(key, at, steps) for key, at in steps.items()),
        prompts=read_prompts(found["prompts"]) if "prompts" in found else (),
    )


def _most(column: str) -> int:
    return longest(Menu, column)


def _read_languages(place: Place) -> tuple[str, ...]:
    languages: list[str] = []
    items = place.items()
    for item in items:
        language = item.name(LANGUAGE_PATTERN, "en-US", MOST_LANGUAGE)
        if language in languages:
            item.fail(
                _("%(language)s stands here twice: keep one of the two") % {"language": language}
            )
        elif language is not None:
            languages.append(language)
    if not items:
        place.fail(_("must name at least one language, such as [en-US]"))
    return tuple(languages)


def _read_variables(place: Place) -> tuple[DeclaredVariable, ...]:
    before = len(place.problems)
    stored = read_rows(DeclaredVariable, place)
    variables, problems = read_declared(stored)
    tell(problems, at=place, told=place.problems[before:])
    return variables


def _read_entry(found: Mapping[str, Place], steps: Mapping[str, Place]) -> str:
    if "entry" not in found or found["entry"].is_null:
        return ""
    return found["entry"].one_of(steps) or ""
