"""A menu made from another one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from voicegather.engine.config import Role
from voicegather.models import Choice, Menu, MenuTest, Prompt, PromptVariant, Step
from voicegather.services.inputs import InputError, InputProblem, problems_of
from voicegather.services.menus.draft import read_draft, settings_with_role
from voicegather.services.menus.files.form import longest
from voicegather.services.menus.journal import note_addition

#: What a clone has of its own.
_OWN = frozenset({"id", "slug", "name", "live_version", "archived_at", "created_at", "updated_at"})


class PromptCopying(StrEnum):
    """Whether a clone speaks the prompts of its original, or copies of them."""

    SHARED = "shared"
    COPIED = "copied"


@transaction.atomic
def clone_menu(
    menu: Menu,
    *,
    name: str,
    slug: str,
    prompts: PromptCopying = PromptCopying.SHARED,
    author: AbstractBaseUser | None = None,
) -> Menu:
    """Make a menu with the steps, choices and tests of `menu` as it stands; return it.

    Versions, numbers and calls are not cloned. Copied prompts have keys of their own; those of
    another team than the menu's are shared all the same. Raises InputError where `name` or `slug`
    cannot be used; nothing is made then.
    """
    draft = read_draft(menu)
    clone: Menu = _like(menu, name=name, slug=slug)
    problems = problems_of(clone)
    if problems:
        raise InputError(problems)
    try:
        with transaction.atomic():
            clone.save()
    except IntegrityError:
        message = _("There is a menu with this slug already: choose another one.")
        raise InputError([InputProblem(("slug",), message)]) from None
    keys: dict[str, str] = {}
    if prompts is PromptCopying.COPIED:
        own = [each for each in draft.prompts.values() if each.team_id in (None, menu.team_id)]
        keys = _copy_prompts(own, clone)
    steps = _copy_steps(draft.steps, clone, keys)
    _copy_choices(menu, clone, steps)
    MenuTest.objects.bulk_create([_like(test, menu=clone) for test in menu.tests.order_by("pk")])
    note_addition(author=author, of=clone, message=_("Cloned from “%(menu)s”.") % {"menu": menu})
    return clone


def free_slug(slug: str) -> str:
    """`slug` with an ending that no menu has: clinic-2."""
    return _free(slug, set(Menu.objects.values_list("slug", flat=True)), longest(Menu, "slug"), "-")


def _like(row: Any, **changes: Any) -> Any:
    """A row that is not saved yet, with the columns of `row` and these changes."""
    kept = {
        column.attname: getattr(row, column.attname)
        for column in row._meta.concrete_fields
        if column.name not in _OWN | changes.keys()
    }
    own = {name: getattr(row, name) for name in ("name", "slug") if hasattr(row, name)}
    own = {name: value for name, value in own.items() if name not in changes}
    model: type[Model] = type(row)
    return model(**kept, **own, **changes)


def _copy_prompts(prompts: Iterable[Prompt], clone: Menu) -> dict[str, str]:
    """Copies for the clone alone; returns their keys by the originals'."""
    ending = re.sub(r"[^a-z0-9]+", "_", clone.slug.lower()).strip("_")
    taken = set(Prompt.objects.values_list("key", flat=True))
    keys: dict[str, str] = {}
    for prompt in prompts:
        key = _free(f"{prompt.key}_{ending}", taken, longest(Prompt, "key"), "_")
        taken.add(key)
        keys[prompt.key] = key
        copied = Prompt.objects.create(key=key, name=prompt.name, team_id=clone.team_id)
        PromptVariant.objects.bulk_create(
            [_like(each, prompt=copied) for each in prompt.variants.all()]
        )
    return keys


def _free(wanted: str, taken: set[str], most: int, between: str) -> str:
    """`wanted`, cut to `most` characters, with a number behind it where it is taken."""
    found, number = wanted[:most], 2
    while found in taken:
        ending = f"{between}{number}"
        found, number = f"{wanted[: most - len(ending)]}{ending}", number + 1
    return found


def _copy_steps(steps: Iterable[Step], clone: Menu, keys: Mapping[str, str]) -> dict[int, Step]:
    """The clone's steps by the ids of the originals."""
    copies = {step.pk: _like(step, menu=clone, config=_renamed(step, keys)) for step in steps}
    Step.objects.bulk_create(copies.values())
    return copies


def _renamed(step: Step, keys: Mapping[str, str]) -> Any:
    """The step's settings with the prompts' new keys."""
    if not isinstance(step.config, dict):
        return step.config
    named = dict(settings_with_role(step.kind, step.config, Role.PROMPT))
    return {
        name: _replaced(value, keys) if name in named else value
        for name, value in step.config.items()
    }


def _replaced(value: Any, keys: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {name: _replaced(each, keys) for name, each in value.items()}
    if isinstance(value, list):
        return [_replaced(each, keys) for each in value]
    return keys.get(value, value) if isinstance(value, str) else value


def _copy_choices(menu: Menu, clone: Menu, steps: Mapping[int, Step]) -> None:
    Choice.objects.bulk_create(
        [
            _like(
                choice,
                menu=clone,
                step=steps.get(choice.step_id or 0),
                target=steps.get(choice.target_id or 0),
            )
            for choice in menu.choices.order_by("pk")
        ]
    )
