"""A menu file into the tables: everything it says, or nothing."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.contrib.auth.models import AbstractBaseUser, Group
from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from voicegather.engine.codec import to_json
from voicegather.models import Choice, Menu, Step
from voicegather.services.menus.files.form import ChoiceForm, MenuForm
from voicegather.services.menus.files.parse import parse_menu
from voicegather.services.menus.journal import note_addition, note_change
from voicegather.services.menus.loading_prompts import store_prompts

Identity = TypeVar("Identity", bound=Hashable)
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class LoadedMenu:
    """What loading a file did. Prompts count as written when they were new or differed."""

    menu: Menu
    created: bool
    changed: bool
    steps_added: tuple[str, ...]
    steps_removed: tuple[str, ...]
    prompts_written: tuple[str, ...]


def load_menu(*, text: str, author: AbstractBaseUser | None = None) -> LoadedMenu:
    """Create or update the menu that the YAML `text` describes, and its prompts.

    Steps keep their ids by key; steps and choices that the file does not name are removed. Loading
    what is there already writes nothing. Raises MenuFileError with every problem of the file, and
    changes nothing then.
    """
    return store_menu(parse_menu(text), author=author)


@transaction.atomic
def store_menu(form: MenuForm, *, author: AbstractBaseUser | None = None) -> LoadedMenu:
    """As :func:`load_menu`, of a file that is read already."""
    menu, created = Menu.objects.select_for_update().get_or_create(
        slug=form.slug, defaults={"name": form.name}
    )
    prompts_written = store_prompts(form.prompts)
    before = {step.key: step for step in menu.steps.order_by("position", "pk")}
    changed = [
        _store_steps(menu, form, before),
        _store_choices(menu, form),
        _store_menu(menu, form),
    ]
    wanted = [step.key for step in form.steps]
    loaded = LoadedMenu(
        menu=menu,
        created=created,
        changed=created or any(changed) or bool(prompts_written),
        steps_added=tuple(key for key in wanted if key not in before),
        steps_removed=tuple(key for key in before if key not in wanted),
        prompts_written=prompts_written,
    )
    if created:
        note_addition(author=author, of=menu, message=_("Loaded from a file."))
    elif loaded.changed:
        menu.save(update_fields=["updated_at"])
        note_change(author=author, of=menu, message=_("Loaded from a file."))
    return loaded


def _store_menu(menu: Menu, form: MenuForm) -> bool:
    columns: dict[str, object] = {
        "name": form.name,
        "description": form.description,
        "languages": list(form.languages),
        "variables": to_json(form.variables),
    }
    if form.team is not None:
        columns["team"] = Group.objects.filter(name=form.team).first()
    if form.requires_tests is not None:
        columns["requires_tests"] = form.requires_tests
    if not set_columns(menu, columns):
        return False
    menu.save()
    return True


def _store_steps(menu: Menu, form: MenuForm, before: Mapping[str, Step]) -> bool:
    wanted = [step.key for step in form.steps]
    removed = [step.pk for key, step in before.items() if key not in wanted]
    Step.objects.filter(pk__in=removed).delete()
    # Only one row may be the entry at any moment.
    left = [step for step in before.values() if step.is_entry and step.key != form.entry]
    Step.objects.filter(pk__in=[step.pk for step in left]).update(is_entry=False)
    positions = keep_or_number({key: step.position for key, step in before.items()}, wanted)
    rows = {}
    for each in form.steps:
        columns = {
            "name": each.name,
            "kind": each.kind,
            "is_entry": each.key == form.entry,
            "config": dict(each.config),
            "sensitivity": each.sensitivity.value,
            "shown_last": each.shown_last,
            "is_success": each.success,
            "position": positions[each.key],
        }
        rows[each.key] = before.get(each.key) or Step(menu=menu, key=each.key), columns
    return bool(removed) | _write(Step, rows.values())


def _store_choices(menu: Menu, form: MenuForm) -> bool:
    ids = dict(menu.steps.values_list("key", "pk"))
    before: dict[int | None, dict[tuple[str, str], Choice]] = {}
    for choice in menu.choices.order_by("position", "pk"):
        before.setdefault(choice.step_id, {})[choice.match, choice.value] = choice
    wanted: dict[int | None, Sequence[ChoiceForm]] = {None: form.choices}
    wanted.update({ids[step.key]: step.choices for step in form.steps})
    rows: list[tuple[Choice, dict[str, object]]] = []
    for owner, choices in wanted.items():
        there = before.get(owner, {})
        positions = keep_or_number(
            {identity: choice.position for identity, choice in there.items()},
            [choice.identity for choice in choices],
        )
        for each in choices:
            columns: dict[str, object] = {
                "action": each.action.value,
                "target_id": ids.get(each.target),
                "language": each.language,
                "position": positions[each.identity],
            }
            row = there.pop(each.identity, None)
            row = row or Choice(menu=menu, step_id=owner, match=each.match, value=each.value)
            rows.append((row, columns))
    removed = [choice.pk for there in before.values() for choice in there.values()]
    Choice.objects.filter(pk__in=removed).delete()
    return bool(removed) | _write(Choice, rows)


def set_columns(row: Model, columns: Mapping[str, object]) -> bool:
    """Set the columns on `row`; returns whether any of them differed."""
    differing = {name: value for name, value in columns.items() if getattr(row, name) != value}
    for name, value in differing.items():
        setattr(row, name, value)
    return bool(differing)


def keep_or_number(
    before: Mapping[Identity, int], wanted: Sequence[Identity]
) -> dict[Identity, int]:
    """Positions for `wanted`: those of `before` (in its order) where they already give that order.

    Otherwise counted from 0.
    """
    if [each for each in before if each in wanted] == list(wanted):
        return {each: before[each] for each in wanted}
    return {each: position for position, each in enumerate(wanted)}


def _write(model: type[Row], rows: Iterable[tuple[Row, Mapping[str, object]]]) -> bool:
    """Create the new rows, update those that differ, and tell whether there were any."""
    new, differing = [], []
    names: set[str] = set()
    for row, columns in rows:
        names |= {name.removesuffix("_id") for name in columns}
        differs = set_columns(row, columns)
        if row.pk is None:
            new.append(row)
        elif differs:
            differing.append(row)
    model._default_manager.bulk_create(new)
    if differing:
        model._default_manager.bulk_update(differing, sorted(names), batch_size=500)
    return bool(new or differing)
