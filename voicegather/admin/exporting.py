"""Actions that hand the selected rows, or all that are filtered, to the user as CSV."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy

from voicegather.admin.base import LogAdmin
from voicegather.models import Export
from voicegather.services.exports import ExportFilters, deliver_export


class ExportableAdmin(LogAdmin):
    """Rows that can be exported.

    With “select all” across pages the action gets the filtered queryset itself, so everything that
    the list is filtered to is exported, however many pages it has.
    """

    actions = ("export_long", "export_wide")

    def export_filters(self, queryset: QuerySet[Any]) -> ExportFilters:
        """The filters that choose exactly the rows of `queryset`."""
        raise NotImplementedError

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("voicegather.export_gatherresult")

    @admin.action(
        permissions=["export"],
        description=gettext_lazy("Export selected as CSV (long: one row an attempt)"),
    )
    def export_long(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase:
        return self._export(request, queryset, Export.Shape.LONG)

    @admin.action(
        permissions=["export"],
        description=gettext_lazy("Export selected as CSV (wide: one row a call)"),
    )
    def export_wide(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase:
        return self._export(request, queryset, Export.Shape.WIDE)

    def _export(
        self, request: HttpRequest, queryset: QuerySet[Any], shape: Export.Shape
    ) -> HttpResponseBase:
        described = {
            "list": queryset.model._meta.model_name,
            "filter": request.GET.urlencode(),
            "all_filtered": request.POST.get("select_across") == "1",
            "selected": queryset.order_by().count(),
        }
        chunks = deliver_export(
            owner=request.user,  # type: ignore[arg-type]
            shape=shape,
            format=Export.Format.CSV,
            filters=self.export_filters(queryset),
            described=described,
        )
        response = StreamingHttpResponse(chunks, content_type="text/csv; charset=utf-8")
        name = f"{queryset.model._meta.model_name}_{shape}_{timezone.now():%Y%m%d_%H%M%S}.csv"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
