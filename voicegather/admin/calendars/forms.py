"""The form of a calendar: hours in rows, holidays, exceptions, and further exits."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.calendars.hours_fields import WindowsField, ZoneField
from voicegather.admin.calendars.rows import exceptions_of, holidays_of
from voicegather.admin.forms.keyed_forms import KeyedForm
from voicegather.engine.hours import WEEKDAYS
from voicegather.engine.wallclock import local_at
from voicegather.models import Calendar
from voicegather.services import moments
from voicegather.services.calendars.exits import is_exit_name
from voicegather.services.calendars.observances import countries, observances, subdivisions_of
from voicegather.services.calendars.problems import calendar_problems, is_zone


def _countries() -> list[tuple[str, str]]:
    return [("", gettext("no country: no holidays")), *countries().items()]


class CalendarForm(KeyedForm):
    zone = ZoneField(
        label=_("Time zone"),
        max_length=60,
        initial="UTC",
        help_text=_("Type a part of its name and choose from the list."),
        widget=forms.TextInput(attrs={"list": "calendar-zones", "class": "vTextField"}),
    )
    monday = WindowsField(label=_("Monday"))
    tuesday = WindowsField(label=_("Tuesday"))
    wednesday = WindowsField(label=_("Wednesday"))
    thursday = WindowsField(label=_("Thursday"))
    friday = WindowsField(label=_("Friday"))
    saturday = WindowsField(label=_("Saturday"))
    sunday = WindowsField(label=_("Sunday"))
    country = forms.ChoiceField(
        label=_("Holidays of"),
        choices=_countries,
        required=False,
        help_text=_("Save and continue to choose which holidays are observed."),
    )
    subdivision = forms.CharField(
        label=_("State or region"),
        max_length=40,
        required=False,
        help_text=_("Its code or name, where it has holidays of its own."),
        widget=forms.TextInput(attrs={"list": "calendar-parts", "class": "vTextField"}),
    )
    further_exits = forms.CharField(
        label=_("Further exits"),
        required=False,
        max_length=500,
        help_text=_(
            "Names with commas between them, such as emergency: what the emergency switch may say "
            "besides open and closed. Days with an exit of their own need no entry here."
        ),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    class Meta:
        model = Calendar
        fields = ("name", "key", "team", "zone", "country", "subdivision")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        calendar = self.instance
        weekly = calendar.weekly if isinstance(calendar.weekly, dict) else {}
        for day in WEEKDAYS:
            self.initial.setdefault(day, weekly.get(day, []))
        if isinstance(calendar.exits, list):
            self.initial.setdefault("further_exits", ", ".join(map(str, calendar.exits)))
        posted = self.data if self.is_bound else None
        zone = calendar.zone if is_zone(calendar.zone) else "UTC"
        today = local_at(moments.to_ms(moments.now()), zone).date()
        self.exceptions = exceptions_of(calendar, posted)
        self.holidays = holidays_of(calendar, posted, today=today)
        self.parts = subdivisions_of(calendar.country)
        self._year = today.year
        self._stored = _columns_of(calendar)

    @property
    def changed_data(self) -> list[str]:
        """The fields that were changed, with the tables where their rows were."""
        now = _columns_of(self.instance)
        tables = [name for name in ("exceptions", "holidays") if now[name] != self._stored[name]]
        return [*super().changed_data, *tables]

    def clean_subdivision(self) -> str:
        """By its code, or by its name, in small letters too."""
        text: str = self.cleaned_data["subdivision"].strip()
        parts = subdivisions_of(self.cleaned_data.get("country", ""))
        for code, name in parts.items():
            if text.lower() in (code.lower(), name.lower()):
                return code
        if text and self.cleaned_data.get("country"):
            known = ", ".join(parts) or gettext("none")
            message = gettext("There are no holidays of “%(part)s”. Known: %(known)s")
            raise forms.ValidationError(message, params={"part": text[:40], "known": known})
        return text

    def clean_further_exits(self) -> list[str]:
        names = [each.strip() for each in self.cleaned_data["further_exits"].split(",")]
        names = list(dict.fromkeys(each for each in names if each))
        for name in names:
            if not is_exit_name(name):
                message = gettext(
                    "“%s” cannot be an exit: write small letters, digits and underscores."
                )
                raise forms.ValidationError(message % name[:50])
        return names

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or self.cleaned_data
        self._take_rows(cleaned)
        if not self.errors:
            written = Calendar(**_columns_of(self.instance))
            written.zone, written.country = cleaned["zone"], cleaned["country"]
            written.subdivision = cleaned["subdivision"]
            for problem in calendar_problems(written):
                self.add_error(None, problem)
        return cleaned

    def _take_rows(self, cleaned: dict[str, Any]) -> None:
        """What was posted as rows; a page without them leaves what is stored."""
        calendar = self.instance
        if all(day in cleaned for day in WEEKDAYS):
            calendar.weekly = {day: cleaned[day] for day in WEEKDAYS if cleaned[day]}
        if "further_exits" in cleaned:
            calendar.exits = cleaned["further_exits"]
        for table, title in (
            (self.exceptions, gettext("Exceptions")),
            (self.holidays, gettext("Which holidays are observed")),
        ):
            if table.is_bound and not table.is_valid():
                self.add_error(None, gettext("Look at “%s” below.") % title)
        if self.exceptions.is_bound and self.exceptions.is_valid():
            calendar.exceptions = dict(sorted(row.stored() for row in self.exceptions.kept()))
        if self.holidays.is_bound and self.holidays.is_valid():
            calendar.holidays = self._observed(cleaned)

    def _observed(self, cleaned: dict[str, Any]) -> dict[str, Any]:
        """The rules of holidays; those of another country before go, where it has no such day."""
        moved = {"country", "subdivision"} & set(super().changed_data)
        place = cleaned.get("country", ""), cleaned.get("subdivision", "")
        years = (self._year, self._year + 1)
        known = {each.key for year in years for each in observances(*place, year)}
        rules = {row.cleaned_data["key"]: row.stored() for row in self.holidays.forms}
        return {key: rule for key, rule in rules.items() if rule and (key in known or not moved)}


def _columns_of(calendar: Calendar) -> dict[str, Any]:
    names = ("zone", "weekly", "exceptions", "country", "subdivision", "holidays", "exits")
    return {name: getattr(calendar, name) for name in names}
