from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import LogAdmin, PartOfAnother
from voicegather.admin.exports.exporting import ExportableAdmin
from voicegather.admin.lists.display import link_to, telephone
from voicegather.admin.lists.searching import begins_with, of_call
from voicegather.admin.results.bulk import BulkReview
from voicegather.admin.results.filters import (
    DatesFilter,
    NumberFilter,
    StepKeyFilter,
    VersionFilter,
)
from voicegather.admin.results.queue import QueuePage
from voicegather.admin.teams import OwnTeamsFilter
from voicegather.engine.graph import Sensitivity
from voicegather.models import GatherResult, ResultReview
from voicegather.selectors.results import beside, masked
from voicegather.selectors.teams import of_menus_of
from voicegather.services.display import shortened
from voicegather.services.exports import ExportFilters

#: Characters of a review that a cell's title tells.
MOST_TOLD = 200


@admin.register(GatherResult)
class GatherResultAdmin(BulkReview, QueuePage, ExportableAdmin):
    change_form_template = "admin/voicegather/result_change_form.html"
    change_list_template = "admin/voicegather/result_change_list.html"
    empty_list = _("What callers enter appears here as soon as a step has taken it.")
    keyset_moment = "gathered_at"
    actions = (*ExportableAdmin.actions, *BulkReview.actions)
    #: What was entered comes first: a narrow window shows no more without scrolling.
    list_display = (
        "gathered_at",
        "caller",
        "step",
        "value_shown",
        "review_shown",
        "outcome",
        "raw_shown",
        "attempts",
        "menu",
        "called",
        "language",
        "seconds",
    )
    list_display_links = ("gathered_at",)
    list_filter = (
        DatesFilter,
        ("menu", OwnTeamsFilter),
        VersionFilter,
        StepKeyFilter,
        "outcome",
        "review_state",
        NumberFilter,
    )
    list_select_related = ("call", "menu", "visit")
    search_fields = ("value", "call__caller")
    search_help_text = _(
        "Beginning of a value or of the caller’s number, or a whole call control id; in quotes, "
        'such as "1234", exactly this. Sensitive values are not searched.'
    )
    fieldsets = (
        (
            _("More of the result"),
            {
                "classes": ("collapse",),
                "fields": (
                    "caller",
                    "called",
                    "step_key",
                    "field",
                    "sensitivity",
                    "choice",
                    "language",
                    "seconds",
                    "gathered_at",
                ),
            },
        ),
    )
    readonly_fields = ("caller", "called", "language", "seconds")

    class Media:
        css = {"all": ("voicegather/results.css", "voicegather/review.css")}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        found = admin.ModelAdmin.get_queryset(self, request).defer("call__sealed_state")
        return of_menus_of(request.user, found)

    def prepared(self, request: HttpRequest, rows: Sequence[Any]) -> Sequence[Any]:
        """The rows of a page with what stands beside them."""
        found = beside(rows)
        for row in rows:
            row.beside = found[row.pk]
        return rows

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterable[Q]:
        normal = Q(sensitivity=Sensitivity.NORMAL)
        exact = _unquoted(term)
        if exact is not None:
            callers = (Q(**{f"call__{name}": exact}) for name in ("caller", "caller_e164"))
            return [normal & Q(value=exact), *callers]
        return [normal & begins_with(queryset, "value", term), *of_call(queryset, "call__", term)]

    def export_filters(self, queryset: QuerySet[Any]) -> ExportFilters:
        return ExportFilters(results=queryset)

    @admin.display(description=_("caller"))
    def caller(self, result: GatherResult) -> str:
        return link_to(result.call, telephone(result.call.caller) or "?")

    @admin.display(description=_("number"))
    def called(self, result: GatherResult) -> str:
        return telephone(result.call.called)

    @admin.display(description=_("step"))
    def step(self, result: GatherResult) -> str:
        return f"{result.step_key}.{result.field}"

    @admin.display(description=_("attempts"))
    def attempts(self, result: Any) -> int:
        return int(result.beside.attempts)

    @admin.display(description=_("as entered"))
    def raw_shown(self, result: GatherResult) -> str:
        return masked(result, result.raw)

    @admin.display(description=_("value"))
    def value_shown(self, result: Any) -> str:
        """The value, and beneath it what a reviewer put in its place."""
        value, review = masked(result, result.value), result.beside.review
        if review is None or review.decision != ResultReview.Decision.CORRECTED:
            return value
        return format_html("<del>{}</del> <ins>{}</ins>", value, masked(result, review.value))

    @admin.display(description=_("review"))
    def review_shown(self, result: Any) -> str:
        """How it stands, and in its title who decided so and when."""
        review = result.beside.review
        told = ""
        if review is not None:
            at = date_format(localtime(review.created_at), "DATETIME_FORMAT")
            told = ", ".join(filter(None, (str(review.reviewer or ""), at, review.note)))
        return format_html(
            '<span class="review-state review-{}" title="{}">{}</span>',
            result.review_state,
            shortened(told, MOST_TOLD),
            result.get_review_state_display(),
        )

    @admin.display(description=_("language"))
    def language(self, result: GatherResult) -> str:
        return result.visit.language

    @admin.display(description=_("seconds"))
    def seconds(self, result: GatherResult) -> int:
        """From entering the step to the result."""
        return max(0, round((result.gathered_at - result.visit.entered_at).total_seconds()))


def _unquoted(term: str) -> str | None:
    """What stands in the quotes, None where there are none."""
    return term[1:-1] if len(term) > 2 and term[0] == term[-1] == '"' else None


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
