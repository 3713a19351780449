from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import LogAdmin, PartOfAnother
from voicegather.admin.display import link_to
from voicegather.admin.exporting import ExportableAdmin
from voicegather.admin.searching import begins_with, of_call
from voicegather.admin.teams import OwnTeamsFilter
from voicegather.models import GatherResult, ResultReview, Step
from voicegather.selectors.teams import visible_to
from voicegather.services.exports import ExportFilters


class StepKeyFilter(admin.SimpleListFilter):
    """The keys of steps as they are now: distinct keys of the results would take a full scan."""

    title = _("step")
    parameter_name = "step_key"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        steps = visible_to(request.user, Step.objects.all(), team="menu__team")
        keys = steps.order_by("key").values_list("key", flat=True).distinct()
        # A removed step is filtered for, too, when the address names it.
        asked = request.GET.getlist(self.parameter_name)[-1:]
        return [(key, key) for key in dict.fromkeys((*keys, *asked))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(step_key=self.value()) if self.value() else queryset


@admin.register(GatherResult)
class GatherResultAdmin(ExportableAdmin):
    empty_list = _("What callers enter appears here as soon as a step has taken it.")
    list_display = (
        "gathered_at",
        "caller",
        "step_key",
        "field",
        "value",
        "outcome",
        "choice",
        "menu",
        "sensitivity",
    )
    list_display_links = ("gathered_at",)
    list_filter = ("gathered_at", ("menu", OwnTeamsFilter), StepKeyFilter, "outcome")
    list_select_related = ("call", "menu")
    search_fields = ("value", "call__caller")
    search_help_text = _(
        "Beginning of the value or of the caller’s number, or a whole call control id"
    )
    fields = (
        "caller",
        "menu",
        "visit",
        "step_key",
        "field",
        "sensitivity",
        "outcome",
        "raw",
        "value",
        "choice",
        "gathered_at",
    )
    readonly_fields = fields

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterable[Q]:
        return [begins_with(queryset, "value", term), *of_call(queryset, "call__", term)]

    def export_filters(self, queryset: QuerySet[Any]) -> ExportFilters:
        return ExportFilters(results=queryset)

    @admin.display(description=_("call"))
    def caller(self, result: GatherResult) -> str:
        return link_to(result.call, result.call.caller)


@admin.register(ResultReview)
class ResultReviewAdmin(PartOfAnother, LogAdmin):
    empty_list = _("Reviews appear here when staff accept, correct or reject results.")
    list_display = ("created_at", "result", "decision", "value", "reviewer", "note")
    list_display_links = ("created_at",)
    list_filter = ("decision",)
    list_select_related = ("result", "reviewer")
    ordering = ("-pk",)
    search_fields = ("result__value",)
    search_help_text = _("Beginning of the value")
    fields = ("result", "decision", "value", "note", "reviewer", "created_at")
    readonly_fields = fields

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterator[Q]:
        yield begins_with(queryset, "result__value", term)
