"""The filters of the list of menus: those in use, and those whose drafts callers do not hear."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from voicegather.selectors.unpublished import with_unpublished_changes


class ArchivedFilter(admin.SimpleListFilter):
    """Menus in use, unless others are asked for."""

    title = _("archive")
    parameter_name = "archived"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Archived")), ("all", _("All"))]

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        counts = self.get_facet_queryset(changelist) if changelist.add_facets else {}
        asked = self.value() if self.value() in ("yes", "all") else None
        yield {
            "selected": asked is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": _("In use"),
        }
        for number, (value, title) in enumerate(self.lookup_choices):
            count = counts.get(f"{number}__c")
            yield {
                "selected": asked == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title if count is None else f"{title} ({count})",
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "all":
                return queryset
            case "yes":
                return queryset.exclude(archived_at=None)
            case _:
                return queryset.filter(archived_at=None)


class DraftFilter(admin.SimpleListFilter):
    """Menus by what callers hear of their drafts."""

    title = _("draft")
    parameter_name = "draft"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("changed", _("Unpublished changes")),
            ("same", _("As published")),
            ("never", _("Never published")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        match self.value():
            case "never":
                return queryset.filter(live_version=None)
            case "changed":
                return queryset.filter(pk__in=_changed(queryset))
            case "same":
                live = queryset.exclude(live_version=None)
                return live.exclude(pk__in=_changed(queryset))
            case _:
                return queryset


def _changed(queryset: QuerySet[Any]) -> set[int]:
    live = queryset.exclude(live_version=None).order_by("pk")
    plain = live.prefetch_related(None).select_related("live_version")
    return with_unpublished_changes(plain.defer("live_version__document"))
