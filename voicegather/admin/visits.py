from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import LogAdmin
from voicegather.admin.display import link_to
from voicegather.admin.searching import of_call
from voicegather.models import GatherAttempt, StepVisit


@admin.register(StepVisit)
class StepVisitAdmin(LogAdmin):
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
    )
    readonly_fields = fields

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterable[Q]:
        return of_call(queryset, "call__", term)

    @admin.display(description=_("call"))
    def call_link(self, visit: StepVisit) -> str:
        return link_to(visit.call, visit.call.caller)


@admin.register(GatherAttempt)
class GatherAttemptAdmin(LogAdmin):
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
        "began_at",
        "ended_at",
        "milliseconds",
    )
    readonly_fields = fields

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterable[Q]:
        return of_call(queryset, "visit__call__", term)

    @admin.display(description=_("call"))
    def call_link(self, attempt: GatherAttempt) -> str:
        return link_to(attempt.visit.call, attempt.visit.call.caller)

    @admin.display(description=_("step"))
    def step_key(self, attempt: GatherAttempt) -> str:
        return attempt.visit.step_key
