"""The list of prompts as a grid: a column a language, each cell a link to the words in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.prompts.audio import length_of
from voicegather.admin.prompts.page import NO_USES, add_url
from voicegather.models import PromptVariant
from voicegather.selectors.languages import languages_used
from voicegather.selectors.prompt_grid import (
    KIND_LABELS,
    Cell,
    State,
    cell_of,
    keys_with_gaps,
    languages_needed,
    used_keys,
)
from voicegather.selectors.prompt_uses import visible_uses
from voicegather.services.display import grouped

#: Where saving a cell's form leads back to.
FROM_GRID = "from=grid"
_MARKS = {
    State.WORDS: "✓",
    State.AUDIO: "♪",
    State.TOO_LONG: "⚠",
    State.MISSING: "+",
    State.ABSENT: "+",
}


class PromptGrid(ChangeList):
    """The page's prompts, each with where it is used."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        prompts = list(self.result_list)
        uses = visible_uses(request.user, prompts) if prompts else {}
        for prompt in prompts:
            prompt.uses = uses.get(prompt.key, NO_USES)
            prompt.needed = languages_needed(prompt.uses.uses)
        self.result_list = prompts


class MissingFilter(admin.SimpleListFilter):
    """Prompts that are not there in a language."""

    title = _("missing in")
    parameter_name = "missing"
    ANY = "needed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        languages = [(each, each) for each in languages_of(request)]
        return [(self.ANY, _("A language of its menus")), *languages]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        language = self.value()
        if not language:
            return queryset
        if language == self.ANY:
            return queryset.filter(key__in=keys_with_gaps())
        there = PromptVariant.objects.filter(prompt=OuterRef("pk"), language=language)
        return queryset.filter(~Exists(there))


class KindFilter(admin.SimpleListFilter):
    """Prompts that have a variant of a kind."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(kind.value, label) for kind, label in KIND_LABELS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        there = PromptVariant.objects.filter(prompt=OuterRef("pk"), kind=self.value())
        return queryset.filter(Exists(there))


class UsedFilter(admin.SimpleListFilter):
    """Prompts that a step of any menu as it stands names, or none does."""

    title = _("use")
    parameter_name = "used"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Used")), ("no", _("Unused"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "yes":
            return queryset.filter(key__in=used_keys())
        if self.value() == "no":
            return queryset.exclude(key__in=used_keys())
        return queryset


def languages_of(request: HttpRequest) -> tuple[str, ...]:
    """The languages of the grid; asked for once a request."""
    kept: dict[str, Any] = request.__dict__
    if "voicegather_languages" not in kept:
        kept["voicegather_languages"] = languages_used(request.user)
    languages: tuple[str, ...] = kept["voicegather_languages"]
    return languages


def language_columns(request: HttpRequest) -> tuple[Callable[[Any], SafeString], ...]:
    """A column for each language, its cells linked as far as the user may follow."""
    may = request.user.has_perm
    may_open = may("voicegather.view_promptvariant") or may("voicegather.change_promptvariant")
    may_add = may("voicegather.add_promptvariant")
    return tuple(
        _column(index, language, may_open=may_open, may_add=may_add)
        for index, language in enumerate(languages_of(request))
    )


def _column(
    index: int, language: str, *, may_open: bool, may_add: bool
) -> Callable[[Any], SafeString]:
    def column(prompt: Any) -> SafeString:
        cell = cell_of(prompt, language, prompt.needed)
        url = ""
        if cell.variant is not None and may_open:
            page = reverse("admin:voicegather_promptvariant_change", args=[cell.variant])
            url = f"{page}?{FROM_GRID}"
        elif cell.variant is None and may_add:
            url = f"{add_url(prompt, language)}&{FROM_GRID}"
        return _shown(cell, language, url)

    # The list's markup names its columns so.
    column.__name__ = f"language_{index}"
    column.short_description = language  # type: ignore[attr-defined]
    return column


def _shown(cell: Cell, language: str, url: str) -> SafeString:
    inside = format_html(
        '<span class="pg-language">{}</span><span class="pg-state">'
        '<span aria-hidden="true">{}</span> {}</span><span class="pg-begins" dir="auto">{}</span>',
        language,
        _MARKS[cell.state],
        _said(cell),
        # The mark says that it sounds.
        cell.beginning.removeprefix("♪ "),
    )
    if url:
        return format_html('<a class="pg pg-{}" href="{}">{}</a>', cell.state.value, url, inside)
    return format_html('<span class="pg pg-{}">{}</span>', cell.state.value, inside)


def _said(cell: Cell) -> str:
    match cell.state:
        case State.MISSING:
            return gettext("missing")
        case State.ABSENT:
            return gettext("not there")
        case State.TOO_LONG:
            text = ngettext("too long: %s character", "too long: %s characters", cell.length)
            return text % grouped(cell.length)
        case _ if cell.duration_ms:
            return f"{cell.kind} · {length_of(cell.duration_ms)}"
        case _:
            return cell.kind
