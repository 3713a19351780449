from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import LogAdmin, PartOfAnother
from voicegather.admin.display import link_to, precise, telephone
from voicegather.admin.exporting import ExportableAdmin
from voicegather.admin.pages.acting import ControlledPage
from voicegather.admin.pages.calling import PlacingPage
from voicegather.admin.searching import of_call
from voicegather.admin.teams import OwnTeamsFilter
from voicegather.models import Call, CallLeg
from voicegather.selectors.opening import recorded_text
from voicegather.services.exports import ExportFilters
from voicegather.services.wording import translated_reason


@admin.register(Call)
class CallAdmin(PlacingPage, ControlledPage, ExportableAdmin):
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
    )
    list_display_links = ("started_at", "caller_shown")
    list_filter = ("started_at", ("menu", OwnTeamsFilter), "outcome", "phase", "is_test")
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
        return super().get_queryset(request).defer("sealed_state", "version__document")

    def matches(self, queryset: QuerySet[Any], term: str) -> Iterable[Q]:
        return [Q(token=term), *of_call(queryset, "", term)]

    def export_filters(self, queryset: QuerySet[Any]) -> ExportFilters:
        return ExportFilters(calls=queryset)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_superuser)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Calls are deleted one by one: a page that lists all that hangs on many has no end."""
        actions: dict[str, Any] = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> tuple[Any, Any, Any, Any]:
        """What hangs on a call goes with it, although its own pages are read-only."""
        objects, counts, _needed, protected = super().get_deleted_objects(objs, request)
        return objects, counts, set(), protected

    @admin.display(description=_("caller"))
    def caller_shown(self, call: Call) -> str:
        return telephone(call.caller) or gettext("unknown")

    @admin.display(description=_("called"))
    def called_shown(self, call: Call) -> str:
        return telephone(call.called)

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
