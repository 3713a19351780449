from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import BaseAdmin
from voicegather.admin.lists.display import telephone
from voicegather.admin.teams import OwnTeamsFilter, in_own_teams
from voicegather.models import Calendar, Diversion, Menu, PhoneNumber
from voicegather.selectors.opening import opening_at
from voicegather.services import moments
from voicegather.services.calendars import with_switches
from voicegather.services.telephones import LONGEST, NumberError, read_number, sought_number

#: What may belong to other teams than the number, and is left as it is then.
_LED_TO = ("menu", "closed_menu", "calendar")


class NumberForm(forms.ModelForm):  # type: ignore[type-arg]
    number = forms.CharField(
        label=_("Number"),
        max_length=LONGEST,
        help_text=_("As you write or paste it; it is kept with its country code."),
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )

    class Meta:
        model = PhoneNumber
        fields = (
            "number",
            "name",
            "menu",
            "calendar",
            "closed_menu",
            "is_active",
            "connection",
            "team",
        )

    def clean_number(self) -> str:
        written: str = self.cleaned_data["number"]
        if written == self.initial.get("number"):
            return written
        try:
            return read_number(written)
        except NumberError as problem:
            raise ValidationError(str(problem)) from None


@admin.register(PhoneNumber)
class PhoneNumberAdmin(BaseAdmin):
    change_list_template = "admin/voicegather/number_change_list.html"
    form = NumberForm
    empty_list = _("Add the numbers that callers dial, each with the menu that answers it.")
    list_display = ("shown", "name", "now", "calendar", "connection", "is_active", "team")
    list_filter = (
        "is_active",
        ("menu", OwnTeamsFilter),
        ("calendar", OwnTeamsFilter),
        "connection",
        ("team", OwnTeamsFilter),
    )
    list_select_related = ("team",)
    search_fields = ("number", "name", "menu_name")
    search_help_text = _("A number in any form, its name, or its menu’s")
    autocomplete_fields = ("menu", "closed_menu", "calendar")
    fields = (
        "number",
        "now",
        "name",
        "menu",
        "calendar",
        "closed_menu",
        "is_active",
        "connection",
        "team",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Numbers of everyone may lead to menus of other teams: these read as no menu."""
        menus = in_own_teams(request, Menu.objects.all())
        name = menus.filter(pk=OuterRef("menu")).values("name")
        numbers: QuerySet[Any] = super().get_queryset(request)
        numbers = numbers.annotate(menu_name=Subquery(name), diverted_to=Subquery(_diversion()))
        live = menus.select_related("live_version").defer("live_version__document")
        calendars = with_switches(in_own_teams(request, Calendar.objects.all()))
        return numbers.prefetch_related(
            Prefetch("menu", live), Prefetch("closed_menu", live), Prefetch("calendar", calendars)
        )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        return [name for name in self.fields if obj or name != "now"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A menu or calendar that its editor may not see stays with the number."""
        if obj is None:
            return ()
        return ("now", *(name for name in _LED_TO if _is_hidden(obj, name)))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A number is found by any form of it, and by any part of its digits."""
        found, repeats = super().get_search_results(request, queryset, search_term)
        sought = sought_number(search_term)
        if sought:
            digits = "".join(each for each in search_term if each.isdigit())
            by_number = Q(number__startswith=sought) | Q(number__contains=digits)
            found = found | queryset.filter(by_number)
        return found, repeats

    @admin.display(description=_("number"), ordering="number")
    def shown(self, number: PhoneNumber) -> str:
        return telephone(number.number)

    @admin.display(description=_("who answers now"))
    def now(self, number: PhoneNumber) -> str:
        """The menu that a call of this moment would get, and why."""
        if not number.is_active:
            return gettext("nobody: the number is not active")
        if diverted_to := getattr(number, "diverted_to", None):
            return gettext("%(menu)s: an emergency sends every call there") % {"menu": diverted_to}
        if _is_hidden(number, "calendar"):
            return gettext("as a calendar of another team says")
        if number.calendar is None:
            return _answer(number, "menu")
        opening = opening_at(number.calendar, moments.to_ms(moments.now()))
        is_open = opening is not None and opening.is_open
        menu = "menu" if is_open or not number.closed_menu_id else "closed_menu"
        facts = {
            "says": opening.says if opening else gettext("closed"),
            "menu": _answer(number, menu),
            "next": opening.turn if opening else gettext("the calendar cannot be read"),
        }
        return gettext("%(says)s: %(menu)s (%(next)s)") % facts


def _diversion() -> QuerySet[Any]:
    """The name of the menu that an emergency sends a number's calls to: its team's before all's."""
    here = Q(team=None) | Q(team=OuterRef("team"))
    running = Diversion.objects.running(moments.now()).filter(
        here, menu__live_version__isnull=False
    )
    return running.order_by(F("team").asc(nulls_last=True)).values("menu__name")[:1]


def _is_hidden(number: Any, name: str) -> bool:
    """Whether it leads to something that its editor may not see."""
    return getattr(number, f"{name}_id") is not None and getattr(number, name) is None


def _answer(number: PhoneNumber, name: str) -> str:
    if _is_hidden(number, name):
        return gettext("a menu of another team")
    menu: Menu | None = getattr(number, name)
    if menu is None:
        return gettext("no menu: callers hear that the number is not in service, or busy")
    if menu.live_version is None:
        return gettext("%(menu)s, which is not published: callers get no menu") % {"menu": menu}
    return gettext("%(menu)s v%(number)s") % {"menu": menu, "number": menu.live_version.number}
