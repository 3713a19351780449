"""Messages about incidents, what became of each, and what is muted."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.html import format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from voicegather.admin.base import PartOfAnother, ReadOnlyAdmin
from voicegather.admin.jobs import JobPage
from voicegather.admin.lists.display import link_to
from voicegather.models import AlertDelivery, AlertMute, EventRequeue
from voicegather.models.jobs import Job, JobState
from voicegather.selectors.incidents import incidents_seen_by
from voicegather.services import alerts, moments
from voicegather.services.requeueing import PERMISSION as MAY_REQUEUE

MAY_ACT = "voicegather.acknowledge_incident"


@admin.register(AlertDelivery)
class AlertDeliveryAdmin(JobPage, ReadOnlyAdmin):
    """What was sent where; the message itself only as far as its incidents may be seen."""

    change_form_template = "admin/voicegather/delivery_change_form.html"
    empty_list = _("Nothing was sent. Set ALERT_EMAILS or ALERT_WEBHOOKS, then send a test.")
    list_display = (
        "created_at",
        "news",
        "channel",
        "shown_target",
        "state",
        "tries",
        "finished_at",
    )
    list_display_links = ("created_at", "news")
    list_filter = ("state", "channel", "news", "created_at")
    fields = ("news", "channel", "shown_target", "about", "key", "http_status", "finished_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("message")

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        name = "voicegather_alertdelivery_again"
        return [
            path("<path:object_id>/again/", view(self.again_view), name=name),
            *super().get_urls(),
        ]

    def may_steer(self, request: HttpRequest, job: Job) -> bool:
        return request.user.has_perm(MAY_ACT)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        delivery: AlertDelivery = context["original"]
        context |= {
            **self.job_context(request, delivery),
            "may_repeat": delivery.state == JobState.DONE and self.may_steer(request, delivery),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    @method_decorator(require_POST)
    def again_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Send it once more."""
        missing = gettext("There is no such delivery.")
        delivery: AlertDelivery = self.seen_object(request, object_id, missing=missing)
        if not self.may_steer(request, delivery):
            raise PermissionDenied
        if alerts.send_again(delivery):
            messages.success(request, gettext("It is sent once more."))
        else:
            messages.warning(request, gettext("It is on its way already."))
        return HttpResponseRedirect(self.after_job(delivery))

    @admin.display(description=_("incidents"))
    def about(self, delivery: AlertDelivery) -> str:
        return delivery_incidents(delivery) or "–"


def delivery_incidents(delivery: AlertDelivery) -> str:
    """Links to what it tells of; each page asks who may see it."""
    rows = (
        (link_to(incident, f"#{incident.pk} {incident.get_kind_display()}"),)
        for incident in delivery.incidents.all()
    )
    return format_html_join(" · ", "{}", rows)


@admin.register(AlertMute)
class AlertMuteAdmin(ReadOnlyAdmin):
    empty_list = _("Nothing is muted. An incident’s page has a form for it.")
    list_display = ("kind", "label", "until", "reason", "created_by", "created_at")
    list_filter = ("kind",)
    list_select_related = ("created_by",)
    fields = ("kind", "label", "until", "reason", "created_by", "created_at", "about")
    readonly_fields = fields
    actions = ("end_now",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        seen = incidents_seen_by(request.user).values("pk")
        return super().get_queryset(request).filter(Q(label="") | Q(incident__in=seen))

    def has_end_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_ACT)

    @admin.action(description=_("Tell of these again"), permissions=["end"])
    def end_now(self, request: HttpRequest, queryset: QuerySet[AlertMute]) -> None:
        """End what has not ended."""
        chosen = queryset.filter(until__gt=moments.now())[:200]
        ended = sum(alerts.unmute(each) for each in chosen)
        messages.success(request, gettext("%d are told of again.") % ended)

    @admin.display(description=_("incident"))
    def about(self, muted: AlertMute) -> str:
        return link_to(muted.incident) or "–"


@admin.register(EventRequeue)
class EventRequeueAdmin(PartOfAnother, JobPage, ReadOnlyAdmin):
    """Many dead events on their way back to their calls."""

    change_form_template = "admin/voicegather/requeue_change_form.html"
    list_display = ("created_at", "state", "done", "owner")
    list_filter = ("state",)
    list_select_related = ("owner",)
    fields = ("created_at", "owner", "done", "finished_at")
    readonly_fields = fields

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(MAY_REQUEUE) or super().has_view_permission(request, obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        context |= self.job_context(request, context["original"])
        return super().render_change_form(request, context, *args, **kwargs)
