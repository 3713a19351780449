"""The page on which staff say how long each class of data is kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voicegather.admin.base import BaseAdmin
from voicegather.models import DataClass
from voicegather.selectors.keyset import estimated_count
from voicegather.services import moments
from voicegather.services.display import grouped
from voicegather.services.retention import (
    LEAST,
    MOST,
    RetentionError,
    cutoffs_at,
    days_kept,
    load_sweeps,
    set_rules,
)
from voicegather.services.retention.round import older_than

HELP = {
    DataClass.WEBHOOKS: gettext_lazy(
        "What Telnyx sent, word for word. Calls, results and transcripts are made of it and stay. "
        "For 30 days the id of each stays, without content, so that one that is sent again is "
        "known. Example: 30."
    ),
    DataClass.ANSWERS: gettext_lazy(
        "What callers entered: each attempt and result with its reviews, and copies of it in "
        "webhooks and commands. That a step was visited stays. Example: 365."
    ),
    DataClass.TRANSCRIPTS: gettext_lazy(
        "What was said to assistants and in recordings, as text. Example: 90."
    ),
    DataClass.RECORDINGS: gettext_lazy(
        "The sound, in the site’s storage and at Telnyx. Example: 90."
    ),
    DataClass.COMMANDS: gettext_lazy(
        "What was sent to Telnyx, with its answers and how long they took. Example: 90."
    ),
    DataClass.EXPORTS: gettext_lazy(
        "The record of exports. Their files go by themselves after EXPORT_DAYS. Example: 365."
    ),
    DataClass.DISCLOSURES: gettext_lazy(
        "Who was shown what is sensitive, and why. Keep it longer than the data. Example: 1095."
    ),
    DataClass.CALLS: gettext_lazy(
        "The call itself with all that hangs on it. What was counted of it for analytics stays. "
        "Example: 730."
    ),
}


class RulesForm(forms.Form):
    """A number of days a class."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for each in DataClass:
            self.fields[each.value] = forms.IntegerField(
                label=each.label,
                required=False,
                min_value=LEAST,
                max_value=MOST,
                help_text=HELP[each],
                widget=forms.NumberInput(attrs={"class": "vIntegerField", "inputmode": "numeric"}),
            )

    def days(self) -> dict[DataClass, int | None]:
        return {each: self.cleaned_data[each.value] for each in DataClass}


class RulesPage(BaseAdmin):
    """For the admin of runs: the rules that they go by."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.rules_view)
        return [path("rules/", view, name="voicegather_retentionrun_rules"), *super().get_urls()]

    def rules_view(self, request: HttpRequest) -> HttpResponse:
        """How long each class is kept, and about how much is older; a POST changes it."""
        may_change = request.user.has_perm("voicegather.change_retentionrule")
        may_view = may_change or request.user.has_perm("voicegather.view_retentionrule")
        if not may_view or (request.method == "POST" and not may_change):
            raise PermissionDenied
        kept = {each.value: days for each, days in days_kept().items()}
        form = RulesForm(request.POST if request.method == "POST" else None, initial=kept)
        if form.is_bound and form.is_valid():
            try:
                set_rules(form.days(), author=request.user)  # type: ignore[arg-type]
            except RetentionError as problem:
                form.add_error(None, str(problem))
            else:
                told = _("Kept so from now on. A dry run tells what the next run will remove.")
                messages.success(request, told)
                return HttpResponseRedirect(reverse("admin:voicegather_retentionrun_rules"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("How long data is kept"),
            "form": form,
            "rows": [(form[each.value], older) for each, older in _older().items()],
            "may_change": may_change,
            "may_run": request.user.has_perm("voicegather.add_retentionrun"),
        }
        return TemplateResponse(request, "admin/voicegather/retention_rules.html", context)


def _older() -> dict[DataClass, str]:
    """About how much there is that the next run will look at, in words."""
    load_sweeps()
    cutoffs = cutoffs_at(moments.now())
    told = {}
    for each in DataClass:
        cutoff = cutoffs.get(each)
        rows = older_than(each, cutoff) if cutoff else None
        if cutoff is None or rows is None:
            told[each] = _("Kept for ever.")
            continue
        known = {
            "count": grouped(estimated_count([rows])),
            "names": rows.model._meta.verbose_name_plural,
            "day": f"{cutoff:%Y-%m-%d}",
        }
        told[each] = _("About %(count)s %(names)s are older than %(day)s.") % known
    return told
