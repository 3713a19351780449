from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import PartOfAnother, ReadOnlyAdmin
from voicegather.admin.calendars.forms import CalendarForm
from voicegather.admin.calendars.hours import SWITCH, HoursPage
from voicegather.admin.lists.display import link_to
from voicegather.admin.teams import OwnTeamsFilter
from voicegather.engine.hours import WEEKDAYS
from voicegather.models import Calendar, CalendarSwitch
from voicegather.selectors.opening import exit_text, opening_at
from voicegather.services import moments
from voicegather.services.calendars.clocks import windows_text
from voicegather.services.calendars.reading import with_switches

_ITSELF = (None, {"fields": ("name", "key", "team")})
_WEEK = (_("Weekly hours"), {"fields": ("zone", *WEEKDAYS), "classes": ("calendar-week",)})
_EXITS = (_("Further exits"), {"fields": ("further_exits",), "classes": ("collapse",)})
_HOLIDAYS = (_("National holidays"), {"fields": (("country", "subdivision"),)})
_SHOWN = ("week_shown", "holidays_shown", "exceptions_shown")


class CalendarList(ChangeList):
    """The list, whose rows know whether their user may switch."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        calendars: list[Any] = list(self.result_list)
        for calendar in calendars:
            calendar.may_switch = request.user.has_perm(SWITCH)
        self.result_list = calendars


@admin.register(Calendar)
class CalendarAdmin(HoursPage):
    form = CalendarForm
    change_form_template = "admin/voicegather/calendar_change_form.html"
    empty_list = _("Add the hours in which somebody answers; menus and numbers ask them.")
    list_display = ("__str__", "key", "now", "switch", "zone", "team")
    list_filter = ("zone", ("team", OwnTeamsFilter))
    list_select_related = ("team",)
    search_fields = ("key", "name")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return with_switches(super().get_queryset(request))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CalendarList

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        if self._is_editable(request, obj):
            return [_ITSELF, _WEEK, _EXITS, _HOLIDAYS]
        return [_ITSELF, (_("Hours"), {"fields": ("zone", *_SHOWN)})]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Steps name a calendar by its key, published ones too: it stays."""
        shown = () if self._is_editable(request, obj) else _SHOWN
        return ("key", *shown) if obj else shown

    def _is_editable(self, request: HttpRequest, obj: Any) -> bool:
        if obj is None:
            return self.has_add_permission(request)
        return bool(self.has_change_permission(request, obj))

    @admin.display(description=_("now"))
    def now(self, calendar: Calendar) -> str:
        opening = opening_at(calendar, moments.to_ms(moments.now()))
        if opening is None:
            return gettext("cannot be read")
        return f"{opening.says} ({opening.turn})"

    @admin.display(description=_("emergency switch"))
    def switch(self, calendar: Any) -> str:
        """What is forced, with a button that the list's own form sends elsewhere."""
        active = self.switch_in_force(calendar)
        if active is None:
            return ""
        says = format_html("<strong>{}</strong> {}", exit_text(active.exit), active.reason)
        if not getattr(calendar, "may_switch", False):
            return says
        return format_html(
            '{} <button type="submit" formmethod="post" formaction="{}" name="switch" value="{}" '
            "formnovalidate>{}</button>",
            says,
            reverse("admin:voicegather_calendar_back", args=[calendar.pk]),
            str(active.pk),
            gettext("Switch back"),
        )

    @admin.display(description=_("weekly hours"))
    def week_shown(self, calendar: Calendar) -> str:
        days = dict(zip(WEEKDAYS, _weekday_names(), strict=True))
        rows = (
            (days[day], windows_text(calendar.weekly.get(day, [])) or gettext("closed"))
            for day in WEEKDAYS
        )
        return format_html_join("", "<div>{}: {}</div>", rows)

    @admin.display(description=_("holidays"))
    def holidays_shown(self, calendar: Calendar) -> str:
        return " ".join((calendar.country, calendar.subdivision)).strip() or gettext("none")

    @admin.display(description=_("exceptions"))
    def exceptions_shown(self, calendar: Calendar) -> str:
        rows = ((day, found.get("name", "")) for day, found in calendar.exceptions.items())
        return format_html_join("", "<div>{} {}</div>", rows) or gettext("none")


def _weekday_names() -> list[str]:
    return [str(CalendarForm.base_fields[day].label) for day in WEEKDAYS]


@admin.register(CalendarSwitch)
class CalendarSwitchAdmin(PartOfAnother, ReadOnlyAdmin):
    empty_list = _("Whenever somebody uses a calendar’s emergency switch, a line appears here.")
    list_display = ("since", "calendar_link", "exit", "reason", "switched_by", "until", "ended_at")
    list_filter = (("calendar", OwnTeamsFilter),)
    list_select_related = ("calendar", "switched_by")
    search_fields = ("reason", "calendar__key", "calendar__name")
    fields = (
        "calendar_link",
        "exit",
        "reason",
        "since",
        "until",
        "switched_by",
        "ended_at",
        "ended_by",
    )
    readonly_fields = ("calendar_link",)

    @admin.display(description=_("calendar"))
    def calendar_link(self, switch: CalendarSwitch) -> str:
        return link_to(switch.calendar)
