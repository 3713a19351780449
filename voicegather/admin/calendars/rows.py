"""Rows of a calendar's form: one an exception, and one a holiday."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BaseFormSet, formset_factory
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.calendars.hours_fields import WindowsLineField
from voicegather.admin.forms.row_forms import RowForm
from voicegather.models import Calendar
from voicegather.services.calendars.exits import is_exit_name
from voicegather.services.calendars.observances import names_in, observances
from voicegather.services.calendars.problems import (
    LONGEST_NAME,
    MOST_EXCEPTIONS,
)

SPARE_ROWS = 2
#: Holidays of one country or part of it, and more.
MOST_HOLIDAYS = 150
CLOSED, HOURS, EXIT = "closed", "hours", "exit"
_WHAT = [
    (CLOSED, _("closed")),
    (HOURS, _("open at other hours")),
    (EXIT, _("an exit of its own")),
]


@dataclass(frozen=True, slots=True)
class HolidayName:
    """A holiday of a calendar's country. `days` are the next ones; none: the library has none."""

    key: str
    name: str
    days: tuple[date, ...] = ()


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class RuleForm(RowForm):
    """What happens on a day: closed, open at other hours, or an exit of its own."""

    what = forms.ChoiceField(label=_("The calendar says"), choices=_WHAT, initial=CLOSED)
    hours = WindowsLineField(label=_("Other hours"))
    exit = forms.CharField(
        label=_("Exit"),
        required=False,
        max_length=50,
        widget=forms.TextInput(attrs={"list": "calendar-exits", "class": "hours-exit"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        what = cleaned.get("what")
        if what == HOURS and "hours" in cleaned and not cleaned["hours"]:
            self.add_error("hours", gettext("Write the hours of this day, such as 10:00–14:00."))
        if what == EXIT and "exit" in cleaned:
            check_exit(self, cleaned["exit"])
        if what != HOURS and cleaned.get("hours"):
            text = gettext("Choose “open at other hours”, or clear this.")
            self.add_error("hours", text)
        if what != EXIT and cleaned.get("exit"):
            self.add_error("exit", gettext("Choose “an exit of its own”, or clear this."))
        return cleaned

    def rule(self) -> dict[str, Any]:
        """What is stored of the rule alone; of valid forms only."""
        match self.cleaned_data["what"]:
            case "hours":
                return {"hours": self.cleaned_data["hours"]}
            case "exit":
                return {"exit": self.cleaned_data["exit"]}
            case _:
                return {}


class ExceptionForm(RuleForm):
    first = forms.DateField(label=_("Day"), widget=DateInput)
    last = forms.DateField(label=_("Last day"), required=False, widget=DateInput)
    name = forms.CharField(label=_("Name"), max_length=LONGEST_NAME, required=False)
    field_order = ("first", "last", "name", "what", "hours", "exit")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and last and last < first:
            self.add_error("last", gettext("This is before the first day."))
        return cleaned

    def stored(self) -> tuple[str, dict[str, Any]]:
        """The first day and what is stored under it; of valid forms only."""
        written = self.cleaned_data
        first, last, rule = written["first"], written["last"], self.rule()
        document = {"hours": []} | rule if "exit" not in rule else rule
        if written["name"]:
            document = {"name": written["name"], **document}
        if last and last != first:
            document = {"to": last.isoformat(), **document}
        return first.isoformat(), document


class HolidayForm(RuleForm):
    key = forms.CharField(widget=forms.HiddenInput, max_length=200)
    observed = forms.BooleanField(label=_("Observed"), required=False)
    #: What the row is about; set by `holidays_of`.
    holiday: HolidayName
    field_order = ("key", "observed", "what", "hours", "exit")

    def stored(self) -> dict[str, Any]:
        if not self.cleaned_data["observed"]:
            return {"observed": False}
        return self.rule()


class ExceptionFormSet(BaseFormSet):  # type: ignore[type-arg]
    def clean(self) -> None:
        """Two exceptions from one day on would be one."""
        seen: set[date] = set()
        for form in self.kept():
            first = form.cleaned_data.get("first")
            if first in seen:
                form.add_error("first", gettext("An exception begins on this day already."))
            seen.add(first)

    def kept(self) -> list[Any]:
        """The rows that are filled and stay."""
        return [
            form
            for form in self.forms
            if getattr(form, "cleaned_data", None) and form not in self.deleted_forms
        ]


_Exceptions = formset_factory(
    ExceptionForm,
    formset=ExceptionFormSet,
    extra=SPARE_ROWS,
    can_delete=True,
    max_num=MOST_EXCEPTIONS,
    absolute_max=MOST_EXCEPTIONS,
)
_Holidays = formset_factory(HolidayForm, extra=0, max_num=MOST_HOLIDAYS, absolute_max=MOST_HOLIDAYS)


def exceptions_of(calendar: Calendar, data: Any) -> Any:
    """The table of exceptions, as posted, else as stored; the days to come are last."""
    stored = calendar.exceptions if isinstance(calendar.exceptions, Mapping) else {}
    initial = [
        {"first": first, "last": found.get("to"), "name": found.get("name", ""), **_rule(found)}
        for first, found in sorted(stored.items())
        if isinstance(found, Mapping)
    ]
    prefix = "exceptions"
    bound = data if data is not None and f"{prefix}-TOTAL_FORMS" in data else None
    return _Exceptions(bound, initial=initial, prefix=prefix)


def holidays_of(calendar: Calendar, data: Any, *, today: date) -> Any:
    """The table of holidays, as posted, else as stored. Its forms have a `holiday`."""
    stored = calendar.holidays if isinstance(calendar.holidays, Mapping) else {}
    names = {each.key: each for each in holiday_names(calendar, today)}
    keys = [*names, *(key for key in stored if key not in names)]
    initial = [{"key": key, **_rule(stored.get(key, {}))} for key in keys]
    prefix = "holidays"
    bound = data if data is not None and f"{prefix}-TOTAL_FORMS" in data else None
    formset = _Holidays(bound, initial=initial, prefix=prefix)
    for form in formset.forms:
        key = str(form["key"].value() or "")
        form.holiday = names.get(key, HolidayName(key, key))
    return formset


def holiday_names(calendar: Calendar, today: date) -> Iterator[HolidayName]:
    """The holidays of the coming year, the next first, in the language of the page."""
    coming: dict[str, list[date]] = {}
    place = calendar.country, calendar.subdivision
    for year in (today.year, today.year + 1):
        for each in observances(*place, year):
            if each.day >= today:
                coming.setdefault(each.key, []).append(each.day)
    names = names_in(*place, today.year, get_language() or "en")
    for key, days in coming.items():
        within = tuple(day for day in days if (day - today).days < 366)
        yield HolidayName(key, names.get(key, key), within or tuple(days[:1]))


def check_exit(form: forms.BaseForm, name: str) -> None:
    """Blame the field `exit` of `form` where no exit can have this name."""
    if not is_exit_name(name):
        text = gettext("Write small letters, digits and underscores, such as holiday.")
        form.add_error("exit", ValidationError(text))


def _rule(found: Mapping[str, Any]) -> dict[str, Any]:
    """A stored rule as its row's initial data."""
    otherwise = HOURS if found.get("hours") else CLOSED
    what = EXIT if found.get("exit") else otherwise
    hours = found.get("hours", [])
    return {
        "observed": found.get("observed", True),
        "what": what,
        "hours": hours if isinstance(hours, list) and what == HOURS else "",
        "exit": found.get("exit", ""),
    }
