"""Incidents: a list with the open ones first, and a page on which something is done about each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from voicegather.admin.base import ReadOnlyAdmin
from voicegather.admin.forms.moments import told
from voicegather.admin.operations.forms import AcknowledgeForm, MuteForm
from voicegather.admin.operations.leads import leads_of
from voicegather.admin.operations.overview import OverviewPages
from voicegather.models import Incident
from voicegather.selectors.incidents import incidents_seen_by, mutes_at
from voicegather.services import alerts, moments
from voicegather.services.alerts.places import places
from voicegather.services.alerts.wording import advice, sentence

MAY_ACT = "voicegather.acknowledge_incident"
SHOWN = 10


class OpenFilter(admin.SimpleListFilter):
    """All, the open ones first, unless asked otherwise."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("open", _("Open")), ("closed", _("Closed"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() in ("open", "closed"):
            return queryset.filter(closed_at__isnull=self.value() == "open")
        return queryset


class OpenFirst(ChangeList):
    """Open incidents stand above all others, however the rest is sorted."""

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        ordering = super().get_ordering(request, queryset)
        return [F("closed_at").desc(nulls_first=True), *ordering]


@admin.register(Incident)
class IncidentAdmin(OverviewPages, ReadOnlyAdmin):
    change_form_template = "admin/voicegather/incident_change_form.html"
    change_list_template = "admin/voicegather/incident_change_list.html"
    empty_list = _("Nothing has been wrong so far. The clock looks twice a minute.")
    list_display = ("what", "standing", "opened_at", "closed_at", "acknowledged_by")
    list_display_links = ("what",)
    list_filter = (OpenFilter, "kind", "opened_at")
    list_select_related = ("acknowledged_by",)
    search_fields = ("label", "note")
    fields = ("opened", "last_seen", "count", "closed", "acknowledged", "note", "told_of")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = incidents_seen_by(request.user)
        return super().get_queryset(request).filter(pk__in=seen.values("pk"))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return OpenFirst

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        own = [
            path("test/", view(self.test_view), name="voicegather_incident_test"),
            *(
                path(f"<path:object_id>/{verb}/", view(page), name=f"voicegather_incident_{verb}")
                for verb, page in (
                    ("acknowledge", self.acknowledge_view),
                    ("mute", self.mute_view),
                    ("unmute", self.unmute_view),
                )
            ),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        context = {"may_test": request.user.has_perm(MAY_ACT), **(extra_context or {})}
        return super().changelist_view(request, context)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        incident: Incident = context["original"]
        muted = mutes_at(moments.now()).of(incident)
        seen = incidents_seen_by(request.user)
        others = seen.filter(kind=incident.kind, subject=incident.subject).exclude(pk=incident.pk)
        may_act = request.user.has_perm(MAY_ACT)
        context |= {
            "sentence": sentence(incident.kind, incident.details),
            "since": told(incident.opened_at),
            "until": told(incident.closed_at),
            "advice": advice(incident.kind),
            "leads": leads_of(request, incident),
            "deliveries": incident.deliveries.order_by("-created_at")[:SHOWN],
            "may_see_deliveries": request.user.has_perm("voicegather.view_alertdelivery"),
            "others": others[:SHOWN],
            "muted": muted,
            "muted_until": told(muted.until) if muted else "",
            "may_act": may_act,
            "is_told": bool(places()),
            "acknowledge_form": AcknowledgeForm() if may_act else None,
            "mute_form": MuteForm() if may_act else None,
        }
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(require_POST)
    def acknowledge_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Note who looks after it."""
        incident = self._acted_on(request, object_id)
        form = AcknowledgeForm(request.POST)
        if not form.is_valid():
            return self._refused(request, incident, _first_error(form))
        try:
            noted = alerts.acknowledge(
                incident,
                by=request.user,  # type: ignore[arg-type]
                note=form.cleaned_data["note"],
            )
        except alerts.AlertError as problem:
            return self._refused(request, incident, str(problem))
        if noted:
            messages.success(request, gettext("The others see that you look after it."))
        else:
            text = gettext("It was closed or acknowledged before you did: nothing was changed.")
            messages.warning(request, text)
        return HttpResponseRedirect(_page_of(incident))

    @method_decorator(require_POST)
    def mute_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Tell nobody of it for a time."""
        incident = self._acted_on(request, object_id)
        form = MuteForm(request.POST)
        if not form.is_valid():
            return self._refused(request, incident, _first_error(form))
        try:
            alerts.mute(
                incident,
                until=form.until(),
                by=request.user,  # type: ignore[arg-type]
                reason=form.cleaned_data["reason"],
                whole_kind=form.cleaned_data["reach"] == "kind",
            )
        except alerts.AlertError as problem:
            return self._refused(request, incident, str(problem))
        messages.success(request, gettext("Muted. It stays in the list while its cause is there."))
        return HttpResponseRedirect(_page_of(incident))

    @method_decorator(require_POST)
    def unmute_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Tell of it again."""
        incident = self._acted_on(request, object_id)
        muted = mutes_at(moments.now())
        ended = 0
        while (mute := muted.of(incident)) is not None:
            ended += alerts.unmute(mute)
            muted = mutes_at(moments.now())
        text = gettext("It is told of again.") if ended else gettext("It was not muted any more.")
        messages.success(request, text)
        return HttpResponseRedirect(_page_of(incident))

    @method_decorator(require_POST)
    def test_view(self, request: HttpRequest) -> HttpResponse:
        """Send a test to every place of the settings."""
        if not request.user.has_perm(MAY_ACT):
            raise PermissionDenied
        try:
            sent = alerts.send_test(by=request.user)  # type: ignore[arg-type]
        except alerts.AlertError as problem:
            messages.error(request, str(problem))
        else:
            where = ", ".join(delivery.shown_target for delivery in sent)
            messages.success(request, gettext("A test is on its way to: %s.") % where)
        return HttpResponseRedirect(reverse("admin:voicegather_incident_changelist"))

    def _acted_on(self, request: HttpRequest, object_id: str) -> Incident:
        missing = gettext("There is no such incident.")
        found: Incident = self.seen_object(request, object_id, missing=missing)
        if not request.user.has_perm(MAY_ACT):
            raise PermissionDenied
        return found

    def _refused(self, request: HttpRequest, incident: Incident, why: str) -> HttpResponse:
        messages.error(request, why)
        return HttpResponseRedirect(_page_of(incident))

    @admin.display(description=_("incident"), ordering="kind")
    def what(self, incident: Incident) -> str:
        return str(incident)

    @admin.display(description=_("state"))
    def standing(self, incident: Incident) -> str:
        if not incident.is_open:
            return gettext("Closed")
        tone = "vg-seen" if incident.acknowledged_at else "vg-open"
        words = gettext("Looked after") if incident.acknowledged_at else gettext("Open")
        return format_html('<strong class="{}">{}</strong>', tone, words)

    @admin.display(description=_("opened"))
    def opened(self, incident: Incident) -> str:
        return told(incident.opened_at)

    @admin.display(description=_("last seen"))
    def last_seen(self, incident: Incident) -> str:
        return told(incident.last_seen_at)

    @admin.display(description=_("closed"))
    def closed(self, incident: Incident) -> str:
        return told(incident.closed_at) or "–"

    @admin.display(description=_("acknowledged"))
    def acknowledged(self, incident: Incident) -> str:
        if not incident.acknowledged_at:
            return "–"
        return f"{told(incident.acknowledged_at)}, {incident.acknowledged_by or '?'}"

    @admin.display(description=_("told of"))
    def told_of(self, incident: Incident) -> str:
        moments_told: Iterator[str] = filter(
            None, (told(incident.opened_told_at), told(incident.closed_told_at))
        )
        return " · ".join(moments_told) or "–"


def _page_of(incident: Incident) -> str:
    return reverse("admin:voicegather_incident_change", args=[incident.pk])


def _first_error(form: Any) -> str:
    return str(next(iter(form.errors.values()))[0])
