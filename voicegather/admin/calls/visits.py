from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from voicegather.admin.disclosures.revealing import RevealingPage
from voicegather.admin.lists.display import link_to
from voicegather.admin.lists.searching import of_call
from voicegather.models import GatherAttempt, StepVisit
from voicegather.selectors.entries import Sight
from voicegather.selectors.results import masked
from voicegather.selectors.revealing import is_sensitive
from voicegather.selectors.timeline.steps import CallSteps

#: Of a visit, so many attempts; a menu's budgets allow far fewer.
MOST_SHOWN = 100


@admin.register(StepVisit)
class StepVisitAdmin(RevealingPage):
    list_display = ("entered_at", "call_link", "number", "step_key", "language", "exit", "left_at")
    list_display_links = ("entered_at",)
    list_select_related = ("call",)
    ordering = ("-pk",)
    search_fields = ("call__caller",)
    search_help_text = _("Beginning of the caller’s number, or a whole call control id")
    fields = (
        "call_link",
        "number",
        "step_key",
        "version",
        "language",
        "entered_at",
        "left_at",
        "exit",
        "entries",
        "gathered",
    )
    readonly_fields = fields

    def hides(self, row: StepVisit) -> bool:
        steps = CallSteps([row], Sight.MASKED)
        attempts = row.attempts.all()[:MOST_SHOWN]
        return any(steps.entry(each.sealed_digits, row).is_masked for each in attempts) or any(
            is_sensitive(each) for each in row.results.all()
        )

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterable[Q]:
        return of_call(queryset, "call__", term)

    @admin.display(description=_("call"))
    def call_link(self, visit: StepVisit) -> str:
        return link_to(visit.call, visit.call.caller)

    @admin.display(description=_("entries"))
    def entries(self, visit: Any) -> str | None:
        """What each attempt took, as far as it may be seen."""
        steps = CallSteps([visit], visit.sight)
        attempts = visit.attempts.order_by("number")[:MOST_SHOWN]
        return _listed(
            (link_to(each, f"#{each.number}"), steps.entry(each.sealed_digits, visit).text)
            for each in attempts
        )

    @admin.display(description=_("gathered"))
    def gathered(self, visit: Any) -> str | None:
        """What the visit yielded, field by field."""
        steps = CallSteps([visit], visit.sight)
        return _listed(
            (link_to(each, each.field), steps.result(each).value or masked(each, ""))
            for each in visit.results.order_by("pk")
        )


@admin.register(GatherAttempt)
class GatherAttemptAdmin(RevealingPage):
    list_display = (
        "began_at",
        "call_link",
        "step_key",
        "number",
        "purpose",
        "outcome",
        "status",
        "milliseconds",
    )
    list_display_links = ("began_at",)
    list_select_related = ("visit__call",)
    ordering = ("-pk",)
    search_fields = ("visit__call__caller",)
    search_help_text = _("Beginning of the caller’s number, or a whole call control id")
    fields = (
        "call_link",
        "visit",
        "number",
        "purpose",
        "seq",
        "prompt",
        "outcome",
        "status",
        "entered",
        "began_at",
        "ended_at",
        "milliseconds",
    )
    readonly_fields = fields

    def hides(self, row: GatherAttempt) -> bool:
        return CallSteps([row.visit], Sight.MASKED).entry(row.sealed_digits, row.visit).is_masked

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterable[Q]:
        return of_call(queryset, "visit__call__", term)

    @admin.display(description=_("call"))
    def call_link(self, attempt: GatherAttempt) -> str:
        return link_to(attempt.visit.call, attempt.visit.call.caller)

    @admin.display(description=_("entered"))
    def entered(self, attempt: Any) -> str | None:
        visit = attempt.visit
        return CallSteps([visit], attempt.sight).entry(attempt.sealed_digits, visit).text or None

    @admin.display(description=_("step"))
    def step_key(self, attempt: GatherAttempt) -> str:
        return attempt.visit.step_key


def _listed(pairs: Iterable[tuple[str, str]]) -> str | None:
    return format_html_join(" ", "<span>{}: {}</span><br>", pairs) or None
