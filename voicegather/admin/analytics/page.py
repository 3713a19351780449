"""Analytics of one menu, and of all menus side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from voicegather.admin.analytics import tables
from voicegather.admin.analytics.asking import Asked, asked_in, version_of
from voicegather.admin.analytics.charts import charts_of
from voicegather.admin.analytics.drawing import traffic_of
from voicegather.admin.analytics.words import RATES, headlines, verdict
from voicegather.admin.menus.overview import OverviewPage
from voicegather.models import Menu, MenuVersion
from voicegather.selectors.analytics import (
    Figures,
    Preset,
    compare,
    counted_versions,
    figures_of,
    figures_of_menus,
    freshness,
    hours_of_day,
    steps_of,
    totals_of,
)

PERMISSION = "voicegather.view_analytics"
#: Versions to choose from besides those that had calls: the newest.
MOST_OFFERED = 50

#: The orders of the page of all menus: by name, and what each sorts by.
_ORDERS: Mapping[str, Callable[[Figures], float]] = {
    "calls": lambda each: -each.calls,
    "containment": lambda each: 2 if each.containment is None else each.containment,
    "drop_off": lambda each: -(each.drop_off or 0),
    "transfer_rate": lambda each: -(each.transfer_rate or 0),
}


def may_view_analytics(request: HttpRequest) -> bool:
    return request.user.has_perm(PERMISSION)


class AnalyticsPage(OverviewPage):
    """For the admin of menus: their analytics."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = [
            path(
                "analytics/", view(self.all_analytics_view), name="voicegather_menu_analytics_all"
            ),
            path(
                "<path:object_id>/analytics/",
                view(self.analytics_view),
                name="voicegather_menu_analytics",
            ),
        ]
        return [*own, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context["may_view_analytics"] = may_view_analytics(request)
        return super().render_change_form(request, context, *args, **kwargs)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"may_view_analytics": may_view_analytics(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    @method_decorator(require_GET)
    def analytics_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """One menu's numbers; ``csv`` in the address asks for one of the tables as a file."""
        menu = self._menu(request, object_id)
        if not may_view_analytics(request):
            raise PermissionDenied
        asked = asked_in(request.GET)
        version, other = version_of(menu, asked.version), version_of(menu, asked.other)
        if wanted := request.GET.get("csv", ""):
            file = _file(menu, asked, wanted)
            if file is not None:
                return file
        context = {
            **self._common(request, asked),
            "original": menu,
            "title": _("Analytics of “%s”") % menu,
            **_numbers(menu, asked, version),
            **(_comparison(menu, asked, other) if other is not None else {}),
        }
        return TemplateResponse(request, "admin/voicegather/menu_analytics.html", context)

    @method_decorator(require_GET)
    def all_analytics_view(self, request: HttpRequest) -> HttpResponse:
        """All menus that the user may see and that had calls, in the order that is asked for."""
        if not (self.has_view_permission(request) and may_view_analytics(request)):
            raise PermissionDenied
        asked = asked_in(request.GET)
        order = request.GET.get("by", "")
        order = order if order in _ORDERS else "calls"
        menus = {menu.pk: menu for menu in self.get_queryset(request).order_by("name")}
        figures = figures_of_menus(menus, asked.days)
        rows = sorted(
            ((menu, figures[pk]) for pk, menu in menus.items() if pk in figures),
            key=lambda row: (_ORDERS[order](row[1]), row[0].name),
        )
        if request.GET.get("csv"):
            return tables.csv_response(
                _file_name("menus", asked),
                tables.menu_rows((menu.slug, each) for menu, each in rows),
            )
        context = {
            **self._common(request, asked),
            "title": _("Analytics of all menus"),
            "rows": rows,
            "order": order,
            "heads": [(name, label, asked.query(by=name)) for name, (label, _help) in _heads()],
        }
        return TemplateResponse(request, "admin/voicegather/analytics.html", context)

    def _common(self, request: HttpRequest, asked: Asked) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "asked": asked,
            "csv_query": asked.query(),
            "freshness": freshness(),
            "presets": [
                (label, asked.query(days=value), asked.preset == value)
                for value, label in Preset.choices
            ],
        }


def _heads() -> list[tuple[str, tuple[Any, Any]]]:
    calls = ("calls", (_("Calls"), ""))
    return [calls, *((name, RATES[name]) for name in _ORDERS if name in RATES)]


def _numbers(menu: Menu, asked: Asked, version: MenuVersion | None) -> dict[str, Any]:
    offered = counted_versions(menu, asked.days)
    newest = list(menu.versions.values_list("number", flat=True).order_by("-number")[:MOST_OFFERED])
    shown = version or _newest_counted(menu, offered)
    steps = steps_of(menu, asked.days, version=asked.version, shown=shown)
    is_one_day = asked.days.days == 1
    rows = (
        hours_of_day(menu, asked.days.first, asked.version)
        if is_one_day
        else figures_of(menu, asked.days, asked.version)
    )
    totals = totals_of(menu, asked.days, asked.version)
    before = totals_of(menu, asked.days.preceding, asked.version)
    document = shown.document if shown else {}
    drawing = traffic_of(steps, document)
    return {
        "totals": totals,
        "headlines": headlines(totals, before),
        "is_one_day": is_one_day,
        "day_rows": rows,
        "charts": charts_of(rows) if totals.calls else [],
        "steps": steps,
        "shown": shown,
        "names": {step.key: step.name for step in steps},
        "drawing": drawing,
        "has_success": any(step.is_success for step in steps),
        "versions": sorted({*newest, *(each for each in offered if each)}, reverse=True),
        "version_calls": offered,
    }


def _newest_counted(menu: Menu, offered: Mapping[int, int]) -> MenuVersion | None:
    """The newest version that had calls, else the live one."""
    numbers = [number for number in offered if number]
    if numbers:
        found: MenuVersion | None = menu.versions.filter(number=max(numbers)).first()
        return found
    return menu.live_version


def _comparison(menu: Menu, asked: Asked, other: MenuVersion) -> dict[str, Any]:
    one, two = (totals_of(menu, asked.days, number) for number in (asked.version, other.number))
    return {
        "other": other,
        "compared": [(str(RATES[each.name][0]), each, verdict(each)) for each in compare(one, two)],
        "compared_calls": (one.calls, two.calls),
    }


def _file(menu: Menu, asked: Asked, wanted: str) -> HttpResponse | None:
    """One of the tables as CSV; None where there is none of that name."""
    name = _file_name(f"{menu.slug}-{wanted}", asked)
    if wanted == "days":
        return tables.csv_response(
            name, tables.day_rows(figures_of(menu, asked.days, asked.version))
        )
    if wanted == "hours" and asked.days.days == 1:
        hours = hours_of_day(menu, asked.days.first, asked.version)
        return tables.csv_response(name, tables.day_rows(hours))
    if wanted == "comparison" and asked.other is not None:
        one, two = (totals_of(menu, asked.days, each) for each in (asked.version, asked.other))
        return tables.csv_response(name, tables.compared_rows(compare(one, two)))
    of_steps = {"steps": tables.step_rows, "ways": tables.way_rows, "values": tables.value_rows}
    if wanted not in of_steps:
        return None
    shown = version_of(menu, asked.version) or menu.live_version
    steps = steps_of(menu, asked.days, version=asked.version, shown=shown)
    return tables.csv_response(name, of_steps[wanted](steps))


def _file_name(what: str, asked: Asked) -> str:
    version = f"-v{asked.version}" if asked.version is not None else ""
    return f"{what}{version}-{asked.days.first}-{asked.days.last}"
