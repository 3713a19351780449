from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import ReadOnlyAdmin
from voicegather.admin.display import as_json
from voicegather.admin.teams import OwnTeamsFilter
from voicegather.models import MenuVersion


@admin.register(MenuVersion)
class MenuVersionAdmin(ReadOnlyAdmin):
    empty_list = _("A version appears here when a menu is published.")
    list_display = ("menu", "number", "is_live", "author", "note", "created_at")
    list_display_links = ("number",)
    list_filter = (("menu", OwnTeamsFilter),)
    list_select_related = ("menu", "author")
    search_fields = ("menu__name", "menu__slug__exact", "sha256__startswith", "note")
    search_help_text = _("Menu, SHA-256 or note")
    fields = (
        "menu",
        "number",
        "is_live",
        "author",
        "note",
        "created_at",
        "format",
        "sha256",
        "content",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("document")

    @admin.display(boolean=True, description=_("live"))
    def is_live(self, version: MenuVersion) -> bool:
        return version.menu.live_version_id == version.pk

    @admin.display(description=_("content"))
    def content(self, version: MenuVersion) -> str:
        return as_json(version.document)
