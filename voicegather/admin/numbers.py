from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import BaseAdmin
from voicegather.admin.teams import OwnTeamsFilter, in_own_teams
from voicegather.models import Menu, PhoneNumber


@admin.register(PhoneNumber)
class PhoneNumberAdmin(BaseAdmin):
    change_list_template = "admin/voicegather/number_change_list.html"
    empty_list = _("Add the numbers that callers dial, each with the menu that answers it.")
    list_display = ("number", "name", "menu", "connection", "is_active", "team")
    list_filter = ("is_active", ("menu", OwnTeamsFilter), "connection", ("team", OwnTeamsFilter))
    list_select_related = ("team",)
    search_fields = ("number", "name", "menu_name")
    autocomplete_fields = ("menu",)
    fields = ("number", "name", "menu", "is_active", "connection", "team")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Numbers of everyone may lead to menus of other teams: these read as no menu."""
        menus = in_own_teams(request, Menu.objects.all())
        name = menus.filter(pk=OuterRef("menu")).values("name")
        numbers: QuerySet[Any] = super().get_queryset(request).annotate(menu_name=Subquery(name))
        return numbers.prefetch_related(Prefetch("menu", menus))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A menu that its editor may not see stays with the number."""
        return ("menu",) if obj and obj.menu_id and obj.menu is None else ()
