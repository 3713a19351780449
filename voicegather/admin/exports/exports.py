from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import PartOfAnother, ReadOnlyAdmin
from voicegather.admin.exports.describing import in_words
from voicegather.admin.exports.forms import ExportForm
from voicegather.admin.exports.handing import file_response, hand_over, page_of, tell_of_ready
from voicegather.admin.jobs import JobPage
from voicegather.models import Export, Lease
from voicegather.models.jobs import JobState
from voicegather.selectors.teams import teams_of
from voicegather.services.exports import ExportError, may_open, open_file

#: Of no use on a page, and large.
_BULKY = ("chosen_calls", "chosen_results", "layout", "bounds")


@admin.register(Export)
class ExportAdmin(JobPage, ReadOnlyAdmin):
    """One's own exports, and those shared with one's teams."""

    change_form_template = "admin/voicegather/export_change_form.html"
    empty_list = _("Export input here, or select results or calls in their lists.")
    list_display = (
        "created_at",
        "what",
        "state",
        "download",
        "rows",
        "expires_at",
        "owner",
    )
    list_display_links = ("created_at", "what")
    list_filter = ("state", "shape", "format", "created_at")
    list_select_related = ("owner",)
    fields = ("chosen", "as_of", "owner", "team", "reveals", "reason", "rows", "finished_at")
    readonly_fields = fields

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        name = "voicegather_export_download"
        return [
            path("<path:object_id>/download/", view(self.download_view), name=name),
            *super().get_urls(),
        ]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What there is to say by now; erased calls and lost keys are told above."""
        return [name for name in self.fields if name == "chosen" or getattr(obj, name, None)]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        exports = super().get_queryset(request).defer(*_BULKY)
        if request.user.is_superuser:
            return exports
        return exports.filter(Q(owner=request.user.pk) | Q(team__in=teams_of(request.user)))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("voicegather.export_gatherresult")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_add_permission(request) or super().has_view_permission(request, obj)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """What to export, and how; a POST hands it over or has it made."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ExportForm(request, request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            answer = hand_over(request, form.chosen())
            if answer is not None:
                return answer
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Export"),
            "opts": self.opts,
            "form": form,
            "media": self.media + form.media,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/voicegather/export_form.html", context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        export: Any = self.get_object(request, object_id)
        context: dict[str, Any] = {}
        if export is not None:
            is_done = export.state == JobState.DONE
            context = {
                **self.job_context(request, export),
                "title": gettext("Export"),
                "may_open": bool(export.file) and may_open(request.user, export),
                "is_expired": is_done and not export.file and export.expires_at,
                "was_handed": is_done and not export.expires_at,
            }
            tell_of_ready(request, shown=export.pk)
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    def download_view(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """The file, for its owner and those whom it is shared with; each download is on record."""
        export: Any = self.get_object(request, object_id)
        if export is None:
            raise Http404(gettext("There is no such export."))
        if not may_open(request.user, export):
            raise PermissionDenied
        try:
            return file_response(export, open_file(export, request.user))
        except ExportError as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(page_of(export))

    @admin.display(description=_("file"))
    def what(self, export: Export) -> str:
        return str(export)

    @admin.display(description=_("download"))
    def download(self, export: Export) -> str:
        if not export.file:
            return ""
        url = reverse("admin:voicegather_export_download", args=[export.pk])
        told = gettext("Download (%s)") % filesizeformat(export.size)
        return format_html('<a href="{}">{}</a>', url, told)

    @admin.display(description=_("chosen"))
    def chosen(self, export: Export) -> str:
        return in_words(export.filters)


@admin.register(Lease)
class LeaseAdmin(PartOfAnother, ReadOnlyAdmin):
    list_display = ("name", "owner", "until")
    fields = ("name", "owner", "until")
    readonly_fields = fields
