"""Runs of retention: asked for, followed, and what each removed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.urls import path, reverse
from django.utils.dateparse import parse_datetime
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from voicegather.admin.base import PartOfAnother, ReadOnlyAdmin
from voicegather.admin.jobs import JobPage
from voicegather.admin.retention.rules import RulesPage
from voicegather.models import DataClass, RetentionRule, RetentionRun
from voicegather.services.retention import Mode, RetentionError, Tally, ask_retention


@admin.register(RetentionRun)
class RetentionRunAdmin(RulesPage, JobPage, ReadOnlyAdmin):
    change_form_template = "admin/voicegather/retention_run_change_form.html"
    change_list_template = "admin/voicegather/retention_run_change_list.html"
    empty_list = _("Say first how long data is kept; then the clock has a run made each day.")
    list_display = ("created_at", "what", "state", "removed", "finished_at", "owner")
    list_display_links = ("created_at", "what")
    list_filter = ("is_dry", "state")
    list_select_related = ("owner",)
    fields = ("created_at", "started_at", "finished_at", "owner")
    readonly_fields = fields

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = path("ask/", view(self.ask_view), name="voicegather_retentionrun_ask")
        return [own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"may_run": request.user.has_perm("voicegather.add_retentionrun")}
        return super().changelist_view(request, context | (extra_context or {}))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> Any:
        run: Any = self.get_object(request, object_id)
        context: dict[str, Any] = {}
        if run is not None:
            context = {**self.job_context(request, run), "lines": lines_of(run)}
        return super().change_view(request, object_id, form_url, context | (extra_context or {}))

    @method_decorator(require_POST)
    def ask_view(self, request: HttpRequest) -> HttpResponse:
        """Have a run made now: a dry one counts, the other removes."""
        if not request.user.has_perm("voicegather.add_retentionrun"):
            raise PermissionDenied
        mode = Mode.REMOVE if request.POST.get("mode") == Mode.REMOVE.value else Mode.DRY
        try:
            run = ask_retention(mode, author=request.user)  # type: ignore[arg-type]
        except RetentionError as problem:
            messages.error(request, str(problem))
            return HttpResponseRedirect(reverse("admin:voicegather_retentionrun_changelist"))
        return HttpResponseRedirect(reverse("admin:voicegather_retentionrun_change", args=[run.pk]))

    @admin.display(description=_("run"))
    def what(self, run: RetentionRun) -> str:
        return gettext("Dry run") if run.is_dry else gettext("Retention")

    @admin.display(description=_("rows and files"))
    def removed(self, run: RetentionRun) -> int:
        tallies = [Tally.of(each) for each in run.counts.values()]
        return sum(each.rows + each.files for each in tallies)


@admin.register(RetentionRule)
class RetentionRuleAdmin(PartOfAnother, ReadOnlyAdmin):
    list_display = ("data_class", "days", "changed_by", "changed_at")
    list_select_related = ("changed_by",)
    fields = list_display
    readonly_fields = fields


def lines_of(run: RetentionRun) -> list[dict[str, Any]]:
    """A line a class of data: before when, and what was counted."""
    lines = []
    for each in DataClass:
        if each not in run.cutoffs:
            continue
        tally = Tally.of(run.counts.get(each))
        lines.append(
            {
                "label": each.label,
                "cutoff": _moment(run.cutoffs[each]),
                "tally": tally,
                "size": filesizeformat(tally.bytes),
                "oldest": _moment(tally.oldest),
                "newest": _moment(tally.newest),
            }
        )
    return lines


def _moment(text: str) -> datetime | None:
    return parse_datetime(text) if text else None
