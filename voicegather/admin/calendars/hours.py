"""What a calendar says: now, at a moment, in the coming days; its emergency switch and its uses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from voicegather.admin.calendars.hours_fields import zones_offered
from voicegather.admin.calendars.switch_forms import MomentForm, SwitchForm
from voicegather.admin.calendars.uses import UsesPage
from voicegather.engine.wallclock import local_at
from voicegather.exceptions import VoicegatherError
from voicegather.models import Calendar, CalendarSwitch
from voicegather.selectors.opening import (
    days_ahead,
    exit_text,
    opening_at,
    opening_when,
)
from voicegather.services import moments
from voicegather.services.calendars import exits_of
from voicegather.services.calendars.problems import is_zone
from voicegather.services.calendars.reading import active_switch
from voicegather.services.calendars.switching import switch_back, switch_calendar
from voicegather.services.inputs import InputError

SWITCH = "voicegather.switch_calendar"
#: Uses of the switch that the page tells of.
MOST_SWITCHES = 20


@dataclass(frozen=True, slots=True)
class SwitchLine:
    """A use of the switch as staff read it; its moments are naive, in the calendar’s zone."""

    pk: int
    says: str
    reason: str
    who: str
    since: datetime
    until: datetime | None
    ended: datetime | None
    ended_by: str

    @classmethod
    def of(cls, row: CalendarSwitch, zone: str) -> SwitchLine:
        return cls(
            row.pk,
            exit_text(row.exit),
            row.reason,
            str(row.switched_by or "—"),
            _local(row.since, zone),
            _local(row.until, zone) if row.until else None,
            _local(row.ended_at, zone) if row.ended_at else None,
            str(row.ended_by or ""),
        )


class HoursPage(UsesPage):
    """For the admin of calendars."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        name = "voicegather_calendar"
        own = [
            path("<path:object_id>/hours/", view(self.hours_view), name=f"{name}_hours"),
            path("<path:object_id>/switch/", view(self.switch_view), name=f"{name}_switch"),
            path("<path:object_id>/back/", view(self.back_view), name=f"{name}_back"),
        ]
        return [*own, *super().get_urls()]

    def has_switch_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(SWITCH)

    def switch_in_force(self, calendar: Calendar) -> CalendarSwitch | None:
        """The use of the switch that decides now."""
        found = active_switch(calendar)
        is_over = found is not None and found.until is not None and found.until <= moments.now()
        return None if is_over else found

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        calendar = context.get("original")
        context["zones"] = zones_offered()
        if calendar is not None:
            context |= self._head(request, calendar)
            context["uses"] = self.uses(request, calendar)
            context["exits"] = exits_of(calendar)[2:]
        return super().render_change_form(request, context, *args, **kwargs)

    def hours_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """The coming days, and what happens at the moment that `at` names."""
        calendar = self._calendar(request, object_id)
        now = local_at(moments.to_ms(moments.now()), _zone_of(calendar))
        initial = {"at": now.replace(tzinfo=None, second=0, microsecond=0)}
        asked = MomentForm(request.GET if "at" in request.GET else None, initial=initial)
        answer = opening_when(calendar, asked.cleaned_data["at"]) if asked.is_valid() else None
        return self._page(request, calendar, {"asked": asked, "answer": answer})

    def switch_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Use the emergency switch."""
        calendar = self._calendar(request, object_id)
        self._require_switching(request)
        form = SwitchForm(request.POST if request.method == "POST" else None, calendar=calendar)
        if form.is_valid():
            wanted = form.cleaned_data
            try:
                switch_calendar(
                    calendar,
                    exit_name=wanted["exit"],
                    reason=wanted["reason"],
                    until=wanted["until"],
                    author=request.user,  # type: ignore[arg-type]
                )
            except InputError as refusal:
                for problem in refusal.problems:
                    form.add_error(str(problem.path[0]) if problem.path else None, problem.message)
            else:
                text = gettext("“%(calendar)s” says %(exit)s from now on.")
                facts = {"calendar": calendar, "exit": exit_text(wanted["exit"])}
                messages.success(request, text % facts)
                return self._to_hours(calendar)
        status = HTTPStatus.OK if request.method == "GET" else HTTPStatus.CONFLICT
        return self._page(request, calendar, {"switch_form": form}, status)

    @method_decorator(require_POST)
    def back_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let the hours decide again."""
        calendar = self._calendar(request, object_id)
        self._require_switching(request)
        posted = request.POST.get("switch", "")
        switch_id = int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 19 else 0
        try:
            switch_back(calendar, switch_id=switch_id, author=request.user)  # type: ignore[arg-type]
        except VoicegatherError as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, gettext("The hours of “%s” decide again.") % calendar)
        return self._to_hours(calendar)

    def _page(
        self,
        request: HttpRequest,
        calendar: Calendar,
        context: dict[str, Any],
        status: HTTPStatus = HTTPStatus.OK,
    ) -> HttpResponse:
        now = moments.to_ms(moments.now())
        zone = _zone_of(calendar)
        local = local_at(now, zone).replace(tzinfo=None, second=0, microsecond=0)
        common = {
            **self.admin_site.each_context(request),
            **self._head(request, calendar),
            "opts": self.opts,
            "original": calendar,
            "title": gettext("What happens at …: %s") % calendar,
            "days": days_ahead(calendar, now),
            "asked": MomentForm(initial={"at": local}),
            "switch_form": SwitchForm(calendar=calendar),
            "switches": [
                SwitchLine.of(each, zone)
                for each in calendar.switches.select_related("switched_by", "ended_by")[
                    :MOST_SWITCHES
                ]
            ],
        }
        template = "admin/voicegather/calendar_hours.html"
        return TemplateResponse(request, template, {**common, **context}, status=status)

    def _head(self, request: HttpRequest, calendar: Calendar) -> dict[str, Any]:
        switch = self.switch_in_force(calendar)
        return {
            "opening": opening_at(calendar, moments.to_ms(moments.now())),
            "switch": SwitchLine.of(switch, _zone_of(calendar)) if switch else None,
            "may_switch": self.has_switch_permission(request),
        }

    def _calendar(self, request: HttpRequest, object_id: str) -> Calendar:
        """The calendar; raises PermissionDenied, or Http404 where the user's teams have none."""
        missing = gettext("There is no such calendar.")
        calendar: Calendar = self.seen_object(request, object_id, missing=missing)
        return calendar

    def _require_switching(self, request: HttpRequest) -> None:
        if not self.has_switch_permission(request):
            raise PermissionDenied

    def _to_hours(self, calendar: Calendar) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:voicegather_calendar_hours", args=[calendar.pk]))


def _zone_of(calendar: Calendar) -> str:
    return calendar.zone if is_zone(calendar.zone) else "UTC"


def _local(moment: datetime, zone: str) -> datetime:
    return local_at(moments.to_ms(moment), zone).replace(tzinfo=None, fold=0)
