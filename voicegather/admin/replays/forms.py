"""The form that says which past calls a replay takes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.models import Menu, MenuVersion, PhoneNumber, Replay
from voicegather.selectors.teams import AnyUser, in_teams_of
from voicegather.services.replays import MOST_CALLS, Choice

#: Far enough for every call, and within what databases and time zones can add a day to.
FIRST_YEAR, LAST_YEAR = 2000, 2999


class _Day(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class _VersionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: MenuVersion) -> str:
        note = f": {obj.note[:60]}" if obj.note else ""
        return gettext("version %s") % obj.number + note


class ReplayForm(forms.Form):
    """Which calls. Gives a `Choice` where it is valid."""

    version = _VersionField(
        MenuVersion.objects.none(), label=_("Version"), required=False, empty_label=_("any version")
    )
    number = forms.ModelChoiceField(
        PhoneNumber.objects.none(), label=_("Number"), required=False, empty_label=_("any number")
    )
    first_day = forms.DateField(label=_("From"), required=False, widget=_Day)
    last_day = forms.DateField(label=_("To"), required=False, widget=_Day)
    most = forms.IntegerField(
        label=_("At most"),
        min_value=1,
        max_value=MOST_CALLS,
        initial=MOST_CALLS,
        help_text=_("The newest calls that match are taken."),
    )

    def __init__(
        self, *args: Any, menu: Menu, user: AnyUser | AnonymousUser, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._menu = menu
        versions: Any = self.fields["version"]
        versions.queryset = menu.versions.defer("document").order_by("-number")
        numbers: Any = self.fields["number"]
        numbers.queryset = in_teams_of(user, PhoneNumber.objects.all()).order_by("number")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        first, last = cleaned.get("first_day"), cleaned.get("last_day")
        for name, day in (("first_day", first), ("last_day", last)):
            if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
                self.add_error(name, ValidationError(_("There were no calls in that year.")))
        if first is not None and last is not None and last < first:
            self.add_error("last_day", ValidationError(_("This is before the first day.")))
        return cleaned

    def choice(self) -> Choice:
        """What was chosen; of a valid form only."""
        return Choice(menu=self._menu, **self.cleaned_data)


def asked_like(replay: Replay) -> dict[str, Any]:
    """What the form holds to ask for the same calls again."""
    asked = {
        "version": replay.version_id,
        "number": replay.number_id,
        "first_day": replay.first_day.isoformat() if replay.first_day else None,
        "last_day": replay.last_day.isoformat() if replay.last_day else None,
        "most": replay.most,
    }
    return {name: value for name, value in asked.items() if value is not None}
