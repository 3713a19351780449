"""What a reviewer says about one result, or about many."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from voicegather.engine.graph import Sensitivity
from voicegather.models import ResultReview
from voicegather.selectors.looking import Look
from voicegather.services.inputs import InputError
from voicegather.services.reviews import LONGEST_NOTE, LONGEST_VALUE, Ruling

Decision = ResultReview.Decision


class ReviewForm(forms.Form):
    """A decision; `act` is the button. What is wrong with it, services.reviews says."""

    seen = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    value = forms.CharField(
        label=_("Correct value"),
        required=False,
        strip=False,
        widget=forms.TextInput(
            attrs={
                "class": "vTextField review-value",
                "autocomplete": "off",
                "spellcheck": "false",
                "dir": "auto",
                "maxlength": LONGEST_VALUE,
            }
        ),
    )
    note = forms.CharField(
        label=_("Note"),
        required=False,
        strip=False,
        widget=forms.TextInput(
            attrs={
                "class": "vTextField review-note",
                "autocomplete": "off",
                "dir": "auto",
                "maxlength": LONGEST_NOTE,
            }
        ),
        help_text=_("Why, for whoever looks at it later: “The caller says it at 0:42.”"),
    )
    act = forms.ChoiceField(choices=Decision.choices, widget=forms.HiddenInput)

    def ruling(self) -> Ruling:
        """What was decided; of a valid form only."""
        given = self.cleaned_data
        return Ruling(Decision(given["act"]), given["value"], given["note"])

    def refuse(self, problem: InputError) -> None:
        """Show every reason at its field."""
        for each in problem.problems:
            name = str(each.path[0]) if each.path else None
            self.add_error(name if name in self.fields else None, each.message)

    def see(self, look: Look) -> None:
        """Have the form that was posted name what its viewer sees now."""
        self.data: Any = self.data.copy()
        self.data["seen"] = look.seen or ""


def form_for(look: Look, posted: Mapping[str, str]) -> ReviewForm:
    """A form about what `look` shows, with what was typed before the page was revealed.

    The value to correct stands there already where nothing was typed; one that is sensitive is
    marked, for it is masked with the rest of the page.
    """
    value = look.corrected if look.corrected is not None else look.value
    shown = "" if look.is_masked else value or ""
    typed = posted.get("value", "")
    given = {"seen": look.seen, "value": typed or shown, "note": posted.get("note", "")}
    form = ReviewForm(initial=given)
    if shown and not typed and look.result.sensitivity != Sensitivity.NORMAL:
        form.fields["value"].widget.attrs["data-revealed"] = ""
    return form


class ManyForm(forms.Form):
    """A note for many results at once."""

    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField", "dir": "auto"}),
        help_text=_("It is kept with each of them: “Compared with the clinic’s list.”"),
    )
