from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from voicegather.admin.base import PartOfAnother, ReadOnlyAdmin
from voicegather.admin.display import as_json
from voicegather.models import Export, Lease


@admin.register(Export)
class ExportAdmin(ReadOnlyAdmin):
    empty_list = _("Select results or calls in their lists and choose an export there.")
    list_display = ("created_at", "owner", "shape", "format", "status", "rows", "finished_at")
    list_filter = ("status", "shape", "created_at")
    list_select_related = ("owner",)
    fields = (
        "owner",
        "shape",
        "format",
        "chosen",
        "status",
        "rows",
        "created_at",
        "finished_at",
    )
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """One's own alone: filters hold what was searched for."""
        exports = super().get_queryset(request)
        return exports if request.user.is_superuser else exports.filter(owner=request.user)

    @admin.display(description=_("filters"))
    def chosen(self, export: Export) -> str:
        return as_json(export.filters)


@admin.register(Lease)
class LeaseAdmin(PartOfAnother, ReadOnlyAdmin):
    list_display = ("name", "owner", "until")
    fields = ("name", "owner", "until")
    readonly_fields = fields
