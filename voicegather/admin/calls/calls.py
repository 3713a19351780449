from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import LogAdmin, PartOfAnother
from voicegather.admin.calls.acting import ControlledPage
from voicegather.admin.calls.calling import PlacingPage
from voicegather.admin.exports.exporting import ExportableAdmin
from voicegather.admin.lists.display import link_to, precise, telephone
from voicegather.admin.lists.searching import of_call
from voicegather.admin.retention.holds import HeldFilter, HoldPage
from voicegather.admin.teams import OwnTeamsFilter
from voicegather.models import Call, CallLeg
from voicegather.selectors.holds import open_holds
from voicegather.selectors.opening import recorded_text
from voicegather.services.exports import ExportFilters
from voicegather.services.wording import translated_reason


@admin.register(Call)
class CallAdmin(HoldPage, PlacingPage, ControlledPage, ExportableAdmin):
    empty_list = _("A call appears here when somebody dials one of your numbers.")
    list_display = (
        "started_at",
        "caller_shown",
        "phase",
        "outcome",
        "duration",
        "menu",
        "version_number",
        "language",
        "called_shown",
        "held",
    )
    list_display_links = ("started_at", "caller_shown")
    list_filter = (
        "started_at",
        ("menu", OwnTeamsFilter),
        "outcome",
        "phase",
        HeldFilter,
        "is_test",
    )
    list_select_related = ("menu", "version")
    search_fields = ("caller", "legs__call_control_id", "token")
    search_help_text = _("Beginning of the caller’s number, or a whole call control id or token")
    fieldsets = (
        (
            _("More of the call"),
            {
                "classes": ("collapse",),
                "fields": (
                    "caller_shown",
                    "called_shown",
                    "number",
                    "hours",
                    "direction",
                    "placed_by",
                    "answered_by",
                    "menu",
                    "version_link",
                    "reason_told",
                    "started",
                    "answered",
                    "ended",
                    "duration",
                    "diversion",
                    "connection",
                    "token",
                    "wake_at",
                ),
            },
        ),
    )
    readonly_fields = (
        "caller_shown",
        "called_shown",
        "hours",
        "reason_told",
        "version_link",
        "started",
        "answered",
        "ended",
        "duration",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        calls = super().get_queryset(request).defer("sealed_state", "version__document")
        return calls.prefetch_related(Prefetch("holds", open_holds(), to_attr="holds_now"))

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterable[Q]:
        return [Q(token=term), *of_call(queryset, "", term)]

    def export_filters(self, queryset: QuerySet[Any]) -> ExportFilters:
        return ExportFilters(calls=queryset)

    @admin.display(description=_("caller"))
    def caller_shown(self, call: Call) -> str:
        return telephone(call.caller) or gettext("unknown")

    @admin.display(description=_("called"))
    def called_shown(self, call: Call) -> str:
        return telephone(call.called)

    @admin.display(description=_("hold"))
    def held(self, call: Any) -> str:
        return gettext("On hold") if call.holds_now else ""

    @admin.display(description=_("opening hours"))
    def hours(self, call: Call) -> str | None:
        """What chose the menu when the call began."""
        return recorded_text(call.opening) or None

    @admin.display(description=_("reason"))
    def reason_told(self, call: Call) -> str | None:
        return translated_reason(call.reason) or None

    @admin.display(description=_("version"))
    def version_number(self, call: Call) -> str | None:
        return f"v{call.version.number}" if call.version else None

    @admin.display(description=_("version"))
    def version_link(self, call: Call) -> str | None:
        return link_to(call.version, f"v{call.version.number}") if call.version else None

    @admin.display(description=_("started"))
    def started(self, call: Call) -> str:
        return precise(call.started_at)

    @admin.display(description=_("answered"))
    def answered(self, call: Call) -> str | None:
        return precise(call.answered_at) or None

    @admin.display(description=_("ended"))
    def ended(self, call: Call) -> str | None:
        return precise(call.ended_at) or None

    @admin.display(description=_("seconds"))
    def duration(self, call: Call) -> int | None:
        return round((call.ended_at - call.started_at).total_seconds()) if call.ended_at else None


@admin.register(CallLeg)
class CallLegAdmin(PartOfAnother, LogAdmin):
    list_display = ("created_at", "call_link", "role", "fate", "call_control_id")
    list_display_links = ("created_at",)
    list_select_related = ("call",)
    ordering = ("-pk",)
    search_fields = ("call_control_id",)
    search_help_text = _("Beginning of the caller’s number, or a whole call control id")
    fields = (
        "call_link",
        "role",
        "fate",
        "call_control_id",
        "call_leg_id",
        "call_session_id",
        "created_at",
    )
    readonly_fields = fields

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterable[Q]:
        return of_call(queryset, "call__", term)

    @admin.display(description=_("call"))
    def call_link(self, leg: CallLeg) -> str:
        return link_to(leg.call)
