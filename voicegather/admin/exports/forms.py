"""What is asked of whoever exports: which input, in which file, for whom."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from voicegather.admin.teams import in_own_teams
from voicegather.engine.facts import AttemptOutcome
from voicegather.models import Export, ExportProfile, Menu
from voicegather.models.choices import choices_of
from voicegather.models.export_profiles import Reviews
from voicegather.selectors.entries import Sight, sight_of
from voicegather.selectors.teams import teams_of
from voicegather.services.disclosures import LONGEST_REASON, ReasonError, cleaned_reason
from voicegather.services.exports import (
    ExportError,
    ExportFilters,
    Wish,
    first_moment,
    moment_after,
)


class FileForm(forms.Form):
    """How the file is to be; what it is of was chosen in a list."""

    shape = forms.ChoiceField(
        label=_("Shape"), choices=Export.Shape.choices, initial=Export.Shape.WIDE
    )
    format = forms.ChoiceField(label=_("Format"), choices=Export.Format.choices)
    profile = forms.ModelChoiceField(
        ExportProfile.objects.none(),
        label=_("Columns"),
        required=False,
        empty_label=_("All, under their own names"),
        help_text=_(
            "A saved profile chooses columns, their order and headings. Make one under Export "
            "profiles."
        ),
    )
    reviews = forms.ChoiceField(label=_("Results"), choices=Reviews.choices, initial=Reviews.ANY)
    team = forms.ModelChoiceField(
        Group.objects.none(),
        label=_("Share with"),
        required=False,
        empty_label=_("Nobody: only you can download it"),
        help_text=_(
            "Members of the team who may export can download it, too. It then holds only what all "
            "of them may see."
        ),
    )
    sensitive = forms.BooleanField(
        label=_("With sensitive values, unmasked"),
        required=False,
        help_text=_("PINs and the like as they were entered. This goes on record under your name."),
    )

    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=LONGEST_REASON,
        help_text=_("With sensitive values only: it goes on record with each download."),
        widget=forms.TextInput(attrs={"class": "vTextField", "autocomplete": "off"}),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._user: Any = request.user
        self._choose("profile", in_own_teams(request, ExportProfile.objects.all()))
        self._choose("team", teams_of(self._user))
        if sight_of(self._user) is not Sight.REVEALED:
            del self.fields["sensitive"], self.fields["reason"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        profile = cleaned.get("profile")
        if profile is not None and profile.shape != cleaned.get("shape"):
            told = _("These columns are those of “%s”: choose that shape, or other columns.")
            self.add_error("profile", told % profile.get_shape_display())
        if cleaned.get("sensitive"):
            try:
                cleaned["reason"] = cleaned_reason(cleaned.get("reason", ""))
            except ReasonError as problem:
                self.add_error("reason", str(problem))
        return cleaned

    def wish(self, filters: ExportFilters, described: dict[str, Any]) -> Wish:
        """What was asked for, of what `filters` choose."""
        cleaned = self.cleaned_data
        return Wish(
            owner=self._user,
            shape=cleaned["shape"],
            format=cleaned["format"],
            filters=filters,
            described=described,
            sight=Sight.REVEALED if cleaned.get("sensitive") else Sight.MASKED,
            profile=cleaned["profile"],
            team=cleaned["team"],
            reason=cleaned.get("reason", ""),
        )

    def _choose(self, name: str, queryset: Any) -> None:
        field: Any = self.fields[name]
        field.queryset = queryset


class ExportForm(FileForm):
    """Also what the file is to be of."""

    menu = forms.ModelChoiceField(
        Menu.objects.none(),
        label=_("Menu"),
        required=False,
        empty_label=_("All that you see"),
        help_text=_("The menu that answered the call."),
    )
    since = forms.DateField(
        label=_("From"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Calls that started on this day or later, in the site’s time zone."),
    )
    until = forms.DateField(
        label=_("To"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("This day is included."),
    )
    step = forms.CharField(
        label=_("Step"), required=False, max_length=50, help_text=_("Its key; empty for all.")
    )
    outcome = forms.ChoiceField(
        label=_("Outcome"), required=False, choices=[("", _("All")), *choices_of(AttemptOutcome)]
    )
    test_calls = forms.BooleanField(
        label=_("Also calls by which staff tried menus out"), required=False
    )
    field_order = (
        *("menu", "since", "until", "step", "outcome", "reviews", "test_calls"),
        *("shape", "format", "profile", "team", "sensitive", "reason"),
    )

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, *args, **kwargs)
        self._choose("menu", in_own_teams(request, Menu.objects.all()))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for name, moment_of in (("since", first_moment), ("until", moment_after)):
            day = cleaned.get(name)
            if isinstance(day, date):
                try:
                    cleaned[f"{name}_moment"] = moment_of(day.isoformat())
                except ExportError as problem:
                    self.add_error(name, str(problem))
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and since > until:
            self.add_error("until", _("This is before “From”: the range runs backwards."))
        return cleaned

    def chosen(self) -> Wish:
        """What was asked for."""
        cleaned = self.cleaned_data
        filters = ExportFilters(
            menu=cleaned["menu"].slug if cleaned["menu"] else "",
            since=cleaned.get("since_moment"),
            until=cleaned.get("until_moment"),
            step=cleaned["step"],
            outcome=cleaned["outcome"],
            reviews=Reviews(cleaned["reviews"]),
            test_calls=cleaned["test_calls"],
            viewer=self._user,
            team=cleaned["team"],
        )
        described = {
            "menu": filters.menu,
            "since": str(cleaned["since"] or ""),
            "until": str(cleaned["until"] or ""),
            "step": filters.step,
            "outcome": filters.outcome,
            "reviews": filters.reviews.value,
            "test_calls": filters.test_calls,
        }
        return self.wish(filters, {name: value for name, value in described.items() if value})
