from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.forms.keyed_forms import PromptForm
from voicegather.admin.forms.uploads import BoundedUploads
from voicegather.admin.prompts.grid import (
    KindFilter,
    MissingFilter,
    PromptGrid,
    UsedFilter,
    language_columns,
)
from voicegather.admin.prompts.page import PromptPage
from voicegather.admin.prompts.variants import PromptVariantInline
from voicegather.admin.prompts.words_page import WordsPage
from voicegather.admin.teams import OwnTeamsFilter
from voicegather.models import Prompt


@admin.register(Prompt)
class PromptAdmin(BoundedUploads, WordsPage, PromptPage):
    form = PromptForm
    change_form_template = "admin/voicegather/prompt_change_form.html"
    change_list_template = "admin/voicegather/prompt_change_list.html"
    inlines = (PromptVariantInline,)
    list_display = ("named", "used_in")
    list_filter = (MissingFilter, UsedFilter, KindFilter, ("team", OwnTeamsFilter))
    list_select_related = ("team",)
    search_fields = ("key", "name", "variants__text")
    fields = ("name", "key", "team")
    empty_list = _("Add a prompt, or load a menu from a file.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("variants")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return PromptGrid

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        """A column for each language between what a prompt is and where it is used."""
        return ("named", *language_columns(request), "used_in")

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> tuple[str, ...]:
        return ("named",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Menus name a prompt by its key."""
        return ("key",) if obj else ()

    @admin.display(description=_("prompt"), ordering="key")
    def named(self, prompt: Prompt) -> SafeString:
        beside = [prompt.key] if prompt.name and prompt.name != prompt.key else []
        if prompt.team is not None:
            beside.append(prompt.team.name)
        return format_html(
            '<span class="pg-name" dir="auto">{}</span> <span class="pg-key">{}</span>',
            str(prompt),
            " · ".join(beside),
        )

    @admin.display(description=_("used in"))
    def used_in(self, prompt: Any) -> str | SafeString:
        count = len({each.menu for each in prompt.uses.uses}) + prompt.uses.hidden
        if not count:
            return format_html('<span class="menu-tag menu-warn">{}</span>', gettext("unused"))
        text: str = ngettext("%d menu", "%d menus", count) % count
        return text
