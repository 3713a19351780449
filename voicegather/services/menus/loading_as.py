"""A menu document as somebody may load it: of own teams, and with the permissions it takes."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from voicegather.models import Menu, Prompt
from voicegather.selectors.teams import AnyUser, in_teams_of
from voicegather.services.inputs import InputError, InputProblem
from voicegather.services.menus.errors import MenuFileError, Problem
from voicegather.services.menus.files.form import MenuForm
from voicegather.services.menus.files.parse import parse_menu
from voicegather.services.menus.loading import LoadedMenu, store_menu


def load_menu_as(user: AbstractBaseUser, *, slug: str, text: str) -> LoadedMenu:
    """Create or update the menu `slug` from its document in YAML, with all it says of prompts.

    Raises MenuFileError where the document cannot stand or is another menu's, and what
    :func:`load_form_as` raises. Nothing changes then.
    """
    _require_menu(user, slug)
    form = parse_menu(text)
    if form.slug != slug:
        message = _("must be %(slug)s, as in the address") % {"slug": slug}
        raise MenuFileError((Problem(1, "menu", message),))
    return load_form_as(user, form)


def load_form_as(user: AbstractBaseUser, form: MenuForm) -> LoadedMenu:
    """As :func:`load_menu_as`, of a document that is read already.

    Raises PermissionDenied where `user` may not add or change the menu or a prompt that differs, or
    where one of them belongs, before or after, to a team of which they are none, and InputError
    where somebody else makes the same at this moment. Nothing changes then.
    """
    _require_menu(user, form.slug)
    try:
        return _store(user, form)
    except IntegrityError:
        message = _("Somebody wrote the same at this moment: read it, and try again.")
        raise InputError([InputProblem((), message)]) from None


def _require_menu(user: AbstractBaseUser, slug: str) -> None:
    _require_own(user, Menu, "slug", {slug})
    _require(user, "change_menu" if Menu.objects.filter(slug=slug).exists() else "add_menu")


@transaction.atomic
def _store(user: AbstractBaseUser, form: MenuForm) -> LoadedMenu:
    keys = {prompt.key for prompt in form.prompts}
    known = set(Prompt.objects.filter(key__in=keys).values_list("key", flat=True))
    hidden = _hidden(user, Prompt, "key", keys)
    loaded = store_menu(form, author=user)
    _require_own(user, Menu, "slug", {form.slug})
    written = set(loaded.prompts_written)
    if written & hidden:
        _refuse(written & hidden)
    _require_own(user, Prompt, "key", written)
    for codename, keys in (("add_prompt", written - known), ("change_prompt", written & known)):
        if keys:
            _require(user, codename)
    return loaded


def _hidden(user: AnyUser, model: type[Model], name: str, values: set[str]) -> set[str]:
    """Which of these belong to teams of which `user` is none."""
    rows = model._default_manager.filter(**{f"{name}__in": values})
    there = set(rows.values_list(name, flat=True))
    return there - set(in_teams_of(user, rows).values_list(name, flat=True))


def _require_own(user: AnyUser, model: type[Model], name: str, values: set[str]) -> None:
    hidden = _hidden(user, model, name, values)
    if hidden:
        _refuse(hidden)


def _refuse(names: set[str]) -> None:
    listed = ", ".join(f"“{name}”" for name in sorted(names))
    raise PermissionDenied(_("Only members of its team may write %s.") % listed)


def _require(user: AbstractBaseUser, codename: str) -> None:
    if not user.has_perm(f"voicegather.{codename}"):  # type: ignore[attr-defined]
        raise PermissionDenied(_("This takes the permission “%s”.") % codename)
