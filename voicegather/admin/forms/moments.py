"""Moments that staff write and read in the site's time zone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.timezone import get_default_timezone, get_default_timezone_name, localtime
from django.utils.translation import gettext as _


class MomentField(forms.Field):
    """A moment by the clocks of the site's time zone, to the minute; aware once it is cleaned."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            written = parse_datetime(str(value).strip())
        except ValueError:
            written = None
        if written is None or written.tzinfo is not None:
            raise ValidationError(_("Write a date and a time: 2026-12-24 18:00."))
        try:
            moment = written.replace(tzinfo=get_default_timezone()).astimezone(UTC)
            read = moment.astimezone(get_default_timezone()).replace(tzinfo=None)
        except OverflowError:
            raise ValidationError(_("Choose a moment in the next years.")) from None
        if read != written:
            gap = _("There is no such time: clocks go forward then, from it to %s. Choose another.")
            raise ValidationError(gap % date_format(read, "TIME_FORMAT"))
        return moment


def told(moment: datetime | None) -> str:
    """The moment by the clocks of the site's time zone, with its name; "" where there is none."""
    if moment is None:
        return ""
    local = localtime(moment, get_default_timezone())
    return f"{date_format(local, 'DATETIME_FORMAT')} ({local.tzname()})"


def zone_name() -> str:
    return str(get_default_timezone_name())
