"""Callers erased: asked for twice, followed, and a receipt kept."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from voicegather.admin.retention.asking import AskingAdmin
from voicegather.models import Erasure
from voicegather.models.jobs import JobState
from voicegather.selectors.holds import who_releases
from voicegather.services.erasing import (
    ErasureError,
    Subject,
    close_without_telnyx,
    counted,
    erase_caller,
    receipt_of,
)
from voicegather.services.erasing.asking import LONGEST_REASON


class ErasureForm(forms.Form):
    """Why, and a word that shows that it is meant."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        help_text=gettext_lazy(
            "The receipt keeps it: “letter of 3 March”, not a name. A number of the caller is "
            "taken out."
        ),
    )
    confirmation = forms.CharField(
        label=gettext_lazy("Confirm"),
        max_length=20,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "off", "size": 8}),
    )


@admin.register(Erasure)
class ErasureAdmin(AskingAdmin):
    needs = "voicegather.erase_caller"
    ask_template = "admin/voicegather/erasure_form.html"
    form_class = ErasureForm
    change_form_template = "admin/voicegather/erasure_change_form.html"
    empty_list = gettext_lazy("Nobody was erased yet. Erase a caller here, or from a call’s page.")
    list_display = ("created_at", "what", "state", "reason", "asked_by", "finished_at")
    list_display_links = ("created_at", "what")
    list_filter = ("state", "scope", "created_at")
    fields = ("scope", "reason", "asked_by", "created_at", "finished_at", "keyed_hash")
    readonly_fields = fields

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path(
                "<path:object_id>/receipt/",
                view(self.receipt_view),
                name="voicegather_erasure_receipt",
            ),
            path(
                "<path:object_id>/close/", view(self.close_view), name="voicegather_erasure_close"
            ),
            *super().get_urls(),
        ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("calls", "sealed_subject")

    def title_of_asking(self) -> str:
        return _("Erase a caller")

    def ask(self, request: HttpRequest, subject: Subject, form: Any) -> Erasure:
        return erase_caller(subject, author=request.user, **form.cleaned_data)  # type: ignore[arg-type]

    def _page(self, request: HttpRequest, *args: Any) -> HttpResponse:
        response: Any = super()._page(request, *args)
        preview = response.context_data["preview"]
        if preview is not None and preview.held:
            response.context_data["who_releases"] = who_releases()
        return response  # type: ignore[no-any-return]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        erasure: Any = self.get_object(request, object_id)
        context: dict[str, Any] = {}
        if erasure is not None:
            at_telnyx = erasure.at_telnyx.count()
            context = {
                **self.job_context(request, erasure),
                "counted": counted(erasure),
                "at_telnyx": at_telnyx,
                "may_close": at_telnyx
                and erasure.state == JobState.WAITING
                and self.has_add_permission(request),
            }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    @method_decorator(require_GET)
    def receipt_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The receipt, as a text to keep."""
        erasure = self._erasure(request, object_id)
        name = f"erasure-{erasure.pk}.txt"
        return HttpResponse(
            receipt_of(erasure),
            content_type="text/plain; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    @method_decorator(require_POST)
    def close_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """End it although Telnyx has not deleted all; the receipt says so."""
        erasure: Any = self._steered(request, object_id)
        try:
            close_without_telnyx(erasure, author=request.user)  # type: ignore[arg-type]
        except ErasureError as problem:
            messages.error(request, str(problem))
        return HttpResponseRedirect(self.after_job(erasure))

    @admin.display(description=gettext_lazy("Keyed hash of the caller"))
    def keyed_hash(self, erasure: Erasure) -> str:
        return erasure.subject_hash

    @admin.display(description=gettext_lazy("covers"))
    def what(self, erasure: Erasure) -> str:
        return str(erasure.get_scope_display())

    def _erasure(self, request: HttpRequest, object_id: str) -> Erasure:
        found: Erasure = self.seen_object(
            request, object_id, missing=_("There is no such erasure.")
        )
        return found
