from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import BaseAdmin
from voicegather.models import ExportSchedule
from voicegather.selectors.teams import teams_of
from voicegather.services.exports import plan

FIELDS = (
    *("name", "is_active", "every", "weekday", "at"),
    *("menu", "reviews", "shape", "format", "profile", "team"),
)


class ScheduleForm(forms.ModelForm):  # type: ignore[type-arg]
    """Columns must be those of the shape."""

    class Meta:
        model = ExportSchedule
        fields = FIELDS
        widgets = {"at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        profile = self.cleaned_data.get("profile")
        if profile is not None and profile.shape != self.cleaned_data.get("shape"):
            told = _("These columns are those of “%s”: choose that shape, or other columns.")
            self.add_error("profile", told % profile.get_shape_display())
        return cleaned


@admin.register(ExportSchedule)
class ExportScheduleAdmin(BaseAdmin):
    """One's own schedules, and those shared with one's teams."""

    form = ScheduleForm
    empty_list = _("A schedule exports every day or week what came in since.")
    list_display = (
        "name",
        "every",
        "at",
        "menu",
        "shape",
        "format",
        "owner",
        "next_at",
        "is_active",
    )
    list_filter = ("is_active", "every")
    list_select_related = ("menu", "owner")
    search_fields = ("name",)
    fields = (*FIELDS, "owner", "next_at")
    readonly_fields = ("owner", "next_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        schedules = super().get_queryset(request)
        if request.user.is_superuser:
            return schedules
        return schedules.filter(Q(owner=request.user.pk) | Q(team__in=teams_of(request.user)))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and _may_export(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Its owner's eyes choose what it exports: nobody else changes that."""
        is_own = obj is None or obj.owner_id == request.user.pk or request.user.is_superuser
        return is_own and super().has_change_permission(request, obj) and _may_export(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.owner = request.user
        super().save_model(request, obj, form, change)
        plan(obj)


def _may_export(request: HttpRequest) -> bool:
    return request.user.has_perm("voicegather.export_gatherresult")
