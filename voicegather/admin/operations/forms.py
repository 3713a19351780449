from __future__ import annotations

from datetime import datetime, timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from voicegather.services import moments
from voicegather.services.alerts.steering import LONGEST_NOTE

HOURS = (
    ("1", _("1 hour")),
    ("4", _("4 hours")),
    ("24", _("1 day")),
    ("168", _("1 week")),
    ("720", _("30 days")),
)


class AcknowledgeForm(forms.Form):
    """Somebody looks after it."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        help_text=_("For the others, such as: I am calling Telnyx, ticket 4711."),
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
    )


class MuteForm(forms.Form):
    """How long nobody is told."""

    hours = forms.ChoiceField(label=_("For"), choices=HOURS, initial="4")
    reach = forms.ChoiceField(
        label=_("What"),
        choices=(("subject", _("only this one")), ("kind", _("every incident of this kind"))),
        initial="subject",
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=500,
        help_text=_("Such as: the office moves until Monday."),
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )

    def until(self) -> datetime:
        return moments.now() + timedelta(hours=int(self.cleaned_data["hours"]))
