"""Legal holds: made and released on the pages of calls, and listed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voicegather.admin.base import BaseAdmin, ReadOnlyAdmin
from voicegather.admin.lists.display import link_to
from voicegather.models import Call, DataClass, LegalHold
from voicegather.selectors.holds import hold_of, open_holds, who_releases
from voicegather.selectors.teams import in_teams_of
from voicegather.services.holds import LONGEST_REASON, HoldError, hold_call, release_hold

HOLD, RELEASE = "voicegather.hold_call", "voicegather.release_hold"
ERASE, GATHER = "voicegather.erase_caller", "voicegather.export_caller"


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy("Such as the number of a case. Others read it later."),
    )


class HeldFilter(admin.SimpleListFilter):
    """Calls under legal hold."""

    title = gettext_lazy("legal hold")
    parameter_name = "held"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("1", _("Under legal hold"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() != "1":
            return queryset
        return queryset.filter(pk__in=open_holds().order_by().values("call"))


class HoldPage(BaseAdmin):
    """For the admin of calls: a page that puts a call under legal hold, or releases it."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.hold_view)
        own = path("<path:object_id>/hold/", view, name="voicegather_call_hold")
        return [own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        call = self.get_object(request, object_id)
        context = dict(extra_context or {})
        if call is not None and self.has_view_permission(request, call):
            context |= kept_context(request, call)
        response: HttpResponse = super().change_view(request, object_id, form_url, context)
        return response

    def hold_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Why the call is, or shall be, under hold; a POST changes it."""
        missing = _("There is no such call.")
        call: Call = self.seen_object(request, object_id, missing=missing)
        hold = hold_of(call)
        if not request.user.has_perm(RELEASE if hold else HOLD):
            raise PermissionDenied
        form = ReasonForm(request.POST if request.method == "POST" else None)
        if form.is_bound and form.is_valid():
            try:
                told = _change(request, call, form.cleaned_data["reason"])
            except HoldError as problem:
                form.add_error(None, str(problem))
            else:
                messages.success(request, told)
                return HttpResponseRedirect(
                    reverse("admin:voicegather_call_change", args=[call.pk])
                )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": call,
            "title": _("Release from legal hold") if hold else _("Put under legal hold"),
            "form": form,
            "hold": hold,
            "act": "release" if hold else "hold",
        }
        return TemplateResponse(request, "admin/voicegather/call_hold.html", context)


def kept_context(request: HttpRequest, call: Call) -> dict[str, Any]:
    """What a call's page says of holds and of what retention removed, and what one may do."""
    has_perm = request.user.has_perm
    hold = hold_of(call)
    removed = call.removed or {}
    return {
        "hold": hold,
        "who_releases": who_releases() if hold else "",
        "removed": [
            (each.label, removed[each.value]) for each in DataClass if each.value in removed
        ],
        "may_hold": has_perm(RELEASE if hold else HOLD),
        "may_erase": has_perm(ERASE),
        "may_gather": has_perm(GATHER),
    }


def _change(request: HttpRequest, call: Call, reason: str) -> str:
    """Do what the page offered, and nothing else: somebody else may have done it meanwhile."""
    author: Any = request.user
    if request.POST.get("act") == "release":
        if not request.user.has_perm(RELEASE):
            raise PermissionDenied
        release_hold(call, reason=reason, author=author)
        return _("Released: retention and erasures may take the call again.")
    hold_call(call, reason=reason, author=author)
    return _("Under legal hold: neither retention nor an erasure takes the call.")


@admin.register(LegalHold)
class LegalHoldAdmin(ReadOnlyAdmin):
    """Every hold there was."""

    empty_list = gettext_lazy(
        "No call is under legal hold. A call’s own page has “Put under legal hold”."
    )
    list_display = ("held_at", "call_link", "reason", "held_by", "released_at")
    list_filter = (("released_at", admin.EmptyFieldListFilter), "held_at")
    list_select_related = ("call", "held_by")
    fields = (
        "call_link",
        "reason",
        "held_by",
        "held_at",
        "released_by",
        "released_at",
        "release_reason",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = in_teams_of(request.user, Call.objects.order_by()).values("pk")
        return super().get_queryset(request).filter(call__in=seen)

    @admin.display(description=gettext_lazy("call"))
    def call_link(self, hold: LegalHold) -> str:
        return link_to(hold.call)
