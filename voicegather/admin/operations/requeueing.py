"""Dead events given back from a list, from an event's page, and from the overview."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from voicegather.models import CallEvent, EventRequeue, EventStatus
from voicegather.services.requeueing import AT_ONCE, PERMISSION, requeue, requeue_all


class RequeueingPage:
    """For the admin of events: an action, and an address that the overview posts to."""

    actions: Any = ("requeue_chosen",)

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view  # type: ignore[attr-defined]
        name = "voicegather_callevent_requeue"
        urls: list[Any] = super().get_urls()  # type: ignore[misc]
        return [path("requeue/", view(self.requeue_view), name=name), *urls]

    def has_requeue_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(PERMISSION)

    @admin.action(description=_("Requeue those that are dead"), permissions=["requeue"])
    def requeue_chosen(self, request: HttpRequest, queryset: QuerySet[CallEvent]) -> None:
        """Up to a hundred; the overview has all."""
        dead = queryset.filter(status=EventStatus.DEAD).order_by()
        chosen = list(dead.values_list("pk", flat=True)[: AT_ONCE + 1])
        if len(chosen) > AT_ONCE:
            text = gettext("Choose at most %d events here; the overview requeues all of them.")
            messages.error(request, text % AT_ONCE)
            return
        _tell(request, requeue(chosen, by=request.user))  # type: ignore[arg-type]

    @method_decorator(require_POST)
    def requeue_view(self, request: HttpRequest) -> HttpResponse:
        """Requeue the event that is posted, or all that are dead."""
        if not self.has_requeue_permission(request):
            raise PermissionDenied
        user: Any = request.user
        if request.POST.get("all") != "1":
            _tell(request, requeue(_ids(request.POST.getlist("event")), by=user))
            return HttpResponseRedirect(reverse("admin:voicegather_overview"))
        outcome = requeue_all(by=user)
        if isinstance(outcome, EventRequeue):
            messages.info(request, gettext("There are many: they are requeued in the background."))
            page = reverse("admin:voicegather_eventrequeue_change", args=[outcome.pk])
            return HttpResponseRedirect(page)
        _tell(request, outcome)
        return HttpResponseRedirect(reverse("admin:voicegather_overview"))


def _ids(values: list[str]) -> list[int]:
    """Those that can be ids."""
    return [
        int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19
    ]


def _tell(request: HttpRequest, count: int) -> None:
    if not count:
        messages.warning(request, gettext("Nothing was requeued: no such event is dead any more."))
        return
    text = ngettext("%d event is worked on again.", "%d events are worked on again.", count)
    messages.success(request, text % count)
