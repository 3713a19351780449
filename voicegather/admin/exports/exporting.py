"""Actions that export the selected rows, or all that are filtered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from voicegather.admin.base import LogAdmin
from voicegather.admin.exports.forms import FileForm
from voicegather.admin.exports.handing import hand_over
from voicegather.models import Export
from voicegather.models.export_profiles import Reviews
from voicegather.services.exports import ExportFilters, Wish


class ExportableAdmin(LogAdmin):
    """Rows that can be exported.

    With “select all” across pages the action gets the filtered queryset itself, so everything that
    the list is filtered to is exported, however many pages it has.
    """

    actions = ("export_long", "export_wide", "export_as")

    def export_filters(self, queryset: QuerySet[Any]) -> ExportFilters:
        """The filters that choose exactly the rows of `queryset`."""
        raise NotImplementedError

    def has_export_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("voicegather.export_gatherresult")

    @admin.action(
        permissions=["export"],
        description=gettext_lazy("Export selected as CSV (long: one row an attempt)"),
    )
    def export_long(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase | None:
        return self._export_csv(request, queryset, Export.Shape.LONG)

    @admin.action(
        permissions=["export"],
        description=gettext_lazy("Export selected as CSV (wide: one row a call)"),
    )
    def export_wide(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase | None:
        return self._export_csv(request, queryset, Export.Shape.WIDE)

    @admin.action(
        permissions=["export"],
        description=gettext_lazy("Export selected… (format, columns, reviewed, shared)"),
    )
    def export_as(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponseBase | None:
        asked = "export" in request.POST
        form = FileForm(request, request.POST if asked else None)
        if asked and form.is_valid():
            wish = form.wish(self._filters(request, queryset), self._described(request, queryset))
            reviews = Reviews(form.cleaned_data["reviews"])
            filters = replace(wish.filters, reviews=reviews, team=wish.team)
            answer = hand_over(request, replace(wish, filters=filters))
            if answer is not None:
                return answer
        return self._form_page(request, queryset, form)

    def _form_page(
        self, request: HttpRequest, queryset: QuerySet[Any], form: FileForm
    ) -> HttpResponseBase:
        hidden = [
            ("action", "export_as"),
            ("select_across", request.POST.get("select_across", "0")),
            *((ACTION_CHECKBOX_NAME, pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)),
        ]
        context = {
            **self.admin_site.each_context(request),
            "title": _("Export"),
            "opts": self.opts,
            "form": form,
            "hidden": hidden,
            "chosen": queryset.order_by().count(),
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/voicegather/export_form.html", context)

    def _export_csv(
        self, request: HttpRequest, queryset: QuerySet[Any], shape: str
    ) -> HttpResponseBase | None:
        wish = Wish(
            owner=request.user,  # type: ignore[arg-type]
            shape=shape,
            format=Export.Format.CSV,
            filters=self._filters(request, queryset),
            described=self._described(request, queryset),
        )
        return hand_over(request, wish)

    def _filters(self, request: HttpRequest, queryset: QuerySet[Any]) -> ExportFilters:
        return replace(self.export_filters(queryset), viewer=request.user)

    def _described(self, request: HttpRequest, queryset: QuerySet[Any]) -> dict[str, Any]:
        return {
            "list": queryset.model._meta.model_name,
            "filter": request.GET.urlencode(),
            "all_filtered": request.POST.get("select_across") == "1",
            "selected": queryset.order_by().count(),
        }
