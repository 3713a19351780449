"""A menu as it stands in the tables, read whole in a constant number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from voicegather.engine.config import Role, settings_of
from voicegather.engine.kinds import kind_named
from voicegather.engine.variables import DeclaredVariable, read_declared
from voicegather.models import Choice, Menu, Prompt, Step

#: Prompts asked for by name in one query: databases bound how many values one may hold.
MOST_NAMED = 10_000


@dataclass(frozen=True)
class Draft:
    """A menu's rows. Steps and choices are in their order; only prompts it names are here."""

    menu: Menu
    steps: tuple[Step, ...]
    choices: Mapping[int | None, tuple[Choice, ...]]
    prompts: Mapping[str, Prompt]

    @property
    def languages(self) -> tuple[str, ...]:
        """The enabled languages, the default first; empty where they cannot be read."""
        found = self.menu.languages
        return tuple(each for each in found if each) if is_list_of_text(found) else ()

    @property
    def variables(self) -> tuple[DeclaredVariable, ...]:
        """What a call may bring with it; empty where it cannot be read."""
        return read_declared(self.menu.variables)[0]

    @property
    def entry(self) -> str:
        """The entry step's key, "" where there is none."""
        return next((step.key for step in self.steps if step.is_entry), "")

    @property
    def global_choices(self) -> tuple[Choice, ...]:
        return self.choices.get(None, ())

    def choices_of(self, step: Step) -> tuple[Choice, ...]:
        return self.choices.get(step.pk, ())


def read_draft(menu: Menu) -> Draft:
    """The menu's steps, choices and prompts: four queries, and one for the prompts' teams."""
    steps = tuple(menu.steps.order_by("position", "pk"))
    choices: dict[int | None, tuple[Choice, ...]] = {}
    for choice in menu.choices.order_by("position", "pk"):
        choices[choice.step_id] = (*choices.get(choice.step_id, ()), choice)
    keys = {key for step in steps for _, key in prompts_named(step.kind, step.config)}
    found = Prompt.objects.filter(key__in=keys).select_related("team").prefetch_related("variants")
    return Draft(menu, steps, choices, {prompt.key: prompt for prompt in found})


def read_drafts(menus: Sequence[Menu]) -> Iterator[Draft]:
    """As :func:`read_draft`, for many menus in as many queries as for one."""
    steps: defaultdict[int, list[Step]] = defaultdict(list)
    for step in Step.objects.filter(menu__in=menus).order_by("position", "pk"):
        steps[step.menu_id].append(step)
    choices: defaultdict[int, defaultdict[int | None, list[Choice]]]
    choices = defaultdict(lambda: defaultdict(list))
    for choice in Choice.objects.filter(menu__in=menus).order_by("position", "pk"):
        choices[choice.menu_id][choice.step_id].append(choice)
    named = {
        menu.pk: {
            key for step in steps[menu.pk] for _, key in prompts_named(step.kind, step.config)
        }
        for menu in menus
    }
    prompts = {
        prompt.key: prompt
        for some in chunks_of(sorted(set().union(*named.values())))
        for prompt in Prompt.objects.filter(key__in=some)
        .select_related("team")
        .prefetch_related("variants")
    }
    for menu in menus:
        yield Draft(
            menu,
            tuple(steps[menu.pk]),
            {step: tuple(each) for step, each in choices[menu.pk].items()},
            {key: prompts[key] for key in named[menu.pk] if key in prompts},
        )


def chunks_of(keys: Sequence[str]) -> Iterator[Sequence[str]]:
    """`keys` in pieces of which each fits one query."""
    for start in range(0, len(keys), MOST_NAMED):
        yield keys[start : start + MOST_NAMED]


def is_list_of_text(value: object) -> bool:
    """Whether a JSON value is a list of nothing but strings."""
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def prompts_named(kind: str, config: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The prompts that a step's settings name, as ``(setting, prompt key)``."""
    for field, value in settings_with_role(kind, config, Role.PROMPT):
        for key in named_in(value):
            yield field, key


def named_in(value: Any) -> Iterator[str]:
    """The texts of a setting: itself, those of a list, or those by name."""
    if isinstance(value, Mapping):
        value = list(value.values())
    for each in value if isinstance(value, list | tuple) else [value]:
        if isinstance(each, str) and each:
            yield each


def settings_with_role(
    kind: str, config: Mapping[str, Any], role: Role
) -> Iterable[tuple[str, Any]]:
    """The settings of a step that play `role`, as far as they are given."""
    found = kind_named(kind)
    infos = settings_of(found.Settings) if found and isinstance(config, dict) else {}
    return [
        (name, config[name]) for name, info in infos.items() if info.role is role and name in config
    ]
