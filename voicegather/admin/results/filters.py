"""What the list of results is filtered by; each has an index of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.dateparse import parse_date
from django.utils.timezone import get_default_timezone, localdate
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from voicegather.models import MenuVersion, PhoneNumber, Step
from voicegather.selectors.teams import in_teams_of, visible_to

#: Of versions and numbers the list offers so many; any other can be named in the address.
MOST_OFFERED = 100
MENU_PARAMETER = "menu__id__exact"


class DatesFilter(admin.ListFilter):
    """Days from and to, by the clocks of the site's zone; the last day is included."""

    title = _("date")
    template = "admin/voicegather/filters/dates.html"
    names = ("since", "until")

    def __init__(
        self, request: HttpRequest, params: Any, model: type[Model], model_admin: Any
    ) -> None:
        super().__init__(request, params, model, model_admin)
        self.moment = model_admin.keyset_moment
        self.typed = {name: _last(params.pop(name, None)) for name in self.names}
        self.dates: dict[str, date] = {}
        self.error = ""
        for name, text in self.typed.items():
            read = _date_in(text)
            if read is not None:
                self.dates[name] = read
            elif text:
                self.error = gettext("Write dates as 2026-12-24.")
        since, until = map(self.dates.get, self.names)
        if since and until and since > until:
            self.error = gettext("The last day is before the first one: exchange them.")

    def has_output(self) -> bool:
        return True

    def expected_parameters(self) -> list[str | None]:
        return list(self.names)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.error:
            return queryset.none()
        since, until = map(self.dates.get, self.names)
        if since:
            queryset = queryset.filter(**{f"{self.moment}__gte": _begin_of(since)})
        if until:
            beyond = _begin_of(until + timedelta(days=1))
            queryset = queryset.filter(**{f"{self.moment}__lt": beyond})
        return queryset

    def choices(self, changelist: ChangeList) -> Iterator[dict[str, Any]]:
        self.others = [
            (name, value)
            for name, values in changelist.filter_params.items()
            if name not in self.names
            for value in (values if isinstance(values, list) else [values])
        ]
        today = localdate(timezone=get_default_timezone())
        spans: list[tuple[Any, tuple[str, str]]] = [(_("Any date"), ("", ""))]
        spans.append((_("Today"), (str(today), str(today))))
        for days in (7, 30):
            told = ngettext("Past %(days)s day", "Past %(days)s days", days) % {"days": days}
            spans.append((told, (str(today - timedelta(days=days - 1)), str(today))))
        asked = tuple(self.typed.values())
        for display, span in spans:
            wanted = {name: value or None for name, value in zip(self.names, span, strict=True)}
            yield {
                "selected": asked == span,
                "query_string": changelist.get_query_string(wanted),
                "display": display,
            }


class VersionFilter(admin.SimpleListFilter):
    """The versions of the menu that is filtered for."""

    title = _("version")
    parameter_name = "version"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        versions = in_teams_of(request.user, MenuVersion.objects.all())
        menu, asked = request.GET.get(MENU_PARAMETER, ""), _asked_id(request, "version")
        if menu.isdecimal():
            versions = versions.filter(menu=int(menu))
        elif asked:
            versions = versions.filter(pk=asked)
        else:
            return []
        rows = versions.order_by("-number").values_list("pk", "number")
        return [(str(pk), f"v{number}") for pk, number in rows[:MOST_OFFERED]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(visit__version=int(self.value() or ""))


class NumberFilter(admin.SimpleListFilter):
    """The numbers that were called."""

    title = _("number")
    parameter_name = "number"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        numbers = in_teams_of(request.user, PhoneNumber.objects.all())
        return [(str(each.pk), str(each)) for each in numbers.order_by("number")[:MOST_OFFERED]]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(call__number=int(self.value() or ""))


class StepKeyFilter(admin.SimpleListFilter):
    """The keys of steps as they are now: distinct keys of the results would take a full scan."""

    title = _("step")
    parameter_name = "step_key"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        steps = visible_to(request.user, Step.objects.all(), team="menu__team")
        menu = request.GET.get(MENU_PARAMETER, "")
        if menu.isdecimal():
            steps = steps.filter(menu=int(menu))
        keys = steps.order_by("key").values_list("key", flat=True).distinct()
        # A removed step is filtered for, too, when the address names it.
        asked = request.GET.getlist(self.parameter_name)[-1:]
        return [(key, key) for key in dict.fromkeys((*keys, *asked))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(step_key=self.value()) if self.value() else queryset


def _asked_id(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _last(values: Any) -> str:
    text = values[-1] if isinstance(values, list) and values else values
    return str(text or "").strip()


def _date_in(text: str) -> date | None:
    try:
        read = parse_date(text)
    except ValueError:
        return None
    # Days that some zone's clocks cannot tell are no days of a call.
    return read if read and 1970 <= read.year <= 9000 else None


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time.min, get_default_timezone())
