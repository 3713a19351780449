"""Moments by the clock on a calendar's wall, and the form of its emergency switch."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from voicegather.engine.wallclock import moments_of
from voicegather.models import Calendar
from voicegather.selectors.opening import exit_text
from voicegather.services import moments
from voicegather.services.calendars import exits_of
from voicegather.services.calendars.switching import FIRST_YEAR, LAST_YEAR, LONGEST_REASON


class LocalMoment(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class LocalMomentField(forms.DateTimeField):
    """A naive moment: what the clock on the calendar's wall shows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=LocalMoment(), **kwargs)

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise ValidationError(_("Choose a moment of our time."))
        return found.replace(tzinfo=None, microsecond=0, second=0)

    def prepare_value(self, value: Any) -> Any:
        return value


class MomentForm(forms.Form):
    at = LocalMomentField(label=_("At"))


class SwitchForm(forms.Form):
    exit = forms.ChoiceField(label=_("The calendar says"))
    until = LocalMomentField(
        label=_("Until"), required=False, help_text=_("Empty: until somebody switches back.")
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_REASON,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def __init__(self, *args: Any, calendar: Calendar, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._zone = calendar.zone
        self.fields["exit"].choices = [  # type: ignore[attr-defined]
            (name, exit_text(name)) for name in reversed(exits_of(calendar))
        ]

    def clean_until(self) -> datetime | None:
        """The moment in UTC; where clocks show the time twice, the later one."""
        local = self.cleaned_data["until"]
        if local is None:
            return None
        found = moments_of(local, self._zone)
        if not found:
            raise ValidationError(_("Clocks are put on then: this time does not exist."))
        return moments.from_ms(found[-1])
