"""Menus that nobody uses any more, put away without losing anything, and taken out again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from voicegather.engine.config import Role
from voicegather.exceptions import MenuError
from voicegather.models import Diversion, Menu, MenuVersion, PhoneNumber
from voicegather.services.menus.draft import named_in, settings_with_role
from voicegather.services.menus.journal import note_change


@dataclass(frozen=True, slots=True)
class InUse:
    """What leads to a menu: our numbers, live versions of other menus, or an emergency now."""

    numbers: tuple[PhoneNumber, ...]
    menus: tuple[Menu, ...]
    is_emergency: bool = False

    def __bool__(self) -> bool:
        return bool(self.numbers or self.menus or self.is_emergency)


class MenuInUseError(MenuError):
    """A menu cannot be archived while callers can come to it; `use` says from where."""

    def __init__(self, menu: Menu, use: InUse) -> None:
        self.use = use
        super().__init__(
            _("“%(menu)s” is not archived: callers still come to it.") % {"menu": menu},
            tuple(
                [_("The number %(number)s leads to it.") % {"number": each} for each in use.numbers]
                + [_("The menu “%(menu)s” enters it.") % {"menu": each} for each in use.menus]
                + [_("It is the emergency menu now.")] * use.is_emergency
            ),
        )


@transaction.atomic
def archive_menu(menu: Menu, *, author: AbstractBaseUser | None = None) -> None:
    """Put the menu away: it is in no list and no choice. Its versions, calls and results stay.

    Raises MenuInUseError while a number or the live version of another menu leads to it. What is
    archived already stays as it is.
    """
    locked = Menu.objects.select_for_update().get(pk=menu.pk)
    if locked.archived_at is None:
        use = uses_of(locked)
        if use:
            raise MenuInUseError(locked, use)
        locked.archived_at = timezone.now()
        locked.save(update_fields=["archived_at", "updated_at"])
        note_change(author=author, of=locked, message=_("Archived."))
    menu.archived_at = locked.archived_at


@transaction.atomic
def unarchive_menu(menu: Menu, *, author: AbstractBaseUser | None = None) -> None:
    """Take the menu out of the archive, with all that it had."""
    locked = Menu.objects.select_for_update().get(pk=menu.pk)
    if locked.archived_at is not None:
        locked.archived_at = None
        locked.save(update_fields=["archived_at", "updated_at"])
        note_change(author=author, of=locked, message=_("Taken out of the archive."))
    menu.archived_at = None


def uses_of(menu: Menu) -> InUse:
    """From where callers come to the menu, inactive numbers included: they may be switched on."""
    leading = Q()
    for name in _menu_columns():
        leading |= Q(**{name: menu})
    numbers = PhoneNumber.objects.filter(leading).order_by("number")
    emergency = Diversion.objects.running(timezone.now()).filter(menu=menu).exists()
    return InUse(tuple(numbers), tuple(_entering(menu)), emergency)


def _menu_columns() -> Iterator[str]:
    """The columns by which a number leads to menus."""
    for column in PhoneNumber._meta.concrete_fields:
        if column.related_model is Menu:
            yield column.name


def _entering(menu: Menu) -> Iterator[Menu]:
    """The other menus whose live versions enter this one."""
    live = MenuVersion.objects.filter(pk=F("menu__live_version")).exclude(menu=menu)
    entering = {
        pk
        for pk, steps in live.values_list("menu", "document__steps")
        if menu.slug in set(_entered(steps.values() if isinstance(steps, dict) else ()))
    }
    yield from Menu.objects.filter(pk__in=entering).order_by("name", "pk")


def _entered(nodes: Iterable[Any]) -> Iterator[str]:
    """The slugs that the nodes of a compiled document enter."""
    for node in nodes:
        config = node.get("config")
        if isinstance(config, dict):
            for _setting, value in settings_with_role(node.get("kind", ""), config, Role.MENU):
                yield from named_in(value)
