from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.lists.display import as_json
from voicegather.admin.publishing.version_page import VersionPage
from voicegather.admin.teams import OwnTeamsFilter
from voicegather.models import MenuVersion
from voicegather.selectors.publications import calls_taken


class VersionList(ChangeList):
    """The list with the calls of all versions of the page, counted at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        versions = list(self.result_list)
        taken = calls_taken(versions)
        for version in versions:
            version.taken = taken.get(version.pk, 0)
        self.result_list = versions


@admin.register(MenuVersion)
class MenuVersionAdmin(VersionPage):
    empty_list = _("A version appears here when a menu is published.")
    list_display = (
        "menu",
        "number",
        "is_live",
        "author",
        "note",
        "created_at",
        "calls_taken",
        "acts",
    )
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
        "calls_taken",
        "format",
        "sha256",
        "content",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("document")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return VersionList

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        """Who may publish finds both acts in the list, others the comparison."""
        if self.has_publish_permission(request):
            return (*self.list_display[:-1], "acts_of_publishers")
        return self.list_display

    @admin.display(boolean=True, description=_("live"))
    def is_live(self, version: MenuVersion) -> bool:
        return version.menu.live_version_id == version.pk

    @admin.display(description=_("calls taken"))
    def calls_taken(self, version: Any) -> int:
        if not hasattr(version, "taken"):
            version.taken = calls_taken([version]).get(version.pk, 0)
        taken: int = version.taken
        return taken

    @admin.display(description="")
    def acts(self, version: MenuVersion) -> str:
        text = gettext("Compare") if self.is_live(version) else gettext("Compare with live")
        return _link("compare", version, text)

    @admin.display(description="")
    def acts_of_publishers(self, version: MenuVersion) -> str:
        if self.is_live(version):
            return self.acts(version)
        again = _link("publish", version, gettext("Publish again"))
        return format_html("{} · {}", self.acts(version), again)

    @admin.display(description=_("content"))
    def content(self, version: MenuVersion) -> str:
        return as_json(version.document)


def _link(act: str, version: MenuVersion, text: str) -> str:
    url = reverse(f"admin:voicegather_menuversion_{act}", args=[version.pk])
    return format_html('<a href="{}">{}</a>', url, text)
