from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import BaseAdmin
from voicegather.admin.fields import IndentedJSONField
from voicegather.admin.teams import OwnTeamsFilter, in_own_teams
from voicegather.models import Calendar, Menu, PhoneNumber
from voicegather.services.menus.calendars import calendar_problems


@admin.register(PhoneNumber)
class PhoneNumberAdmin(BaseAdmin):
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


class CalendarForm(forms.ModelForm):  # type: ignore[type-arg]
    weekly = IndentedJSONField(
        required=False,
        help_text=_('{"monday": [["08:00", "12:00"], ["13:00", "17:00"]]}'),
    )
    exceptions = IndentedJSONField(
        required=False,
        help_text=_('{"2026-12-25": {"name": "Christmas", "hours": []}}'),
    )

    class Meta:
        model = Calendar
        fields = ("key", "name", "zone", "weekly", "exceptions", "team")

    def clean_weekly(self) -> Any:
        return self._or_nothing("weekly")

    def clean_exceptions(self) -> Any:
        return self._or_nothing("exceptions")

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        names = ("zone", "weekly", "exceptions")
        if all(name in cleaned for name in names):
            written = Calendar(**{name: cleaned[name] for name in names})
            for problem in calendar_problems(written):
                self.add_error(None, problem)
        return cleaned

    def _or_nothing(self, name: str) -> Any:
        value = self.cleaned_data[name]
        return {} if value is None else value


@admin.register(Calendar)
class CalendarAdmin(BaseAdmin):
    form = CalendarForm
    list_display = ("key", "name", "zone", "team")
    list_filter = ("zone", ("team", OwnTeamsFilter))
    list_select_related = ("team",)
    search_fields = ("key", "name")
    fields = ("key", "name", "zone", "weekly", "exceptions", "team")
