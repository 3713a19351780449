from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.pages.prompts import PromptPage
from voicegather.admin.teams import OwnTeamsFilter
from voicegather.admin.uploads import BoundedUploads
from voicegather.admin.variants import PromptVariantInline
from voicegather.models import Prompt


@admin.register(Prompt)
class PromptAdmin(BoundedUploads, PromptPage):
    change_form_template = "admin/voicegather/prompt_change_form.html"
    inlines = (PromptVariantInline,)
    list_display = ("key", "name", "languages", "team", "updated_at")
    list_filter = (("team", OwnTeamsFilter), "variants__language", "variants__kind")
    list_select_related = ("team",)
    search_fields = ("key", "name", "variants__text")
    fields = ("key", "name", "team")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).prefetch_related("variants")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Menus name a prompt by its key."""
        return ("key",) if obj else ()

    @admin.display(description=_("languages"))
    def languages(self, prompt: Prompt) -> str:
        languages = [variant.language for variant in prompt.variants.all()]
        return ", ".join(languages) or gettext("none")
