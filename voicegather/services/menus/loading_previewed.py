"""What loading a menu file would change, found by loading it and taking all of it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import sha256

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from voicegather.engine.graph import Words
from voicegather.models import Menu, Prompt, Step
from voicegather.services.menus.comparing import Comparison, compare_documents
from voicegather.services.menus.comparing_prompts import compare_prompts
from voicegather.services.menus.compiling import compile_menu, words_of
from voicegather.services.menus.differences import Change, Difference, Fate, differing
from voicegather.services.menus.dumping import as_read_by, form_of, form_of_prompt
from voicegather.services.menus.errors import LoadChangedError
from voicegather.services.menus.files.form import MenuForm, PromptForm
from voicegather.services.menus.files.parse import parse_menu
from voicegather.services.menus.files.write import write_menu
from voicegather.services.menus.findings import Finding
from voicegather.services.menus.lint import lint_menu
from voicegather.services.menus.loading import LoadedMenu
from voicegather.services.menus.loading_as import load_form_as


@dataclass(frozen=True)
class LoadPreview:
    """What loading would do. `comparison` has prompts in every language that they have.

    `before` is the file of how it stands now, as far as its loader may see it, "" where there is no
    such menu; `seen` stands for that state. `findings` are the linter's on what would be the draft
    then.
    """

    slug: str
    name: str
    loaded: LoadedMenu
    comparison: Comparison
    findings: tuple[Finding, ...]
    before: str
    seen: str


def preview_load(user: AbstractBaseUser, *, text: str) -> LoadPreview:
    """What :func:`load_previewed` would change for `user`; raises what it would raise.

    Nothing is written for good: the load is rolled back.
    """
    form = parse_menu(text)
    with transaction.atomic():
        before = _standing(form)
        menu = Menu.objects.filter(slug=form.slug).first()
        document = compile_menu(menu) if menu else None
        spoken = _words(form)
        loaded = load_form_as(user, form)
        after = _standing(form)
        comparison = replace(
            compare_documents(document, compile_menu(loaded.menu)),
            prompts=(
                *_renamed_prompts(before.prompts, after.prompts),
                *compare_prompts(spoken, _words(form)),
            ),
        )
        if menu is not None:
            comparison = replace(comparison, menu=(*_of_columns(before, after), *comparison.menu))
        findings = lint_menu(loaded.menu)
        transaction.set_rollback(True)
    return LoadPreview(
        slug=form.slug,
        name=form.name,
        loaded=loaded,
        comparison=comparison,
        findings=findings,
        before=write_menu(as_read_by(user, before)) if menu else "",
        seen=_mark(before),
    )


@dataclass(frozen=True, slots=True)
class LoadedAsSeen:
    """What loading did, and the file of how it was before; "" where the menu was new."""

    loaded: LoadedMenu
    before: str


@transaction.atomic
def load_previewed(user: AbstractBaseUser, *, text: str, seen: str) -> LoadedAsSeen:
    """Load the file where everything that it would change is still as it was `seen`.

    Raises LoadChangedError where it is not, and what loading raises: see ``load_form_as`` and
    ``parse_menu``. Nothing changes then.
    """
    form = parse_menu(text)
    menu = Menu.objects.select_for_update().filter(slug=form.slug).first()
    if menu is not None:
        list(Step.objects.select_for_update().filter(menu=menu).order_by("pk").values_list("pk"))
    keys = [prompt.key for prompt in form.prompts]
    list(Prompt.objects.select_for_update().filter(key__in=keys).order_by("pk").values_list("pk"))
    standing = _standing(form)
    if _mark(standing) != seen:
        raise LoadChangedError
    own = as_read_by(user, standing)
    loaded = load_form_as(user, form)
    return LoadedAsSeen(loaded, write_menu(own) if menu else "")


def _standing(form: MenuForm) -> MenuForm:
    """The menu of `form` as it stands, with every prompt that it or `form` names.

    It says of teams and tests what is so, where a file may leave it open. Without a name, the menu
    does not exist.
    """
    menu = Menu.objects.filter(slug=form.slug).select_related("team").first()
    prompts = {each.key: _stated(each) for each in _prompts(form)}
    if menu is None:
        return MenuForm(slug=form.slug, name="", prompts=_by_key(prompts.values()))
    standing = form_of(menu)
    prompts = {each.key: _stated(each) for each in standing.prompts} | prompts
    return replace(
        standing,
        team=standing.team or "",
        requires_tests=menu.requires_tests,
        prompts=_by_key(prompts.values()),
    )


def _prompts(form: MenuForm) -> list[PromptForm]:
    return [form_of_prompt(each) for each in _prompt_rows(form)]


def _prompt_rows(form: MenuForm) -> Iterable[Prompt]:
    keys = [prompt.key for prompt in form.prompts]
    found = Prompt.objects.filter(key__in=keys).select_related("team")
    return found.prefetch_related("variants")


def _stated(form: PromptForm) -> PromptForm:
    return replace(form, team=form.team or "")


def _by_key(forms: Iterable[PromptForm]) -> tuple[PromptForm, ...]:
    return tuple(sorted(forms, key=lambda form: form.key))


def _words(form: MenuForm) -> dict[str, dict[str, Words]]:
    """What the prompts that `form` names say as they stand, by key and language."""
    return {
        prompt.key: {each.language: words_of(each) for each in prompt.variants.all()}
        for prompt in _prompt_rows(form)
    }


def _mark(standing: MenuForm) -> str:
    """The same for the same state, and for no other."""
    return sha256(repr(standing).encode()).hexdigest()


def _of_columns(before: MenuForm, after: MenuForm) -> Iterator[Change]:
    """What of a menu is in no version of it."""
    must = {True: _("yes"), False: _("no"), None: ""}
    yield from differing(
        (_("Name"), before.name, after.name),
        (_("Description"), before.description, after.description),
        (_("Team"), before.team or "", after.team or ""),
        (_("Tests must pass"), must[before.requires_tests], must[after.requires_tests]),
    )


def _renamed_prompts(
    before: Iterable[PromptForm], after: Iterable[PromptForm]
) -> Iterator[Difference]:
    was = {each.key: each for each in before}
    for each in after:
        old = was.get(each.key)
        if old is None:
            continue
        changes = differing(
            (_("Name"), old.name, each.name), (_("Team"), old.team or "", each.team or "")
        )
        if found := tuple(changes):
            yield Difference(Fate.CHANGED, each.key, each.key, "", found)
