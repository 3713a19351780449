"""Everything held about a caller: asked for, followed, downloaded by who may."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from voicegather.admin.attachments import attachment
from voicegather.admin.retention.asking import AskingAdmin
from voicegather.models import AccessRequest
from voicegather.models.jobs import JobState
from voicegather.selectors.entries import Sight, sight_of
from voicegather.services.access import AccessError, gather_subject, may_open, open_file
from voicegather.services.erasing import Subject
from voicegather.services.erasing.asking import LONGEST_REASON


class AccessForm(forms.Form):
    """Why, and whether sensitive values are in it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Such as “request of 3 March”. It goes on record with your name."),
    )
    sensitive = forms.BooleanField(
        label=gettext_lazy("With sensitive values, unmasked"),
        required=False,
        help_text=gettext_lazy(
            "PINs and the like as they were entered, and recordings of steps that are sensitive."
        ),
    )


@admin.register(AccessRequest)
class AccessRequestAdmin(AskingAdmin):
    needs = "voicegather.export_caller"
    ask_template = "admin/voicegather/access_form.html"
    form_class = AccessForm
    change_form_template = "admin/voicegather/access_change_form.html"
    empty_list = gettext_lazy(
        "Nobody asked yet what is held of them. Gather it here, or from a call’s page."
    )
    list_display = ("created_at", "reason", "state", "download", "owner", "expires_at")
    list_filter = ("state", "created_at")
    list_select_related = ("owner",)
    fields = ("reason", "reveals", "owner", "created_at", "finished_at", "expires_at")
    readonly_fields = fields

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.download_view)
        name = "voicegather_accessrequest_download"
        return [path("<path:object_id>/download/", view, name=name), *super().get_urls()]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).defer("sealed_subject")

    def title_of_asking(self) -> str:
        return _("Everything held about a caller")

    def ask(self, request: HttpRequest, subject: Subject, form: Any) -> AccessRequest:
        sight = Sight.REVEALED if form.cleaned_data["sensitive"] else Sight.MASKED
        return gather_subject(
            subject,
            sight=sight,
            reason=form.cleaned_data["reason"],
            author=request.user,  # type: ignore[arg-type]
        )

    def _page(self, request: HttpRequest, *args: Any) -> Any:
        form = args[-1]
        if form is not None and sight_of(request.user) is not Sight.REVEALED:
            del form.fields["sensitive"]
        return super()._page(request, *args)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        asked: Any = self.get_object(request, object_id)
        context: dict[str, Any] = {}
        if asked is not None:
            context = {
                **self.job_context(request, asked),
                "may_open": asked.state == JobState.DONE
                and bool(asked.file)
                and may_open(request.user, asked),
                "is_gone": asked.state == JobState.DONE and not asked.file,
            }
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    @method_decorator(require_GET)
    def download_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """The file; each download is on record."""
        missing = _("There is no such request.")
        asked: AccessRequest = self.seen_object(request, object_id, missing=missing)
        if not may_open(request.user, asked):
            raise PermissionDenied
        try:
            file = open_file(asked, request.user)
        except AccessError as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(self.after_job(asked))
        return attachment(file, name=f"access-{asked.pk}.zip", content_type="application/zip")

    @admin.display(description=gettext_lazy("file"))
    def download(self, asked: AccessRequest) -> str:
        return filesizeformat(asked.size) if asked.file and asked.size else ""
