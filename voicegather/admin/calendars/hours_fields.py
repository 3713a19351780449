"""Form fields for opening hours: rows of windows, the same as one line of text, and time zones."""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from voicegather.services.calendars.clocks import (
    ClockError,
    Windows,
    in_order,
    read_window,
    read_windows,
    windows_text,
)
from voicegather.services.calendars.problems import MOST_WINDOWS, is_zone

#: Empty windows under the filled ones: scripts hide them, without scripts they are to be filled.
SPARE_WINDOWS = 2


class WindowsWidget(forms.Widget):
    """Pairs of times, one below the other. Each has the accessible name of its `day`."""

    def __init__(self, day: Any, attrs: dict[str, Any] | None = None) -> None:
        self.day = day
        super().__init__(attrs)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[list[str]]:
        rows = [
            [str(data.get(f"{name}_{index}_{end}", "")) for end in ("start", "end")]
            for index in range(MOST_WINDOWS)
        ]
        return [row for row in rows if any(each.strip() for each in row)]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return f"{name}_0_start" not in data

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_0_start" if id_ else id_

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> SafeString:
        rows = [list(row) for row in value or ()]
        count = min(len(rows) + SPARE_WINDOWS, MOST_WINDOWS)
        rows += [["", ""]] * (count - len(rows))
        inputs = format_html_join(
            "",
            '<span class="window"><input type="text" name="{0}_{1}_start" id="id_{0}_{1}_start" '
            'value="{2}" maxlength="20" autocomplete="off" placeholder="08:00" aria-label="{4}">'
            '<span aria-hidden="true">–</span>'
            '<input type="text" name="{0}_{1}_end" id="id_{0}_{1}_end" value="{3}" maxlength="20" '
            'autocomplete="off" placeholder="17:00" aria-label="{5}"></span>',
            (
                (
                    name,
                    index,
                    *row,
                    _("%(day)s, window %(number)s, from") % self._named(index),
                    _("%(day)s, window %(number)s, to") % self._named(index),
                )
                for index, row in enumerate(rows)
            ),
        )
        return format_html('<div class="windows" data-windows="{}">{}</div>', name, inputs)

    def _named(self, index: int) -> dict[str, Any]:
        return {"day": self.day, "number": index + 1}


class WindowsField(forms.Field):
    """The windows of one day, as pairs of ``HH:MM`` in order."""

    def __init__(self, *, label: Any, **kwargs: Any) -> None:
        super().__init__(label=label, required=False, widget=WindowsWidget(label), **kwargs)

    def clean(self, value: Any) -> Windows:
        try:
            return in_order([read_window(start, end) for start, end in value or ()])
        except ClockError as problem:
            raise ValidationError(str(problem)) from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool([list(each) for each in initial or ()] != data)


class WindowsLineField(forms.CharField):
    """Windows as one line: 08:00–12:00, 13:00–17:00."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"placeholder": "08:00–12:00", "class": "hours-line"})
        super().__init__(required=False, max_length=300, widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return windows_text(value) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(str(self.prepare_value(initial) or "") != str(data or ""))

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            found = read_windows(text)
        except ClockError as problem:
            raise ValidationError(str(problem)) from None
        if len(found) > MOST_WINDOWS:
            raise ValidationError(_("A day has %s windows at most.") % MOST_WINDOWS)
        return found


class ZoneField(forms.CharField):
    """An IANA time zone; “chicago” and “new york” are understood where one zone ends so."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value).strip()
        written = text.replace(" ", "_").lower()
        zones = zones_offered()
        exact = [zone for zone in zones if zone.lower() == written]
        found = exact or [zone for zone in zones if zone.lower().rpartition("/")[2] == written]
        if len(found) == 1:
            return found[0]
        if len(found) > 1:
            text = _("Several zones are called so: choose one of %s.") % ", ".join(found)
            raise ValidationError(text)
        if "\0" in text or not is_zone(text):
            text = _("“%s” is not a time zone: choose one of the list, such as America/Chicago.")
            raise ValidationError(text % value[:60])
        return text


@lru_cache(maxsize=1)
def zones_offered() -> tuple[str, ...]:
    """The zones to choose from: those of places, and UTC. Older names are known, too."""
    beside = ("Etc/", "US/", "SystemV/", "posix/", "right/")
    places = (each for each in available_timezones() if "/" in each)
    return ("UTC", *sorted(each for each in places if not each.startswith(beside)))
