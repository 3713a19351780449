"""The overview: how the lines do now, following itself while somebody looks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from voicegather.admin.forms.moments import zone_name
from voicegather.admin.operations.failures import shown_failures
from voicegather.selectors.dashboard import (
    MOST_CALLS,
    MOST_DEAD,
    call_figures,
    inbox_figures,
    served,
)
from voicegather.selectors.incidents import mutes_at, open_incidents
from voicegather.services import moments
from voicegather.services.alerts.wording import duration, sentence
from voicegather.services.display import grouped
from voicegather.services.requeueing import PERMISSION as MAY_REQUEUE

#: Any of them opens the page; each shows its part of it.
MAY_SEE = ("view_call", "view_callevent", "view_callcommand", "view_incident")
#: An event that waits so long is worth a look.
SLOW_SECONDS = 10


class OverviewPages:
    """For the admin of incidents: the page, and what it asks for while it is looked at."""

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        urls: list[Any] = super().get_urls()  # type: ignore[misc]
        return [
            path("overview/", view(self.overview_view), name="voicegather_overview"),
            path("overview/now/", view(self.now_view), name="voicegather_overview_now"),
            *urls,
        ]

    def overview_view(self, request: HttpRequest) -> HttpResponse:
        """The whole page."""
        context = {
            **self.admin_site.each_context(request),  # type: ignore[attr-defined]
            **overview_context(request),
            "opts": self.opts,  # type: ignore[attr-defined]
            "title": _("Overview"),
            "zone": zone_name(),
        }
        return TemplateResponse(request, "admin/voicegather/overview.html", context)

    @method_decorator([require_GET, never_cache])
    def now_view(self, request: HttpRequest) -> JsonResponse:
        """The two parts of the page that change, as HTML in JSON."""
        context = overview_context(request)
        folder = "admin/voicegather/includes"
        return JsonResponse(
            {
                part: render_to_string(f"{folder}/overview_{part}.html", context, request)
                for part in ("figures", "lists")
            }
        )


def overview_context(request: HttpRequest) -> dict[str, Any]:
    """What both parts show of what the reader may see; at most sixteen queries."""
    may = {name: request.user.has_perm(f"voicegather.{name}") for name in MAY_SEE}
    if not any(may.values()):
        raise PermissionDenied
    user: Any = request.user
    moment = moments.now()
    context: dict[str, Any] = {"may": may, "may_requeue": user.has_perm(MAY_REQUEUE)}
    if may["view_call"]:
        context["calls"] = _calls(user, moment)
    if may["view_callevent"] or may["view_callcommand"]:
        context["inbox"] = _inbox(user, moment)
    if may["view_incident"]:
        mutes = mutes_at(moment)
        context["incidents"] = [
            {
                "row": row,
                "sentence": sentence(row.kind, row.details),
                "is_muted": mutes.of(row) is not None,
            }
            for row in open_incidents(user)
        ]
        context["failures"] = shown_failures(request)
    context["served"] = served(moment)
    return context


def _calls(user: Any, moment: datetime) -> dict[str, Any]:
    figures = call_figures(user, moment)
    return {
        "live": _shown(figures.live, MOST_CALLS),
        "today": _shown(figures.today, MOST_CALLS),
        "week_ago": _shown(figures.week_ago, MOST_CALLS),
        "failed": _shown(figures.failed, MOST_CALLS),
        "failed_week_ago": _shown(figures.failed_week_ago, MOST_CALLS),
        "has_failed": figures.failed > 0,
    }


def _inbox(user: Any, moment: datetime) -> dict[str, Any]:
    figures = inbox_figures(user, moment)
    waited = round((moment - figures.oldest).total_seconds()) if figures.oldest else 0
    return {
        "waits": duration(max(0, waited)) if figures.oldest else "",
        "is_slow": waited >= SLOW_SECONDS,
        "dead": _shown(figures.dead, MOST_DEAD),
        "has_dead": figures.dead > 0,
        "events": figures.dead_events,
        "commands": figures.dead_commands,
    }


def _shown(count: int, most: int) -> str:
    return f"{grouped(most)}+" if count > most else grouped(count)
