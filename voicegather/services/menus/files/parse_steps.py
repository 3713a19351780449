"""Steps and choices of a menu file."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from enum import Enum
from typing import Any, get_origin, get_type_hints

from django.utils.translation import gettext as _

from voicegather.engine.choices import patterns_of
from voicegather.engine.config import ConfigProblem, is_text_by_name, row_class, settings_of
from voicegather.engine.edges import Action, Edge, Match, field_of
from voicegather.engine.entries import MOST_DIGITS, EntryError
from voicegather.engine.graph import Sensitivity
from voicegather.engine.kinds import StepKind, all_kinds, check_settings, kind_named
from voicegather.models import Choice, Step
from voicegather.services.menus.errors import Problem
from voicegather.services.menus.files.common import check_key, text_at
from voicegather.services.menus.files.form import (
    BARE_MATCHES,
    DEFAULT_SHOWN_LAST,
    LANGUAGE_PATTERN,
    STEP_KEYS,
    ChoiceForm,
    StepForm,
    longest,
)
from voicegather.services.menus.files.reading import Place, unknown_key
from voicegather.services.wording import translated, translated_error

CHOICE_KEYS = ("on", "go", "action", "language")
#: An edge that leads to a step is written ``go: STEP``, any other ``action: NAME``.
ACTIONS = tuple(action.value for action in Action if action is not Action.GOTO)


def read_step(key: str, place: Place, steps: Container[str]) -> StepForm:
    """The step under `key`; `steps` are the keys that its choices may lead to."""
    check_key(key, place)
    found = place.mapping()
    sensitivity = text_at(found, "sensitivity", lambda at: at.one_of(Sensitivity))
    shown = found["shown_last"].integer(0, MOST_DIGITS) if "shown_last" in found else None
    success = found["success"].boolean() if "success" in found else None
    kind = _read_kind(found, place)
    return StepForm(
        key=key,
        kind=kind.name if kind else "",
        name=text_at(found, "name", lambda at: at.text(longest(Step, "name"))),
        sensitivity=Sensitivity(sensitivity) if sensitivity else Sensitivity.NORMAL,
        shown_last=DEFAULT_SHOWN_LAST if shown is None else shown,
        success=bool(success),
        config=_read_settings(kind, found, place) if kind else {},
        choices=read_choices(found["choices"], steps) if "choices" in found else (),
    )


def _read_kind(found: Mapping[str, Place], place: Place) -> StepKind | None:
    if "kind" not in found:
        if found:
            place.fail(_("“kind” is missing: add it"))
        return None
    return kind_named(found["kind"].one_of(kind.name for kind in all_kinds()) or "")


def _read_settings(kind: StepKind, found: Mapping[str, Place], step: Place) -> dict[str, Any]:
    """The settings as JSON, each as its kind's dataclass wants it, and checked by the kind."""
    allowed = tuple(settings_of(kind.Settings))
    hints = get_type_hints(kind.Settings)
    config: dict[str, Any] = {}
    before = len(step.problems)
    for name, place in found.items():
        if name in allowed:
            config[name] = _read_setting(hints[name], place)
        elif name not in STEP_KEYS:
            place.fail(unknown_key(name, (*STEP_KEYS, *allowed)))
    tell(check_settings(kind, config)[1], at=step, told=step.problems[before:])
    return config


def tell(problems: Iterable[ConfigProblem], *, at: Place, told: Iterable[Problem]) -> None:
    """Note the problems inside `at`, each at its own line, without those that are `told`."""
    misread = {problem.path for problem in told}
    for problem in problems:
        place, missing = at.deepest(problem.field.split(".") if problem.field else [])
        if missing and place.path not in misread:
            name = ".".join(missing)
            place.fail(_("“%(name)s” is required: add it") % {"name": name})
        elif not missing and not _is_told_of(place.path, misread):
            place.fail(translated(problem.message))


def _is_told_of(path: str, told: set[str]) -> bool:
    """Whether a problem of this place, or of one inside it, is told already."""
    return any(each == path or each.startswith((f"{path}.", f"{path}[")) for each in told)


def _read_setting(hint: Any, place: Place) -> Any:
    row = row_class(hint)
    if row is not None:
        return read_rows(row, place)
    if is_text_by_name(hint):
        return {name: at.text() for name, at in place.mapping().items()}
    if get_origin(hint) is tuple:
        return [item.text() for item in place.items()]
    if hint is str or (isinstance(hint, type) and issubclass(hint, Enum)):
        return place.text()
    return place.json()


def read_rows(row: type, place: Place) -> list[dict[str, Any]]:
    """A list of rows as JSON, each value as the dataclass `row` wants it."""
    return [_read_row(row, item) for item in place.items()]


def _read_row(row: type, place: Place) -> dict[str, Any]:
    hints = get_type_hints(row)
    found = place.fields(settings_of(row))
    return {name: _read_setting(hints[name], at) for name, at in found.items()}


def read_choices(place: Place, steps: Container[str]) -> tuple[ChoiceForm, ...]:
    """The choices in a list, in their order; no two may match the same."""
    choices: list[ChoiceForm] = []
    seen: set[tuple[str, str]] = set()
    for item in place.items():
        choice = _read_choice(item, steps)
        if choice is None:
            continue
        if choice.identity in seen:
            label = f"{choice.match.value} {choice.value}".strip()
            item.fail(
                _("another choice of this list is on %(label)s, too: keep one of the two")
                % {"label": label}
            )
        seen.add(choice.identity)
        choices.append(choice)
    return tuple(choices)


def _read_choice(place: Place, steps: Container[str]) -> ChoiceForm | None:
    found = place.fields(CHOICE_KEYS, ("on",))
    matched = _read_match(found["on"]) if "on" in found else None
    language = text_at(
        found,
        "language",
        lambda at: at.name(LANGUAGE_PATTERN, "en-US", longest(Choice, "language")),
    )
    action, target = _read_way(found, place, steps)
    if matched is None:
        return None
    return ChoiceForm(matched[0], matched[1], action, target, language)


def _read_way(
    found: Mapping[str, Place], place: Place, steps: Container[str]
) -> tuple[Action, str]:
    if ("go" in found) == ("action" in found):
        if place.is_mapping:
            place.fail(
                _("must say where it leads: go: STEP, or action: %(known)s")
                % {"known": ", ".join(ACTIONS)}
            )
        return Action.GOTO, ""
    if "action" in found:
        return Action(found["action"].one_of(ACTIONS) or Action.GOTO), ""
    if found["go"].is_null:
        return Action.GOTO, ""
    target = found["go"].text() or ""
    if target and target not in steps:
        found["go"].fail(
            _("there is no step “%(target)s” in this file: add it, or lead elsewhere")
            % {"target": target}
        )
    return Action.GOTO, target


def _read_match(place: Place) -> tuple[Match, str] | None:
    found = place.fields(tuple(Match))
    if len(found) != 1:
        if place.is_mapping:
            place.fail(
                _('must say one of %(known)s, such as {digits: "1"}') % {"known": ", ".join(Match)}
            )
        return None
    name, at = next(iter(found.items()))
    match = Match(name)
    if match in BARE_MATCHES:
        at.true()
        return match, ""
    value = at.words(longest(Choice, "value"))
    if value is None:
        return None
    if match is Match.FIELD and not field_of(value):
        at.fail(_("must be a field and its value, such as department=sales"))
    try:
        patterns_of(Edge(match, value), fewest=1, most=MOST_DIGITS)
    except EntryError as problem:
        at.fail(translated_error(problem))
    return match, value
